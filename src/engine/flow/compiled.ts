import type { Json } from "#kernel/json.ts";
import type { CompiledValue, Scope } from "../mapping/mapping.ts";
import type { Ending, RunnerParts } from "../run/parts.ts";
import type { Lane, RunContext } from "../types/runs.ts";
import type { MessageException } from "../types/messages.ts";
import type { StepRecord } from "../types/steps.ts";
import type { TriggerDefinition } from "./format.ts";

/** A version of a flow, compiled once before its first event. */
export interface CompiledFlow {
  settings: CompiledSettings;
  steps: readonly CompiledStep[];
  trigger: Pick<TriggerDefinition, "app" | "operation">;
  /** Gives a webhook event's key from `trigger`, where the flow chose one. */
  eventKey?: CompiledValue;
  /** Gives the id of the record that an event is of, where the flow chose one. */
  record?: CompiledValue;
  /** Whether a rule that it may use is a script. */
  scripted: boolean;
  /** Whether its runs read what changed, as `trigger._change`. */
  changes: boolean;
  /** The steps of whose answer anything reads the status or the headers. Only theirs are kept. */
  answers: ReadonlySet<string>;
}

export interface CompiledSettings {
  zone: string;
  country?: string;
  unknownOutcome: "hold" | "retry";
  retry: { maxAttempts: number; maxElapsedMs: number };
  lane: Lane;
  /** How long a record must be quiet before its run begins; null: it begins at once. */
  settleMs: number | null;
  /** The rules for messages that the flow does not keep. */
  messages?: MessageException;
  /** Whether runs of one record go one after another. */
  order: boolean;
}

/** A step that can be executed. */
export interface CompiledStep {
  readonly id: string;
  /** Every path that its templates read, those of the steps inside included. */
  readonly uses: readonly string[];
  /** Whether it begins with a call. */
  readonly calls: boolean;
  /** Whether the run may end in it, or in a step inside. */
  readonly mayEnd: boolean;
  readonly run: StepRun;
}

/** Executes a step. Null: the run goes on with the next. Throws what the run fails with. */
export type StepRun = (walk: Walk, path: string, scope: Scope) => Promise<Ending | null> | Ending | null;

/** A run on its way through its flow, as its steps see it. */
export interface Walk {
  readonly context: RunContext;
  readonly flow: CompiledFlow;
  readonly parts: RunnerParts;
  /** Executes steps one after another, each under `prefix` and its id. */
  steps(steps: readonly CompiledStep[], prefix: string, scope: Scope): Promise<Ending | null>;
  /** The same once for each item of a list, in a scope of its own. */
  each(loop: Loop, items: readonly Json[], path: string, scope: (item: Json, i: number) => Scope): Promise<Ending | null>;
  /** The record of a step so far. */
  recorded(path: string): StepRecord | undefined;
  /** A record of a step: what there is, or a new one. It is not written before `put`. */
  record(path: string, prior: StepRecord | undefined, now: number): StepRecord;
  put(record: StepRecord): void;
  /** For a step without a call: computes its result once and records it. */
  decide(path: string, work: () => Json | Promise<Json>): Promise<StepRecord>;
}

/** A step that executes others many times. */
export interface Loop {
  id: string;
  body: readonly CompiledStep[];
  /** Whether it has not begun before: only then it may be refused for its length. */
  isNew: boolean;
}
