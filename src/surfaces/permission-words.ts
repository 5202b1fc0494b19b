import { fieldWords } from "#kernel/field-words.ts";
import { capital } from "#kernel/words.ts";

/** Pure: what a login is allowed to do, in words, from the codes that the vendor calls scopes. */

/** One thing that may be read, changed or both. */
export interface Permission {
  /** "Read and change contacts". */
  words: string;
  scopes: string[];
}

/** What cannot be read off the code. */
const things: Readonly<Record<string, string>> = {
  locations: "sub-accounts",
  "locations/customFields": "custom fields",
  "locations/tags": "tags",
  companies: "the agency",
  "calendars/events": "appointments",
  "calendars/groups": "calendar groups",
  "calendars/resources": "rooms and equipment of calendars",
  "conversations/message": "messages",
  "conversations/livechat": "live chats",
  "associations/relation": "relations between records",
  "objects/record": "records of custom objects",
  "objects/schema": "custom objects",
  "payments/orders": "orders",
  "products/prices": "prices",
  "socialplanner/statistics": "statistics of social posts",
  "socialplanner/tag": "tags of social posts",
  "blogs/author": "blog authors",
  "blogs/category": "blog categories",
  "blogs/check-slug": "addresses of blog posts",
  "blogs/list": "blogs",
  "blogs/post": "blog posts",
  "blogs/posts": "blog posts",
  "blogs/post-update": "blog posts",
  "voice-ai-dashboard": "calls of the voice assistant",
  users: "users",
};
const verbs: Readonly<Record<string, string>> = { readonly: "read", write: "change" };

/** What scopes allow, in the order in which they come; those of one thing together. */
export function permissionsOf(scopes: readonly string[]): Permission[] {
  const found = new Map<string, { may: Set<string>; scopes: string[] }>();
  for (const scope of scopes) {
    const { thing, verb } = readScope(scope);
    const one = found.get(thing) ?? { may: new Set(), scopes: [] };
    one.may.add(verb);
    one.scopes.push(scope);
    found.set(thing, one);
  }
  return [...found].map(([thing, { may, scopes: own }]) => ({
    words: capital(`${["read", "change", "use"].filter((verb) => may.has(verb)).join(" and ")} ${thing}`),
    scopes: own,
  }));
}

/** All of them in one line: "read and change contacts, read tags". */
export const permissionWords = (scopes: readonly string[]): string =>
  permissionsOf(scopes)
    .map(({ words }) => words.charAt(0).toLowerCase() + words.slice(1))
    .join(", ");

function readScope(scope: string): { thing: string; verb: string } {
  const dot = scope.lastIndexOf(".");
  const [path, action] = dot < 0 ? [scope, ""] : [scope.slice(0, dot), scope.slice(dot + 1)];
  const thing = things[path] ?? path.split("/").map(fieldWords).toReversed().join(" of ");
  return { thing, verb: verbs[action] ?? "use" };
}
