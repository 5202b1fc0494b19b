import { defined } from "#kernel/defined.ts";
import { emptiedIn } from "#catalog/empty.ts";
import { parseDuration } from "#kernel/durations.ts";
import { answerReadBy } from "../mapping/answers.ts";
import { compileCondition, compileExpression, compileKey, compileValue } from "../mapping/mapping.ts";
import type { CompiledCondition, CompiledValue, MappingSettings } from "../mapping/mapping.ts";
import { defaultRetryLimits } from "../run/retry.ts";
import { bare } from "./sentence.ts";
import type { FlowDefinition, FlowSettings, StepDefinition } from "../types/flows.ts";
import type { Lane } from "../types/runs.ts";
import type { StepCall } from "../ports/caller.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { compileInput } from "./written.ts";

/** A flow as a worker walks it: everything that can be worked out before the first event is. One for each version. */
export interface CompiledFlow {
  settings: CompiledSettings;
  steps: CompiledStep[];
  trigger: Pick<TriggerDefinition, "app" | "operation">;
  /** Gives a webhook event's key from `trigger`, where the flow chose one. */
  eventKey?: CompiledValue;
  /** Gives the id of the record that an event is of, where the flow chose one. */
  record?: CompiledValue;
  /** Whether it is told what changed, as `trigger._change`. */
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
  /** Whether runs of one record go one after another. */
  order: boolean;
}

export type CompiledStep = { id: string; title?: string } & (
  | {
      kind: "action";
      app: string;
      operation: string;
      connection?: string;
      input: CompiledValue;
      meant: StepCall["settings"] & object;
      rows?: number;
      onError: "fail" | "continue";
    }
  | { kind: "filter"; condition: CompiledCondition; written: string }
  | { kind: "branch"; condition: CompiledCondition; then: CompiledStep[]; else: CompiledStep[] }
  | { kind: "forEach"; list: CompiledValue; as: string; body: CompiledStep[] }
  | { kind: "wait"; value: CompiledValue }
  | { kind: "format"; value: CompiledValue }
  | { kind: "stop"; as: "success" | "filtered" | "failed"; reason?: CompiledValue }
);

/** The name of a loop's item where the flow gives none. */
export const usualItem = "item";

/** What the steps of a flow are compiled with. */
type Compiling = MappingSettings & { operation: FlowKnowledge["operation"] };

/** Compiles a definition that `parseFlow` let through. `now` is the clock of its templates; `known` says which inputs are addresses or bodies. */
export function compileFlow(definition: FlowDefinition, now: () => number, known?: Pick<FlowKnowledge, "operation">): CompiledFlow {
  const settings = compileSettings(definition.settings);
  const operation = (app: string, id: string) => known?.operation(app, id) ?? null;
  const country = settings.country !== undefined && { country: settings.country };
  const mapping: Compiling = { zone: settings.zone, now, ...country, operation };
  const { app, operation: event, key, record, previous = false } = definition.trigger;
  const home = homeOf(definition);
  const steps = definition.steps.map((step) => compileStep(step, mapping, home));
  return {
    settings,
    trigger: { app, operation: event },
    changes: previous || settings.settleMs !== null,
    answers: new Set(steps.flatMap(readsOf).flatMap((path) => answerReadBy(path) ?? [])),
    steps,
    ...defined({
      eventKey: key === undefined ? undefined : compileKey(key, mapping, "trigger.key"),
      record: record === undefined ? undefined : compileKey(record, mapping, "trigger.record"),
    }),
  };
}

/** Every path that a step reads, and those within it. */
function readsOf(step: CompiledStep): string[] {
  switch (step.kind) {
    case "action":
      return step.input.uses;
    case "filter":
      return step.condition.uses;
    case "branch":
      return [...step.condition.uses, ...[...step.then, ...step.else].flatMap(readsOf)];
    case "forEach":
      return [...step.list.uses, ...step.body.flatMap(readsOf)];
    case "wait":
    case "format":
      return step.value.uses;
    case "stop":
      return step.reason?.uses ?? [];
  }
}

/** The zone and country that a flow itself names: where it names none, those of the sub-account count. */
export function homeOf({ settings: { zone, country } = {} }: FlowDefinition): Pick<FlowSettings, "zone" | "country"> {
  return defined({ zone, country });
}

function compileSettings({
  zone = "UTC",
  country,
  unknownOutcome = "hold",
  retry = {},
  lane = "live",
  settle,
  order,
}: FlowSettings = {}): CompiledSettings {
  const maxElapsedMs =
    retry.maxElapsed === undefined ? defaultRetryLimits.maxElapsedMs : parseDuration(retry.maxElapsed, "settings.retry.maxElapsed");
  const limits = { maxAttempts: retry.maxAttempts ?? defaultRetryLimits.maxAttempts, maxElapsedMs };
  const settleMs = settle === undefined ? null : parseDuration(settle, "settings.settle");
  return { zone, unknownOutcome, retry: limits, lane, settleMs, order: order === "record", ...defined({ country }) };
}

function compileStep(step: StepDefinition, mapping: Compiling, home: Pick<FlowSettings, "zone" | "country">): CompiledStep {
  const all = (steps: StepDefinition[]) => steps.map((each) => compileStep(each, mapping, home));
  const base = { id: step.id, ...defined({ title: step.title }) };
  if ("filter" in step)
    return { ...base, kind: "filter", condition: compileCondition(step.filter, mapping, "filter"), written: bare(step.filter) };
  if ("if" in step)
    return {
      ...base,
      kind: "branch",
      condition: compileCondition(step.if, mapping, "if"),
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
      then: all(step.then),
      else: all(step.else ?? []),
    };
  if ("forEach" in step)
    return {
      ...base,
      kind: "forEach",
      list: compileExpression(step.forEach, mapping, "forEach"),
      as: step.as ?? usualItem,
      body: all(step.do),
    };
  if ("wait" in step) return { ...base, kind: "wait", value: compileValue(step.wait, mapping, "wait") };
  if ("format" in step) return { ...base, kind: "format", value: compileValue(step.format, mapping, "format") };
  if ("stop" in step)
    return {
      ...base,
      kind: "stop",
      as: step.stop,
      ...(step.reason !== undefined && { reason: compileValue(step.reason, mapping, "reason") }),
    };
  const { app, operation, connection, input = {}, rows, onError = "fail" } = step;
  return {
    ...base,
    kind: "action",
    app,
    operation,
    input: compileInput(input, mapping.operation(app, operation)?.inputs ?? [], mapping),
    meant: { ...home, emptied: emptiedIn(input), written: Object.keys(input) },
    onError,
    ...defined({ rows, connection }),
  };
}
