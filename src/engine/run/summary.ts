import { cutText } from "#kernel/characters.ts";
import type { StepRecord } from "../types/steps.ts";
import { isObject } from "#kernel/json.ts";

/** The summary of a run that a person ended. */
export const cancelledByHand = "Cancelled by hand";

const past: Record<string, string> = {
  create: "Created",
  update: "Updated",
  upsert: "Created or updated",
  add: "Added",
  remove: "Removed",
  delete: "Deleted",
  find: "Found",
  get: "Read",
  list: "Read",
  search: "Searched",
  complete: "Completed",
  send: "Sent",
  bulk: "Bulk-updated",
  move: "Moved",
  post: "Posted",
  enroll: "Enrolled",
};

/** What a run did, in words, from its steps: "Created contact, added tags, created task and note". Writes only; null when it wrote nothing. */
export function summarise(steps: Iterable<StepRecord>, titleOf: (app: string, operation: string) => string | null): string | null {
  const counts = new Map<string, number>();
  let kept: Set<string> | undefined;
  let skipped: Set<string> | undefined;
  for (const step of steps) {
    const reason = skipReason(step);
    if (reason !== undefined) (skipped ??= new Set()).add(reason);
    if (step.app === null || step.operation === null || step.state !== "succeeded" || step.effect === "read") continue;
    const sentence = phrase(titleOf(step.app, step.operation) ?? step.operation, step.output);
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
    for (const text of keptFields(step.output)) (kept ??= new Set()).add(text);
  }
  const parts = counts.size === 0 ? [] : joined(withoutRepeats([...counts]));
  if (skipped) parts.push(...skippedInWords([...skipped]));
  if (parts.length === 0) return null;
  if (kept) parts.push(...keptInWords([...kept]));
  return parts.map((text, i) => (i === 0 ? text : text[0]!.toLowerCase() + text.slice(1))).join(", ");
}

/** Why a step sent no message: "Ada has switched SMS off". */
function skipReason({ state, app, output }: StepRecord): string | undefined {
  const reason = state === "skipped" && app !== null && isObject(output) ? output["reason"] : undefined;
  return typeof reason === "string" ? reason : undefined;
}

function skippedInWords(reasons: readonly string[]): string[] {
  const [first = ""] = reasons;
  return [reasons.length === 1 ? `Skipped a message: ${first}` : `Skipped messages for ${reasons.length} reasons: ${first}, and others`];
}

/** A phrase, and how often it stands. */
type Counted = readonly [text: string, times: number];

/** What the run is about is said once: "Created contact", "added tags", "created note". */
function withoutRepeats(counted: readonly Counted[]): Counted[] {
  const [first, ...others] = counted;
  const [, about] = /^\S+ (\w+)$/.exec(first?.[0] ?? "") ?? [];
  if (first === undefined || about === undefined) return [...counted];
  return [first, ...others.map(([text, times]): Counted => [withoutWord(text, about), times])];
}

/** "Added tags" for "Added tags to contact", and "Created note" for "Created contact note". */
const withoutWord = (text: string, word: string): string =>
  text.replace(new RegExp(` (?:to|for|of|from|in) (?:a |the )?${word}$`), "").replace(new RegExp(`^(\\S+) ${word} (?=[a-z])`), "$1 ");

/** What was done alike, one after the other, is one part: "created task and note". */
function joined(counted: readonly Counted[]): string[] {
  const groups: { verb: string; things: string[] }[] = [];
  for (const [text, times] of counted) {
    const [, verb = "", rest = ""] = /^(Created or updated|\S+) ?(.*)$/s.exec(text) ?? [];
    const thing = [...(rest === "" ? [] : [rest]), ...(times > 1 ? [`×${times}`] : [])].join(" ");
    const last = groups.at(-1);
    if (last?.verb === verb && thing !== "") last.things.push(thing);
    else groups.push({ verb, things: thing === "" ? [] : [thing] });
  }
  return groups.map(({ verb, things }) => [verb, listed(things)].filter((word) => word !== "").join(" "));
}

const listed = (things: readonly string[]): string =>
  things.length < 2 ? things.join("") : `${things.slice(0, -1).join(", ")} and ${things.at(-1)}`;

function keptInWords(texts: readonly string[]): string[] {
  const more = texts.length - mostKept;
  return more > 0 ? [...texts.slice(0, mostKept), `kept ${more} more fields`] : [...texts];
}

const nothing: readonly string[] = [];
const mostKept = 3;
const longestValue = 80;

/** What a step was to change and left as it is: "kept e-mail ada@example.com (the primary e-mail address is kept)". */
function keptFields(output: unknown): readonly string[] {
  const kept = isObject(output) ? output["kept"] : undefined;
  if (!Array.isArray(kept)) return nothing;
  return kept.filter(isObject).flatMap(({ field, value, why }) => {
    if (typeof field !== "string") return [];
    const shown = typeof value === "string" || typeof value === "number" ? ` ${cutText(String(value), longestValue)}` : "";
    return [`kept ${fieldWord(field)}${shown}${typeof why === "string" ? ` (${why})` : ""}`];
  });
}

const fieldWord = (field: string): string =>
  field === "email"
    ? "e-mail"
    : field
        .replace(/([a-z\d])([A-Z])/g, "$1 $2")
        .replaceAll("_", " ")
        .toLowerCase();
/** What the answer to a create-or-update says of which of the two it was. */
const madeNew = (output: unknown): unknown => (isObject(output) ? (output.created ?? output.new) : undefined);

/** "Create Contact Note" -> "Created contact note". A create-or-update says which of the two it was. */
export function phrase(title: string, output?: unknown): string {
  const made = madeNew(output);
  const key = typeof made === "boolean" ? `${made} ${title}` : title;
  const cached = phrases.get(key);
  if (cached !== undefined) return cached;
  if (phrases.size >= mostPhrases) phrases.clear();
  const worded = inPast(title, made);
  phrases.set(key, worded);
  return worded;
}

/** Every run says one of the same few. */
const phrases = new Map<string, string>();
const mostPhrases = 2_000;

function inPast(title: string, made: unknown): string {
  const words = title.replace(/\s*\(.*\)$/, "").split(" ");
  const orUpdate = /^create or update /i.test(title);
  const rest = words
    .slice(orUpdate ? 3 : 1)
    .join(" ")
    .toLowerCase();
  if ((orUpdate || words[0]?.toLowerCase() === "upsert") && typeof made === "boolean") return `${made ? "Created" : "Updated"} ${rest}`;
  if (orUpdate) return `Created or updated ${rest}`;
  const verb = past[words[0]?.toLowerCase() ?? ""];
  return verb ? `${verb} ${rest}`.trim() : title;
}
