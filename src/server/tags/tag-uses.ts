import type { TagUse } from "#api/schemas.ts";
import type { FlowTexts } from "../parts/part-use.ts";
import { isObject } from "#kernel/json.ts";

/** What can mention a tag. */
export interface TagReaders {
  flows: readonly FlowTexts[];
  /** Rules, segments among them, and mapping templates. */
  parts: readonly { kind: "rule" | "mapping"; name: string; title: string; definition: unknown }[];
}

/** Members that name something else. */
const notTags: ReadonlySet<string> = new Set(["id", "app", "operation", "connection", "kind"]);

/** What mentions one of the names: as a value by itself or between commas, or between quotes in a condition or a template. */
export function usesOf(names: readonly string[], { flows, parts }: TagReaders): TagUse[] {
  const ofFlows = flows.flatMap(({ id, name: title, status, draft, published }) => {
    const said = textsIn([draft.trigger, draft.steps]);
    const running = published === null ? [] : textsIn([published.trigger, published.steps]);
    return names
      .filter((name) => mentions([...said, ...running], name))
      .map((tag): TagUse => ({ tag, kind: "flow", id, title, live: status === "on" && mentions(running, tag) }));
  });
  const ofParts = parts.flatMap(({ kind, name: id, title, definition }) => {
    const said = textsIn(definition);
    return names.filter((name) => mentions(said, name)).map((tag): TagUse => ({ tag, kind, id, title, live: false }));
  });
  return [...ofFlows, ...ofParts];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value.toLowerCase()];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => (notTags.has(key) ? [] : textsIn(member)));
}

function mentions(texts: readonly string[], name: string): boolean {
  const tag = name.trim().toLowerCase();
  return texts.some((text) => {
    if (!text.includes(tag)) return false;
    return text.split(",").some((piece) => piece.trim() === tag) || text.includes(`'${tag}'`) || text.includes(`"${tag}"`);
  });
}
