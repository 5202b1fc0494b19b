import type { Link, Side, Sync, SyncStatus, SyncWrite } from "./types.ts";

/** Where syncs and what they know of pairs are kept. Every method is of one workspace, or of a sync that was found in it. */
export interface SyncStore {
  add(sync: Sync, by: string | null): Promise<void>;
  /** Null: the workspace has none with this id. */
  get(workspaceId: string, id: string): Promise<Sync | null>;
  /** As work in the background asks for it. */
  byId(id: string): Promise<Sync | null>;
  /** Those of all workspaces: work in the background goes through them. */
  all(): Promise<Sync[]>;
  list(workspaceId: string): Promise<Sync[]>;
  /**
   * Writes the members given, and counts the revision up where the definition is one of them. False: it was changed since that revision, or
   * is gone. `revision` null: whichever it has. `note` null: only pages hear of it.
   * `onlyIf`: asked of the sync as it is when it is written; false: it stays as it is.
   */
  change(
    workspaceId: string,
    id: string,
    revision: number | null,
    change: SyncChange,
    note: SyncNote | null,
    onlyIf?: (sync: Sync) => boolean,
  ): Promise<boolean>;
  /** Removes it with its links, rows, writes and jobs. */
  remove(workspaceId: string, id: string, by: string | null): Promise<void>;

  /** The pair that a record belongs to, also by an id it had before. */
  linkOf(syncId: string, side: Side, recordId: string): Promise<Link | null>;
  link(syncId: string, id: string): Promise<Link | null>;
  /** Adds a link (revision 0) or writes it under the revision it was read with. False: it was changed since, or one of its ids is in another pair. */
  putLink(link: Link): Promise<boolean>;
  /** Many new links in one commit: those of a first sync. Those whose id is in a pair already are left out; gives how many were added. */
  addLinks(links: readonly Link[]): Promise<number>;
  removeLink(syncId: string, id: string): Promise<void>;
  links(syncId: string, page: LinkPage): Promise<{ links: Link[]; next: string | null }>;
  counts(syncId: string): Promise<LinkCounts>;

  /** What was seen of one side: which records there are, how each is called, and by which keys it matches. */
  putRows(syncId: string, side: Side, rows: readonly SideRow[]): Promise<void>;
  removeRow(syncId: string, side: Side, recordId: string): Promise<void>;
  /** Ids of the records of a side that have this key by this rule, at most three: more than one is ambiguous. */
  withKey(syncId: string, side: Side, rule: number, key: string): Promise<string[]>;
  rows(syncId: string, side: Side, after: string | null, limit: number): Promise<SideRow[]>;
  row(syncId: string, side: Side, recordId: string): Promise<SideRow | null>;
  countRows(syncId: string, side: Side): Promise<number>;
  /** Forgets what was seen, because its keys are others now: both sides have to be read anew. */
  clearRows(syncId: string): Promise<void>;
  /** How many pairs lost their record of this side since then. */
  countGone(syncId: string, side: Side, since: number): Promise<number>;
  /** When the list that a flow watches was read last, to its end and without an error; null: it was not yet. */
  readAt(flowId: string): Promise<number | null>;
  /** Whether records that a flow's list showed still wait for their run to begin; those of a first sync left out. */
  hasUnbegun(flowId: string): Promise<boolean>;
  /** Runs of these flows in the lane of first syncs: how many are not over, and how many begun since then rest in Needs attention. */
  countBackfill(flowIds: readonly string[], since: number): Promise<{ open: number; failed: number }>;
  /** Records of a side that are known since before a time, and that its trigger never saw in the list, by id; at most `limit`, after that id. */
  unlisted(
    syncId: string,
    side: Side,
    triggerId: string,
    page: { seenBefore: number; after: string | null; limit: number },
  ): Promise<string[]>;
  /** How many events of a trigger have a key that begins so: all that one reading found. */
  countEvents(triggerId: string, keysBegin: string): Promise<number>;
  /** Of how many records a trigger has heard since then, however often of each. */
  countHeard(triggerId: string, since: number): Promise<number>;

  /** Takes all of these names for a run, or none. A run has its own again. What is past `until` is free. */
  lock(syncId: string, names: readonly string[], runId: string, now: number, until: number): Promise<boolean>;
  unlock(syncId: string, runId: string): Promise<void>;

  /** Known by its id: written twice it is there once, with the record's id as soon as that is known. */
  addWrite(write: SyncWrite): Promise<void>;
  /** It was noted, and then not made. */
  removeWrite(syncId: string, id: string): Promise<void>;
  writes(syncId: string, page: WritePage): Promise<{ writes: SyncWrite[]; next: string | null }>;
  writesOf(syncId: string, linkId: string, since: number): Promise<SyncWrite[]>;
  markUndone(syncId: string, ids: readonly string[], by: string): Promise<void>;

  addJob(job: SyncJob): Promise<void>;
  /** The newest job of a sync; null: there was none. */
  job(syncId: string): Promise<SyncJob | null>;
  putJob(job: SyncJob): Promise<void>;
  /** Jobs that are not over, of all workspaces: a start goes on with them. */
  unfinishedJobs(): Promise<SyncJob[]>;
}

export interface SyncChange {
  definition?: Sync["definition"];
  status?: SyncStatus;
  reason?: string | null;
  flows?: Sync["flows"];
  resting?: Sync["resting"];
  asking?: Sync["asking"];
  trouble?: Sync["trouble"];
}

/** How a change of a sync is noted: the word for people and what webhook endpoints are sent. Without a word nobody but pages hears of it. */
export interface SyncNote {
  what?: "changed" | "started" | "paused" | "resumed" | "asked" | "allowed" | "refused";
  by?: string | null;
  drifted?: boolean;
}

export interface LinkPage {
  show: "all" | "conflicts" | "problems" | "waiting" | "ignored";
  /** A part of a record's name or id. */
  words?: string;
  after?: string;
  limit: number;
}
export interface LinkCounts {
  linked: number;
  conflicts: number;
  problems: number;
  /** Pairs with one id only. */
  waiting: number;
  ignored: number;
  /** When a pair changed last that now agrees; null: never. */
  lastChangeAt: number | null;
}
export interface SideRow {
  recordId: string;
  /** What a person calls it. */
  name: string;
  /** By the number of the rule in `match`. */
  keys: Record<number, string>;
  /** A digest of its values, so that an unchanged row needs no work. */
  digest: string;
  seenAt: number;
}
export interface WritePage {
  batch?: string;
  before?: string;
  limit: number;
}

/** A long piece of work of a sync, as a row: it goes on after a restart where it stopped. */
export interface SyncJob {
  id: string;
  syncId: string;
  workspaceId: string;
  kind: "first" | "undo" | "repair";
  state: "reading" | "running" | "paused" | "done" | "failed" | "cancelled";
  /** How far it is, as its kind understands it. */
  cursor: Record<string, string | number | null>;
  done: number;
  failed: number;
  total: number | null;
  problem: string | null;
  startedAt: number;
  finishedAt: number | null;
}
