import type { DryRunReply, OutlineStep } from "#api/schemas.ts";
import { capital, lowerFirst } from "#kernel/words.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { withAddress } from "../../../lib/web-address.ts";
import { listed, plural } from "../../../lib/words.ts";

/** Pure: what a dry run says of each step, in the few words that stand beside its card. */

/** What a step would do. */
export interface WouldDo {
  /** What sign it has: `same` is a write that would change nothing. */
  tone: "does" | "same" | "passes" | "turns" | "waits" | "reads" | "rests" | "ends" | "fails";
  words: string;
  /** Its writes, with old and new values. */
  effects: DryRunReply["effects"];
}

const verbs: Record<DryRunReply["effects"][number]["effect"], string> = {
  create: "create",
  update: "update",
  delete: "delete",
  link: "add",
  unlink: "remove",
  send: "send",
  other: "write",
};

/** By the ids of the steps. What has nothing to tell is left out. That an example passes a filter says nothing of real events. */
export function wouldDo(reply: DryRunReply, isByExample = false): ReadonlyMap<string, WouldDo> {
  const byStep = new Map<string, WouldDo>();
  for (const row of reply.outline) {
    const effects = reply.effects.filter(({ step }) => plainPath(step) === row.path);
    const words = wordsOf(row, effects, reply);
    if (words === null) continue;
    const tone = toneOf(row, effects, reply);
    const said = isByExample && tone === "passes" ? { tone: "rests" as const, words: `${words} (with an example)` } : { tone, words };
    byStep.set(row.step, { ...said, effects });
  }
  return byStep;
}

/** What the steps gave, by their ids; of a loop's steps what the first round gave. */
export function resultsOf({ steps }: Pick<DryRunReply, "steps">): Record<string, unknown> {
  const results: Record<string, unknown> = {};
  for (const { path, state, output } of steps) {
    const id = path.split("/").at(-1) ?? path;
    if (state === "succeeded" && output !== null && output !== undefined && !Object.hasOwn(results, id)) results[id] = output;
  }
  return results;
}

/** `each[3]/note` as `each/note`. */
const plainPath = (path: string): string => path.replace(/\[\d+\]/g, "");

const tones: Readonly<Record<string, WouldDo["tone"]>> = { filter: "passes", branch: "turns", forEach: "turns", wait: "waits" };

function toneOf(row: OutlineStep, effects: DryRunReply["effects"], reply: DryRunReply): WouldDo["tone"] {
  const { state } = row;
  if (state === "failed") return "fails";
  if (state === "waiting") return "waits";
  if (state === "filtered" || state === "stopped") return "ends";
  if (state === "incomplete" || state === "not_reached") return "rests";
  if (effects.length > 0) return effects.some(({ unchanged }) => !unchanged) ? "does" : "same";
  const record = recordOf(row, reply);
  return record?.effect === "read" && state !== "skipped" ? "reads" : (tones[record?.kind ?? ""] ?? "rests");
}

const recordOf = ({ path }: OutlineStep, { steps }: DryRunReply) => steps.find((one) => plainPath(one.path) === path);

function wordsOf(row: OutlineStep, effects: DryRunReply["effects"], reply: DryRunReply): string | null {
  const record = recordOf(row, reply);
  const why = row.why === undefined ? "" : `: ${row.why}`;
  if (row.state === "failed") return `Fails: ${(record?.error ? saidOfField(record.error) : row.why) ?? "it cannot be done"}`;
  if (row.state === "waiting") return `Would wait first${why}`;
  if (row.state === "incomplete") return `Not complete${why}`;
  if (row.state === "not_reached") return `Not reached${why}`;
  if (row.state === "filtered") return "Would be filtered: the run ends here";
  if (row.state === "stopped") return "The run would end here";
  if (effects.length > 0) return effectWords(effects);
  if (row.state === "skipped") return record?.kind === "wait" && row.why !== undefined ? capital(row.why) : `Skipped${why}`;
  return doneWords(record);
}

function effectWords(effects: DryRunReply["effects"]): string {
  const [first] = effects;
  const changing = effects.filter(({ unchanged }) => !unchanged);
  if (changing.length === 0) return "Nothing to change: already so";
  if (effects.length === 1 && first) return oneEffectWords(first);
  const counts = new Map<string, number>();
  for (const { effect } of changing) counts.set(verbs[effect], (counts.get(verbs[effect]) ?? 0) + 1);
  return `Would ${[...counts].map(([verb, n]) => `${verb} ${n}`).join(", ")}`;
}

/** "Would add tags nps and staff to Chloe Kelly", and not that it adds her; "Would create contact note: Called back". */
function oneEffectWords({ effect, record, tags, title, request }: DryRunReply["effects"][number]): string {
  if (request?.anyAddress === true) return `Would ${lowerFirst(withAddress(operationTitle({ title }), hostOf(request.url)))}`;
  const { added, removed } = tags ?? { added: [], removed: [] };
  const whose = (word: string) => (record === undefined ? "" : ` ${word} ${record}`);
  if (effect === "link" && added.length > 0) return `Would add ${tagWords(added)}${whose("to")}`;
  if (effect === "unlink" && removed.length > 0) return `Would remove ${tagWords(removed)}${whose("from")}`;
  const does = operationTitle({ title });
  const isOneVerb = capital(verbs[effect]) === does.split(" ", 1)[0] && !/ or /.test(does);
  if (effect === "update" || !isOneVerb) return `Would ${verbs[effect]}${record === undefined ? "" : ` ${record}`}`;
  return `Would ${does.charAt(0).toLowerCase()}${does.slice(1)}${record === undefined ? "" : `: ${record}`}`;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const tagWords = (tags: readonly string[]): string => `${tags.length === 1 ? "tag" : "tags"} ${listed(tags)}`;

function doneWords(record: DryRunReply["steps"][number] | undefined): string | null {
  const output = record?.output;
  if (record?.kind === "filter") return "Passes: the run goes on";
  if (record?.kind === "wait") return "Would wait";
  if (record?.kind === "branch") return memberOf(output, "taken") === "else" ? "The condition does not hold" : "The condition holds";
  if (record?.kind === "forEach") {
    const items = memberOf(output, "items");
    return Array.isArray(items) ? `Would go through ${plural(items.length, "item")}` : null;
  }
  if (record?.effect !== "read") return null;
  if (Array.isArray(output)) return `Finds ${plural(output.length, "record")}`;
  return output === null ? "Finds nothing" : "Reads one record";
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
