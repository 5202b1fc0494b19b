import type { PretendedEffect } from "#catalog/types.ts";
import type { StoredError } from "#kernel/errors.ts";

/** What a step did when it was tried by itself. It is no run of its flow. */
export interface StepTest {
  step: string;
  at: number;
  /** `pretended`: a write that was not made. `running`: a write whose end nobody saw. */
  state: "running" | "succeeded" | "pretended" | "failed";
  /** Whether it made a write. */
  wrote: boolean;
  app: string | null;
  operation: string | null;
  input: unknown;
  output: unknown;
  effects: PretendedEffect[];
  exchanges: unknown[];
  error: StoredError | null;
  /** The key of the sample it was tested with (`sampleKey`): its result says nothing of another. Null: an earlier release did not note it. */
  sample: string | null;
  /** The person it was about. */
  person: string | null;
  by: string | null;
}

export type BacktestState = "running" | "done" | "cancelled" | "failed";

/** How a draft would treat the events that were kept, beside how the published version would. */
export interface Backtest {
  id: string;
  workspaceId: string;
  flowId: string;
  state: BacktestState;
  done: number;
  total: number;
  startedAt: number;
  updatedAt: number;
  by: string | null;
  report: BacktestReport;
}

export interface BacktestReport {
  rows: BacktestRow[];
  /** Why it ended early, in words. */
  stopped: string | null;
  /** The revision of the draft that was tried; absent where a definition was given with the request. */
  revision?: number;
}

/** One event: what the draft would do with it, and what the published version would. */
export interface BacktestRow {
  event: string;
  at: number;
  person: string | null;
  draft: TrialOutcome;
  /** Null: nothing is published. */
  published: TrialOutcome | null;
}

export interface TrialOutcome {
  outcome: "succeeded" | "filtered" | "failed" | "incomplete" | "other";
  /** What it would do, in a sentence. */
  summary: string;
  /** How many records it would create, update and so on. */
  effects: Partial<Record<"create" | "update" | "unchanged" | "delete" | "other", number>>;
  /** Of a failure: the step, the error's code and its sentence. */
  step: string | null;
  error: { code: string; message: string } | null;
}
