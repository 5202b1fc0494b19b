import type { CallCause } from "#kernel/call-cause.ts";
import type { Clock } from "#kernel/clock.ts";
import type { MillraceError, StoredError } from "#kernel/errors.ts";
import type { PretendedEffect } from "#catalog/types.ts";
import type { MessageGate } from "../messages/gate.ts";
import type { Scope } from "../mapping/mapping.ts";
import type { EvaluationHost } from "../mapping/work.ts";
import type { StepCall, StepCaller } from "../ports/caller.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { Waiting } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";
import type { ChangeFacts } from "./change.ts";

/** How one pass over a run ends. `paused` goes on at `dueAt`; only a durable pause is written to the row. `parked` waits for a place. */
export type Ending =
  | { kind: "succeeded" | "filtered"; reason?: string }
  | { kind: "failed" | "held"; error: StoredError }
  | { kind: "paused"; dueAt: number; durable: boolean; waiting: Waiting; trouble?: Trouble }
  | { kind: "parked"; host: string }
  | { kind: "cancelled" };

/** Why a run waits before it calls again: the host is `down` and is not called for now, or the call failed. */
export type Trouble = "down" | "failing";

/** What keeps a call from being made now: there is no place for it, or its host does not answer. */
export interface Barrier {
  host: string;
  refusal?: MillraceError;
}

/** Where the results go: the journal for a real run, a list for a dry one. */
export interface Recorder {
  /** `brief` is what later passes need of the step. */
  put(step: StepRecord, brief: StepRecord): void;
  /** Resolves when the begun step is on the disk, so that it is seen after a crash. */
  begin(step: StepRecord): Promise<void>;
  /** Resolves when all that was put is written: asked by a run whose results are large. */
  written(): Promise<void>;
}

export interface RunnerParts {
  caller: StepCaller;
  scripts: Scripts;
  /** Without them, steps that keep pairs in step do nothing. */
  syncs?: Syncs | undefined;
  clock: Clock;
  random: () => number;
  recorder: Recorder;
  /** Shared by all runs of the process: between steps it gives the event loop to the others. */
  pace: EvaluationHost;
  /** Decides of messages to people before they are sent; without it, all are sent. */
  messages?: Pick<MessageGate, "decide" | "notSent"> | undefined;
  /** Set in a dry run: collects what would have been written. */
  dry?: { effects: (PretendedEffect & { step: string })[]; skipped: { step: string; why: string }[] };
  /** Results of steps that are not executed, by the names under which templates read them. */
  results?: Scope;
  /** For a flow that reads what changed. */
  change?: ChangeFacts;
  /** Asked between steps. */
  cancelled?: () => boolean;
  /** Asked before a step is sent, or recorded as begun. Null: go on. */
  barrier?: (call: StepCall) => Barrier | null;
  /** Takes a place for work at a host that is no call. False: there is none. */
  room?: (host: string) => boolean;
  signal?: AbortSignal;
  /** Why its calls are made, where it is no real run. */
  cause?: CallCause;
}
