import type { AuditedKind } from "#kernel/change-kinds.ts";
import type { Json } from "#kernel/json.ts";
import type { WebhookEvent } from "#kernel/webhook-events.ts";

/** What a change is about. `runs` and `page` are notes between processes: runs that moved on, and a live page that shows them. */
export type ChangeKind = AuditedKind | "pin" | "lint" | "runs" | "page";

/** A field before and after a change. Without values: it changed, and what it holds may be a secret or is too long to keep. */
export interface FieldChange {
  field: string;
  before?: Json;
  after?: Json;
}

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
  /** What it did to the record, without secrets. */
  fields?: readonly FieldChange[];
  /** What webhook endpoints of the workspace are sent of it. */
  webhook?: WebhookEvent;
  /** Written although `what` is null and no other process needs it: pages of this process follow it. */
  live?: true;
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
  fields: readonly FieldChange[];
}

/** Which changes are meant; all where nothing is said. */
export interface ChangeFilter {
  /** Each of its words is in what the change says: the record's name, what happened, the values before and after. */
  text?: string;
  kinds?: readonly ChangeKind[];
  /** Those that are left out. */
  exceptKinds?: readonly ChangeKind[];
  /** Who did it; null: Millrace. */
  by?: string | null;
  /** The id of a record. */
  record?: string;
  /** From this time on, and before that one. */
  from?: number;
  to?: number;
}

/** Which changes to list; at most `limit`. */
export interface ChangePage extends ChangeFilter {
  /** Those after this number, oldest first. Without it the newest come first. */
  after?: number;
  /** Those before this number. */
  before?: number;
  limit: number;
}

/** The changes that were committed. They are added in the transactions that make them; none is ever changed, and only age deletes one. */
export interface ChangeStore {
  /** Changes of every workspace after a number, in order, at most `limit`. Nothing is ever added before a number that was read. */
  after(seq: number, limit: number): Promise<Change[]>;
  /** The number of the newest; 0 when there is none. */
  newest(): Promise<number>;
  /** The changes of a workspace that people can read: those that say what happened. */
  history(workspaceId: string, page: ChangePage): Promise<Change[]>;
  /** Everybody who is named in them, the most recent first; null is Millrace. */
  people(workspaceId: string): Promise<(string | null)[]>;
  /** The newest change of this kind that says this of a record of this name; null where there is none. */
  last(workspaceId: string, change: { kind: ChangeKind; what: string; name: string }): Promise<Change | null>;
  /** Adds changes of no other row, in a commit of their own. */
  add(notes: readonly ChangeNote[]): Promise<void>;
  /** Deletes at most `limit` that are older: those that people can read, and those between processes. Returns how many. */
  prune(before: { audit: number; internal: number }, limit: number): Promise<number>;
}
