import { oneOf, text } from "../../lib/search.ts";

const tabs = ["overview", "pairs", "changes", "setup", "json", "preview"] as const;
export type SyncTab = (typeof tabs)[number];

export const shows = ["all", "conflicts", "problems", "waiting", "ignored"] as const;
export type Shown = (typeof shows)[number];

/** What of a sync is looked at, as it stands in the address. */
export interface SyncSearch {
  tab?: SyncTab | undefined;
  /** Which pairs. */
  show?: Shown | undefined;
  q?: string | undefined;
  /** Of the changes: those of one job. */
  batch?: string | undefined;
}

export const readSyncSearch = (search: Record<string, unknown>): SyncSearch => ({
  tab: oneOf(search["tab"], tabs),
  show: oneOf(search["show"], shows),
  q: text(search["q"]),
  batch: text(search["batch"]),
});

/** The two kinds of records that a new sync begins with, as `app connection type`. */
export interface NewSyncSearch {
  a?: string | undefined;
  b?: string | undefined;
}

export const readNewSyncSearch = (search: Record<string, unknown>): NewSyncSearch => ({ a: text(search["a"]), b: text(search["b"]) });
