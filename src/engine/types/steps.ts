import type { Effect, ListRead } from "#catalog/types.ts";
import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Lease } from "./leases.ts";

export type StepState = "running" | "waiting" | "succeeded" | "skipped" | "failed" | "held";

/** One stage of a run: the truth about what was tried and what came of it. */
export interface StepRecord {
  runId: string;
  /** Where in the flow: `contact`, `unhappy/task`, `each[3]/note`. Unique in the run. */
  path: string;
  /** Order of first execution, from 0. */
  seq: number;
  state: StepState;
  app: string | null;
  operation: string | null;
  effect: Effect | null;
  input: Json | undefined;
  output: Json | undefined;
  attempts: StepAttempt[];
  error: StoredError | null;
  startedAt: number;
  finishedAt: number | null;
}

/** A step as it is to be written: only under the lease that the run still has. */
export interface StepWrite {
  step: StepRecord;
  lease: Lease;
}

export interface StepAttempt {
  at: number;
  durationMs: number;
  error?: StoredError;
  /** True when it is not known whether it took effect. */
  unknown?: boolean;
  /** Requests and answers of this attempt, without secrets. */
  exchanges?: unknown[];
  /** In words: "Looked up before writing again: it had taken effect." */
  note?: string;
  /** Lines that a script wrote. */
  log?: string[];
  /** Of a list: how far it was read. */
  list?: ListRead;
}
