import type { Json } from "#kernel/json.ts";

/** What a change is about. `runs` and `page` are notes between processes: runs that moved on, and a live page that shows them. */
export type ChangeKind =
  | "app"
  | "rule"
  | "mapping"
  | "flow"
  | "trigger"
  | "connection"
  | "inbox"
  | "template"
  | "api_key"
  | "session"
  | "private_host"
  | "pin"
  | "lint"
  | "runs"
  | "page";

/** A change, as the transaction that makes it notes it. */
export interface ChangeNote {
  workspaceId: string;
  kind: ChangeKind;
  /** The record's id. Of a trigger it is the id of its flow. */
  id: string;
  /** What happened, in a word for people: "paused". Null: nobody but other processes needs to know. */
  what: string | null;
  /** The name of the record at the time, so that it can be shown after the record is deleted. */
  name?: string;
  /** Who did it; absent where Millrace did. */
  by?: string;
  detail?: Json;
}

/** A change as it is stored. */
export interface Change {
  /** Grows with the order of the commits. */
  seq: number;
  workspaceId: string;
  kind: ChangeKind;
  id: string;
  what: string | null;
  name: string | null;
  by: string | null;
  at: number;
  /** The process that made it. */
  process: string;
  detail: Json;
}

/** Which changes to list; at most `limit`. */
export interface ChangePage {
  /** Those after this number, oldest first. Without it the newest come first. */
  after?: number;
  /** Those before this number. */
  before?: number;
  limit: number;
}

/** The changes that were committed. They are added in the transactions that make them. */
export interface ChangeStore {
  /** Changes of every workspace after a number, in order, at most `limit`. Nothing is ever added before a number that was read. */
  after(seq: number, limit: number): Promise<Change[]>;
  /** The number of the newest; 0 when there is none. */
  newest(): Promise<number>;
  /** The changes of a workspace that people can read: those that say what happened. */
  history(workspaceId: string, page: ChangePage): Promise<Change[]>;
  /** The newest change of this kind that says this of a record of this name; null where there is none. */
  last(workspaceId: string, change: { kind: ChangeKind; what: string; name: string }): Promise<Change | null>;
  /** Adds changes of no other row, in a commit of their own. */
  add(notes: readonly ChangeNote[]): Promise<void>;
  /** Deletes at most `limit` that are older: those that people can read, and those between processes. Returns how many. */
  prune(before: { audit: number; internal: number }, limit: number): Promise<number>;
}
