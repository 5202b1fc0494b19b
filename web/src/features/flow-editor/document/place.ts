import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { kindOf, listMembersOf } from "./kinds.ts";
import { isObject } from "#kernel/json.ts";

/** Where something is in a definition: `["steps", 1, "then", 0]`, `["trigger"]`, `["settings", "zone"]`. */
export type Place = readonly (string | number)[];

/** The place of what starts the flow. */
export const triggerPlace: Place = ["trigger"];
/** The place of the flow's settings. */
export const settingsPlace: Place = ["settings"];

/** What is at a place; undefined where nothing is. */
export function valueAt(value: unknown, place: Place): unknown {
  let inner = value;
  for (const key of place) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<string | number, unknown>)[key];
  }
  return inner;
}

/** The step at a place; undefined where there is none, or something that is no object. */
export function stepAt(definition: FlowDefinition, place: Place): StepDefinition | undefined {
  if (!isStepPlace(place)) return undefined;
  const step = valueAt(definition, place);
  return isObject(step) ? (step as unknown as StepDefinition) : undefined;
}

/** Whether a place is one that a step can have. */
export const isStepPlace = (place: Place): boolean => place[0] === "steps" && typeof place.at(-1) === "number" && place.length % 2 === 0;

/** The steps of a list; none where it is missing or something else stands there. */
export function stepsAt(definition: FlowDefinition, list: Place): readonly StepDefinition[] {
  const steps = valueAt(definition, list);
  return Array.isArray(steps) ? (steps as StepDefinition[]) : [];
}

/** The list a step is in, and its number there. */
export const listOf = (place: Place): { list: Place; index: number } => ({ list: place.slice(0, -1), index: Number(place.at(-1)) });

/** Whether two places are the same. */
export const isSame = (a: Place, b: Place): boolean => a.length === b.length && a.every((key, i) => key === b[i]);

/** Whether a place is the other one, or within it. */
export const isWithin = (place: Place, outer: Place): boolean => place.length >= outer.length && outer.every((key, i) => key === place[i]);

/** A place as text, for keys and addresses: `steps.1.then.0`. */
export const placeKey = (place: Place): string => place.join(".");

/** The place that a text from an address means; null where it means none. */
export function placeFromKey(key: string): Place | null {
  const place = key.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return isStepPlace(place) || isSame(place, triggerPlace) || isSame(place, settingsPlace) ? place : null;
}

/** `steps[1].then[0].input.email`, as the server writes places, and back. */
export const placeOf = (at: string): Place =>
  at
    .split(/\.|\[(\d+)\]\.?/)
    .filter((key) => key !== undefined && key !== "")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/** The step that a place is in, or the place itself; null where it is in none. */
export function stepPlaceOf(place: Place): Place | null {
  if (place[0] !== "steps" || typeof place[1] !== "number") return null;
  let end = 2;
  while (typeof place[end] === "string" && typeof place[end + 1] === "number" && lists.has(String(place[end]))) end += 2;
  return place.slice(0, end);
}
const lists: ReadonlySet<string> = new Set(["then", "else", "do"]);

/** A step on a walk through the flow. */
export interface Placed {
  place: Place;
  step: StepDefinition;
  /** `3`, or `3.1` within step 3: what people call it. */
  number: string;
}

/** The number of the first step in a list of a step: the steps of a branch's other column are counted on. */
export function firstNumberIn(step: unknown, member: string): number {
  const earlier = listMembersOf(step).slice(0, listMembersOf(step).indexOf(member));
  const lengthOf = (key: string) => (isObject(step) && Array.isArray(step[key]) ? step[key].length : 0);
  return earlier.reduce((sum, key) => sum + lengthOf(key), 1);
}

/** Every step in the order in which they stand, those inside others after them. What is no object is left out. */
export function allSteps(definition: FlowDefinition): Placed[] {
  const placed: Placed[] = [];
  const walk = (list: Place, prefix: string, first: number) => {
    for (const [index, step] of stepsAt(definition, list).entries()) {
      if (!isObject(step)) continue;
      const place = [...list, index];
      const number = `${prefix}${first + index}`;
      placed.push({ place, step: step as unknown as StepDefinition, number });
      for (const member of listMembersOf(step)) walk([...place, member], `${number}.`, firstNumberIn(step, member));
    }
  };
  walk(["steps"], "", 1);
  return placed;
}

/** The step of an id, wherever it is. */
export const placeOfId = (definition: FlowDefinition, id: string): Place | null =>
  allSteps(definition).find(({ step }) => step.id === id)?.place ?? null;

const byId = "step:";

/** What an address says is to be open: a place, or `step:` and the id of a step, which keeps it wherever it is moved. */
export const placeOfAddress = (definition: FlowDefinition, at: string): Place | null =>
  at.startsWith(byId) ? placeOfId(definition, at.slice(byId.length)) : placeFromKey(at);

/** How deep a list is: 1 is the flow's own. */
export const depthOf = (list: Place): number => (list.length + 1) / 2;

/** How many lists within lists a step has: 0 for one without steps inside. */
export function heightOf(step: unknown): number {
  if (!isObject(step) || kindOf(step) === null) return 0;
  const inner = listMembersOf(step).flatMap((member) => {
    const list = step[member];
    return Array.isArray(list) ? [1 + Math.max(0, ...list.map(heightOf))] : [];
  });
  return Math.max(0, ...inner);
}
