import type { TagList, TagView } from "#api/schemas.ts";
import { oneOf, text } from "../../lib/search.ts";

const tabs = ["alike", "archived", "changes", "rules"] as const;
/** The part of the page that is seen; undefined: the tags. */
export type TagsTab = (typeof tabs)[number];
const shows = ["unused", "uncounted"] as const;
export type TagsShown = (typeof shows)[number];

/** What the page of tags shows, as it stands in the address. */
export interface TagsSearch {
  tab?: TagsTab | undefined;
  q?: string | undefined;
  /** Undefined: the first kind. */
  kind?: string | undefined;
  show?: TagsShown | undefined;
  /** The id of a sub-account. */
  account?: string | undefined;
}

export const readTagsSearch = (search: Record<string, unknown>): TagsSearch => ({
  tab: oneOf(search["tab"], tabs),
  q: text(search["q"]),
  kind: text(search["kind"]),
  show: oneOf(search["show"], shows),
  account: text(search["account"]),
});

/** The tags that are asked for, the most carried first. */
export function shownTags(tags: readonly TagView[], { q, show, account }: TagsSearch): TagView[] {
  const words = q?.toLowerCase();
  return tags
    .filter(({ name, description }) => words === undefined || `${name} ${description ?? ""}`.toLowerCase().includes(words))
    .filter(({ there }) => account === undefined || there.some(({ connection }) => connection === account))
    .filter(({ carriers }) => show === undefined || (show === "unused" ? carriers === 0 : carriers === null))
    .sort((a, b) => (b.carriers ?? -1) - (a.carriers ?? -1) || a.name.localeCompare(b.name));
}

/** The kind that is shown. */
export const kindOf = ({ kinds }: TagList, { kind }: TagsSearch): TagList["kinds"][number] | undefined =>
  kinds.find(({ id }) => id === kind) ?? kinds[0];
