import type { TagUse } from "#api/schemas.ts";
import type { FlowTexts } from "../parts/part-use.ts";
import { grouped } from "#kernel/grouped.ts";
import { isObject } from "#kernel/json.ts";
import { createPace, eachAtPace, type Pace } from "#kernel/pace.ts";

/** What can mention a tag. */
export interface TagReaders {
  flows: readonly FlowTexts[];
  /** Rules, segments among them, and mapping templates. */
  parts: readonly { kind: "rule" | "mapping"; name: string; title: string; definition: unknown }[];
}

/** Members that name something else. */
const notTags: ReadonlySet<string> = new Set(["id", "app", "operation", "connection", "kind"]);

/**
 * What mentions one of the names: as a value by itself or between commas, or between quotes in a condition or a template. Each text is read
 * once, however many names there are.
 */
export async function usesOf(names: readonly string[], { flows, parts }: TagReaders, pace: Pace = createPace()): Promise<TagUse[]> {
  const wanted = wantedOf(names);
  const uses: TagUse[] = [];
  await eachAtPace(flows, pace, ({ id, name: title, status, draft, published }) => {
    const running = published === null ? [] : mentionedIn(textsIn([published.trigger, published.steps]), wanted);
    const said = new Set([...mentionedIn(textsIn([draft.trigger, draft.steps]), wanted), ...running]);
    const live = new Set(status === "on" ? running : []);
    for (const tag of said) uses.push({ tag, kind: "flow", id, title, live: live.has(tag) });
  });
  await eachAtPace(parts, pace, ({ kind, name: id, title, definition }) => {
    for (const tag of mentionedIn(textsIn(definition), wanted)) uses.push({ tag, kind, id, title, live: false });
  });
  return uses;
}

/** Names by how they are compared. `withQuotes`: those that a text between two quotes cannot be. */
interface Wanted {
  byTag: ReadonlyMap<string, readonly string[]>;
  withQuotes: readonly string[];
}

const quotes = ["'", '"'] as const;

function wantedOf(names: readonly string[]): Wanted {
  const byTag = grouped(names, (name) => name.trim().toLowerCase());
  return { byTag, withQuotes: [...byTag.keys()].filter((tag) => quotes.some((quote) => tag.includes(quote))) };
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value.toLowerCase()];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => (notTags.has(key) ? [] : textsIn(member)));
}

function mentionedIn(texts: readonly string[], { byTag, withQuotes }: Wanted): string[] {
  const tags = new Set<string>();
  for (const text of texts) for (const term of termsOf(text)) if (byTag.has(term)) tags.add(term);
  const quoted = texts.filter((text) => quotes.some((quote) => text.includes(quote)));
  for (const tag of withQuotes) if (quoted.some((text) => quotes.some((quote) => text.includes(quote + tag + quote)))) tags.add(tag);
  return [...tags].flatMap((tag) => byTag.get(tag)!);
}

/** What stands between commas, and what between two quotes of a kind. */
const termsOf = (text: string): string[] => [
  ...text.split(",").map((piece) => piece.trim()),
  ...quotes.flatMap((quote) => text.split(quote).slice(1, -1)),
];
