import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Lane } from "../types/runs.ts";

/**
 * Brings pairs of records into step: what is read, what follows from it, and what is remembered. src/sync implements it; the step of kind
 * `sync` makes the calls. Every method may be called again after a crash, and then does nothing twice.
 */
export interface Syncs {
  /** Finds the pair of a changed record and locks it for the run. */
  begin(event: SyncEvent): Promise<SyncBegun>;
  /** What has to be written, from both records as they were just read. It is recorded before anything is written. */
  plan(event: SyncEvent, pair: Json, reads: SyncReads): Promise<SyncPlan>;
  /** Notes one write before it is sent: if nothing more is heard of it, it explains what a side shows. */
  writing(event: SyncEvent, plan: SyncPlan, index: number): Promise<void>;
  /** A write that was noted is not made, since it was refused or never sent. */
  unwritten(event: SyncEvent, plan: SyncPlan, index: number): Promise<void>;
  /** Notes one write that was made, so that it is known although the run should go no further. */
  wrote(event: SyncEvent, plan: SyncPlan, index: number, output: Json): Promise<void>;
  /** Everything is written, with these answers: the pair agrees, and others may work at it. */
  settle(event: SyncEvent, plan: SyncPlan, outputs: readonly Json[]): Promise<void>;
  /**
   * It cannot be brought into step just now: the pair says why, and others may work at it. `done`: what was planned, and the answers there
   * were. True: the error said what was missing, and it is worth trying again at once.
   */
  failed(event: SyncEvent, error: StoredError, done?: { plan: SyncPlan; outputs: readonly Json[] }): Promise<boolean>;
}

/** The event that a run is of, as a sync sees it. */
export interface SyncEvent {
  workspaceId: string;
  syncId: string;
  side: "a" | "b";
  /** The webhook event of the record type by which it was heard; null: its list was read, or it was handed over. */
  heard: string | null;
  runId: string;
  triggerId: string;
  /** Its key: deletions that one reading found have keys that begin alike. */
  key: string;
  recordId: string | null;
  payload: unknown;
  /** When the run's event happened. */
  at: number;
  lane: Lane;
}

/** What becomes of an event. `skip`: there is nothing to do. `wait`: another run works at the pair, or a person is asked. */
export type SyncBegun =
  | { kind: "skip"; why: string }
  | { kind: "wait"; until: number; why: string; durable: boolean }
  | { kind: "read"; pair: Json; calls: SyncCall[] };

/** A call of an operation. `side` says whose record it reads or writes. */
export interface SyncCall {
  side: "a" | "b";
  app: string;
  operation: string;
  connection: string;
  input: Record<string, Json>;
}

/** What was read of each side; null: the record is gone. Absent: it was not read. */
export type SyncReads = Partial<Record<"a" | "b", SyncRead>>;
export interface SyncRead {
  record: Json;
  readAt: number;
}

export interface SyncPlan {
  calls: SyncCall[];
  /** What was decided, in a sentence for the run. */
  says: string;
  /** What settling needs. */
  state: Json;
  /** When it was decided: what is old is read and decided anew, unless a write has begun. */
  at: number;
}
