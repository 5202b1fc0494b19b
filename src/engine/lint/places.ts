import { defined } from "#kernel/defined.ts";
import type { JsonObject } from "#kernel/json.ts";
import { usualItem } from "../flow/compile.ts";
import { compileExpression, type MappingSettings } from "../mapping/mapping.ts";
import type { FlowDefinition, StepDefinition } from "../types/flows.ts";

/** Where a flow calls an operation: its trigger, or a step. */
export interface Place {
  /** `trigger`, `steps[2].then[0]`. */
  at: string;
  step: string | null;
  app: string;
  operation: string;
  connection: string | undefined;
  input: JsonObject;
  /** Of a step: how many rows of a list it reads at most. */
  rows?: number;
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

/** Where a flow decides: the condition of a filter or a branch. */
export interface Condition {
  /** `steps[1].filter`. */
  at: string;
  step: string;
  text: string;
  names: ReadonlyMap<string, Source>;
}
interface Spots {
  places: Place[];
  conditions: Condition[];
  /** Names of what loops go through. */
  looped: Set<string>;
}

/** Every place and condition of a flow, in the order in which it is written. */
export function spotsOf({ trigger, steps }: FlowDefinition): Spots {
  const { app, operation, connection, input = {} } = trigger;
  const start = { at: "trigger", step: null, app, operation, connection, input };
  const spots: Spots = { places: [{ ...start, names: new Map() }], conditions: [], looped: new Set() };
  walk(steps, "steps", new Map([["trigger", { kind: "call", place: start }]]), spots);
  return spots;
}

/** Only the places. */
export const placesOf = (definition: FlowDefinition): Place[] => spotsOf(definition).places;

/** `names` grows as steps finish; a branch or loop has a copy, for its steps are unknown outside of it. */
function walk(steps: readonly StepDefinition[], at: string, names: Map<string, Source>, spots: Spots): void {
  for (const [i, step] of steps.entries()) visit(step, `${at}[${i}]`, names, spots);
}

function visit(step: StepDefinition, at: string, names: Map<string, Source>, spots: Spots): void {
  const decides = (key: string, text: string) => spots.conditions.push({ at: `${at}.${key}`, step: step.id, text, names: new Map(names) });
  if ("filter" in step) decides("filter", step.filter);
  if ("if" in step) {
    decides("if", step.if);
    walk(step.then, `${at}.then`, new Map(names), spots);
    walk(step.else ?? [], `${at}.else`, new Map(names), spots);
  }
  if ("forEach" in step) {
    const { uses } = compileExpression(step.forEach, still, `${at}.forEach`);
    for (const path of uses) spots.looped.add(/^[^.[]*/.exec(path)![0]);
    const item: Source = { kind: "item", of: uses };
    walk(step.do, `${at}.do`, new Map([...names, [step.as ?? usualItem, item]]), spots);
  }
  if ("format" in step) names.set(step.id, { kind: "format", value: step.format });
  if ("operation" in step) {
    const { id, app, operation, connection, input = {}, rows } = step;
    const place = { at, step: id, app, operation, connection, input, ...defined({ rows }) };
    spots.places.push({ ...place, names: new Map(names) });
    names.set(id, { kind: "call", place });
  }
}
