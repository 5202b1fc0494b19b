import type { JsonObject } from "#kernel/json.ts";
import type { Lane, RunState } from "./runs.ts";
import type { TriggerDefinition } from "./triggers.ts";

/** A flow as people write it and keep it in git. Checked by `parseFlow` (flow.ts). */
export interface FlowDefinition {
  name: string;
  description?: string;
  trigger: TriggerDefinition;
  steps: StepDefinition[];
  settings?: FlowSettings;
}

export interface FlowSettings {
  /** What to do when nobody can tell whether a write took effect and the operation has no way to look. */
  unknownOutcome?: "hold" | "retry";
  retry?: { maxAttempts?: number; maxElapsed?: string };
  /** IANA zone in which the flow's dates are meant; UTC when absent. */
  zone?: string;
  /** Two-letter country for phone numbers written without one. */
  country?: string;
  lane?: Lane;
  /** `10s`: changes of one record that follow each other within this time become one run, of the newest. A burst without end is let go after ten such windows. */
  settle?: string;
  /** `record`: runs of one record go one after another, in the order in which their events came. */
  order?: "record";
}

export type StepDefinition = ActionStep | FilterStep | BranchStep | ForEachStep | WaitStep | FormatStep | StopStep;

interface StepBase {
  id: string;
  title?: string;
}

/** Calls an operation; with a read it is a lookup. */
export interface ActionStep extends StepBase {
  app: string;
  operation: string;
  connection?: string;
  input?: JsonObject;
  /** A read of a list: how many rows at most. */
  rows?: number;
  /** `continue`: a refusal becomes the step's result (`{error}`) and the run goes on. */
  onError?: "fail" | "continue";
}

/** The run goes on only if the condition holds; otherwise it ends Filtered. */
export interface FilterStep extends StepBase {
  filter: string;
}

export interface BranchStep extends StepBase {
  if: string;
  then: StepDefinition[];
  else?: StepDefinition[];
}

/** Does its steps once for each item of a list; inside, the item is `{{ <as> }}` and its number `{{ <as>_index }}`. */
export interface ForEachStep extends StepBase {
  forEach: string;
  as?: string;
  do: StepDefinition[];
}

/** `2h`, or a template that gives a duration or a time. */
export interface WaitStep extends StepBase {
  wait: string;
}

/** Builds values for later steps. */
export interface FormatStep extends StepBase {
  format: JsonObject;
}

export interface StopStep extends StepBase {
  stop: "success" | "filtered" | "failed";
  reason?: string;
}

export type FlowStatus = "draft" | "on" | "off";

export interface Flow {
  id: string;
  workspaceId: string;
  name: string;
  status: FlowStatus;
  draft: FlowDefinition;
  /** The published version; null before the first. */
  version: number | null;
  /** Why it was paused by Millrace, in words. */
  reason?: string;
  createdAt: number;
  updatedAt: number;
}

export interface FlowTotals {
  counts: Record<RunState, number>;
  lastRunAt: number | null;
}
