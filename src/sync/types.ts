import type { Json, JsonObject } from "#kernel/json.ts";
import type { Side, SyncDefinition } from "./format.ts";

export type { Side, SyncDefinition } from "./format.ts";

/**
 * `draft`: never started. `first`: records that were there before are being brought into step. `asking`: it stopped, and a person has to allow
 * or refuse something (many deletions).
 */
export type SyncStatus = "draft" | "first" | "on" | "paused" | "asking";

export interface Sync {
  id: string;
  workspaceId: string;
  definition: SyncDefinition;
  /** Grows with each change of the definition. */
  revision: number;
  status: SyncStatus;
  /** Why Millrace stopped it, in words; null where it did not. */
  reason: string | null;
  /** The flows that carry the changes of each side; null before the first start. */
  flows: SyncFlowIds | null;
  /** Fields that are left out just now, by the number of their row, and why (a custom field is gone). */
  resting: Record<string, string>;
  /** Deletions that a person has to allow, or has answered; null: there were none since the last ordinary reading. */
  asking: Asking | null;
  /** Since when pairs need a person or could not be brought into step; null: none does. */
  trouble: Trouble | null;
  createdAt: number;
  updatedAt: number;
}

/**
 * `events`: by the id of an event of the record type, the flow that hears it. What such a flow misses, that of the side finds by reading its
 * list. Where there is no list of all records, the flow of the side is the one of its first event.
 */
export interface SyncFlowIds {
  a: string;
  b: string;
  events: Record<Side, Record<string, string>>;
}

/** More records are missing at one side than a sync deletes by itself. */
export interface Asking {
  /** Where they were deleted. */
  side: Side;
  deletions: number;
  /** How many pairs there were. */
  of: number;
  /** What a few of them are called. */
  examples: string[];
  /** What a person said of all deletions found until then; null: nobody did yet. */
  answer: { allowed: boolean; at: number } | null;
  at: number;
}

export interface Trouble {
  since: number;
  /** Webhook endpoints were sent it. */
  sent: boolean;
}

/** A record as one side has it. */
export interface SideRecord {
  id: string;
  record: JsonObject;
  /** When it was changed, by the side's own clock brought to ours; null: nobody knows. */
  changedAt: number | null;
  /** When it was read. */
  readAt: number;
}

/** What both sides agreed on last: the value of each field row as each side had it then. */
export type Agreed = Record<string, { a: Json; b: Json }>;

/**
 * Two records that are the same thing. It outlives merges and re-creation: `was` keeps the ids that a side had before.
 * A pair with one id only waits for its counterpart, or keeps one that was deleted.
 */
export interface Link {
  id: string;
  syncId: string;
  a: string | null;
  b: string | null;
  was: { a: string[]; b: string[] };
  agreed: Agreed;
  /** Which side's record was found deleted, and when. */
  gone: { side: Side; at: number } | null;
  /** Fields on which a person has to decide, with both values. */
  conflicts: Conflict[];
  /** Why the last attempt to bring it into step failed, in words. */
  problem: string | null;
  /** What a person said of it: it takes no part. */
  ignored: boolean;
  /** Grows with each change; a write under an older one is refused. */
  revision: number;
  /** How often a write of ours was followed by another one within a short time, with nobody else between: what slips through is stopped by it. */
  hops: number;
  updatedAt: number;
}

export interface Conflict {
  /** The key of the field row: `<a>=<b>`. */
  field: string;
  a: Json;
  b: Json;
  at: number;
}

/** One value written by us: with it an echo is known, a page shows what was changed, and a batch is undone. */
export interface SyncWrite {
  id: string;
  syncId: string;
  linkId: string;
  side: Side;
  kind: "create" | "update" | "archive" | "delete";
  /** The record's id on that side; null until a create was answered. */
  recordId: string | null;
  /** By field name, the values before and after. Of a delete `before` is the whole record. */
  before: JsonObject;
  after: JsonObject;
  /** The run that wrote it, and the job it belonged to (the first sync, an undo, a repair). */
  runId: string;
  batch: string | null;
  at: number;
  undoneBy: string | null;
}
