import type { JsonObject } from "#kernel/json.ts";
import { usualItem } from "../flow/compile.ts";
import { compileExpression, type MappingSettings } from "../mapping/mapping.ts";
import type { FlowDefinition, StepDefinition } from "../types.ts";

/** Where a flow calls an operation: its trigger, or a step. */
export interface Place {
  /** `trigger`, `steps[2].then[0]`. */
  at: string;
  step: string | null;
  app: string;
  operation: string;
  connection: string | undefined;
  input: JsonObject;
  /** What its templates can read, by name. */
  names: ReadonlyMap<string, Source>;
}

/** What stands behind a name of a template. */
export type Source =
  | { kind: "call"; place: Omit<Place, "names"> }
  /** A loop's item: paths into the list. */
  | { kind: "item"; of: string[] }
  | { kind: "format"; value: JsonObject };

/** Nothing is evaluated: the clock and the zone make no difference to what a template reads. */
export const still: MappingSettings = { zone: "UTC", now: () => 0 };

/** Every place of a flow, in the order in which it is written. */
export function placesOf({ trigger, steps }: FlowDefinition): Place[] {
  const { app, operation, connection, input = {} } = trigger;
  const start = { at: "trigger", step: null, app, operation, connection, input };
  return [{ ...start, names: new Map() }, ...walk(steps, "steps", new Map([["trigger", { kind: "call", place: start }]]))];
}

/** `names` grows as steps finish; a branch or loop has a copy, for its steps are unknown outside of it. */
function walk(steps: readonly StepDefinition[], at: string, names: Map<string, Source>): Place[] {
  return steps.flatMap((step, i) => placesIn(step, `${at}[${i}]`, names));
}

function placesIn(step: StepDefinition, at: string, names: Map<string, Source>): Place[] {
  if ("if" in step) return [...walk(step.then, `${at}.then`, new Map(names)), ...walk(step.else ?? [], `${at}.else`, new Map(names))];
  if ("forEach" in step) {
    const item: Source = { kind: "item", of: compileExpression(step.forEach, still, `${at}.forEach`).uses };
    return walk(step.do, `${at}.do`, new Map([...names, [step.as ?? usualItem, item]]));
  }
  if ("format" in step) names.set(step.id, { kind: "format", value: step.format });
  if (!("operation" in step)) return [];
  const { id, app, operation, connection, input = {} } = step;
  const place = { at, step: id, app, operation, connection, input };
  const seen = new Map(names);
  names.set(id, { kind: "call", place });
  return [{ ...place, names: seen }];
}
