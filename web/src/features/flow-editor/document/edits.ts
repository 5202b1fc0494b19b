import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { gives, kindOf, listMembersOf } from "./kinds.ts";
import { idOf } from "./step-id.ts";
import { isObject } from "#kernel/json.ts";
import { allSteps, depthOf, heightOf, isWithin, listOf, type Place, placeKey, stepAt, stepsAt, valueAt } from "./place.ts";
import { renamedIn } from "./references.ts";
import { freeId, usedNames } from "./ids.ts";

/** Edits of a definition: each gives a new one and keeps every member it does not speak of. Where an edit makes no sense, it gives the same. */

/** How deep steps may be, and how many a flow may have: the server's own bounds. */
export const deepest = 8;

/** Puts a value at a place; undefined takes the member away. Objects on the way that are missing are made. */
export const setAt = <T>(value: T, place: Place, next: unknown): T =>
  next === undefined && valueAt(value, place) === undefined ? value : put(value, place, next);

function put<T>(value: T, place: Place, next: unknown): T {
  const [key, ...rest] = place;
  if (key === undefined) return next as T;
  if (Array.isArray(value)) return putItem(value, Number(key), rest, next) as T;
  const members: Record<string, unknown> = isObject(value) ? value : {};
  const name = String(key);
  if (rest.length === 0 && next === undefined) return without(members, name) as T;
  const before = Object.hasOwn(members, name) ? members[name] : undefined;
  const after = put(before, rest, next);
  return (Object.hasOwn(members, name) && before === after ? value : withMember(members, name, after)) as T;
}

/** An item is put in place of another, or at the end. */
function putItem(items: readonly unknown[], index: number, rest: Place, next: unknown): readonly unknown[] {
  if (!(index in items) && (rest.length > 0 || index !== items.length)) return items;
  if (rest.length === 0 && next === undefined) return items.toSpliced(index, 1);
  return items.toSpliced(index, 1, put(items[index], rest, next));
}

/** The same members in the same order; a name like `__proto__` is a name like any other. */
function withMember(members: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const entries = Object.entries(members);
  const at = entries.findIndex(([name]) => name === key);
  return Object.fromEntries(at === -1 ? [...entries, [key, value]] : entries.with(at, [key, value]));
}

const without = (members: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => name !== key));

/** Calls a member by another name, where it stands. */
export function renameMember<T>(value: T, place: Place, to: string): T {
  const parent = valueAt(value, place.slice(0, -1));
  const from = String(place.at(-1));
  if (!isObject(parent) || from === to || Object.hasOwn(parent, to)) return value;
  const renamed = Object.entries(parent).map(([name, member]) => [name === from ? to : name, member]);
  return setAt(value, place.slice(0, -1), Object.fromEntries(renamed));
}

/** Puts a step in at a place: what stood there comes after it. */
export function insertStep(definition: FlowDefinition, place: Place, step: StepDefinition): FlowDefinition {
  const { list, index } = listOf(place);
  const steps = stepsAt(definition, list);
  if (index < 0 || index > steps.length || !fits(step, list)) return definition;
  return setAt(definition, list, steps.toSpliced(index, 0, step));
}

/** Asks another condition where that of a branch does not hold. What was done otherwise is done where neither holds. */
export function addCondition(definition: FlowDefinition, place: Place): FlowDefinition {
  const step = stepAt(definition, place);
  if (step === undefined || kindOf(step) !== "branch") return definition;
  const list: Place = [...place, "else"];
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
  const further: StepDefinition = { id: freeId("branch", usedNames(definition)), if: "", then: [], else: [...stepsAt(definition, list)] };
  return fits(further, list) ? setAt(definition, list, [further]) : definition;
}

/** Whether a step can be in a list without the flow becoming too deep. */
export const fits = (step: StepDefinition, list: Place): boolean => depthOf(list) + heightOf(step) <= deepest;

/** Takes a step out, with the steps inside it. */
export function removeStep(definition: FlowDefinition, place: Place): FlowDefinition {
  const { list, index } = listOf(place);
  const steps = stepsAt(definition, list);
  return index in steps ? setAt(definition, list, steps.toSpliced(index, 1)) : definition;
}

/** Moves a step to where `to` is now; counted before it is taken out. Not into itself. */
export function moveStep(definition: FlowDefinition, from: Place, to: Place): FlowDefinition {
  const step = stepAt(definition, from);
  if (!step || isWithin(to, from)) return definition;
  if (placeKey(to) === placeKey(from) || !fits(step, listOf(to).list)) return definition;
  const added = insertStep(definition, to, step);
  return added === definition ? definition : removeStep(added, afterInsert(from, to));
}

/** Where a step is once it was moved. */
export const movedPlace = (from: Place, to: Place): Place => afterRemoval(to, from);

/** Where what was at a place is once a step was put in at another. */
export function afterInsert(place: Place, inserted: Place): Place {
  const depth = inserted.length - 1;
  const index = place[depth];
  const isLater = isWithin(place, inserted.slice(0, -1)) && typeof index === "number" && index >= Number(inserted[depth]);
  return isLater ? [...place.slice(0, depth), index + 1, ...place.slice(depth + 1)] : place;
}

/** Where what was at a place is once a step was taken out at another. */
export function afterRemoval(place: Place, removed: Place): Place {
  const depth = removed.length - 1;
  const index = place[depth];
  const isLater = isWithin(place, removed.slice(0, -1)) && typeof index === "number" && index > Number(removed[depth]);
  return isLater ? [...place.slice(0, depth), index - 1, ...place.slice(depth + 1)] : place;
}

export type Direction = "up" | "down" | "in" | "out";

/** Where a step would go: before or after its neighbour, to the end of the step before it, or behind the step around it. Null: nowhere. */
export function towards(definition: FlowDefinition, place: Place, direction: Direction): Place | null {
  const step = stepAt(definition, place);
  if (!step) return null;
  const { list, index } = listOf(place);
  const to = {
    up: () => (index > 0 ? [...list, index - 1] : null),
    down: () => (index < stepsAt(definition, list).length - 1 ? [...list, index + 2] : null),
    in: () => inside(definition, [...list, index - 1]),
    out: () => (list.length > 1 ? [...list.slice(0, -2), Number(list.at(-2)) + 1] : null),
  }[direction]();
  return to !== null && fits(step, listOf(to).list) ? to : null;
}

/** The end of the first list inside a step. */
function inside(definition: FlowDefinition, place: Place): Place | null {
  const [member] = listMembersOf(stepAt(definition, place));
  return member === undefined ? null : [...place, member, stepsAt(definition, [...place, member]).length];
}

/** A copy whose ids, and those of the steps inside, are free in the flow; what its steps read of each other is read of the copies. */
export function copyFor(definition: FlowDefinition, step: StepDefinition): StepDefinition {
  const used = new Set(allSteps(definition).map(({ step: one }) => idOf(one)));
  const renames = new Map<string, string>();
  for (const { step: inner } of allSteps({ ...definition, steps: [step] })) {
    const id = idOf(inner);
    if (id === "" || renames.has(id)) continue;
    const next = freeId(id, used);
    used.add(next);
    renames.set(id, next);
  }
  const [copied] = renamedIn([step], (id) => renames.get(id) ?? id, { ids: true }) as StepDefinition[];
  return copied ?? step;
}

/** Puts a copy of a step behind it. */
export function duplicateStep(definition: FlowDefinition, place: Place): FlowDefinition {
  const step = stepAt(definition, place);
  const { list, index } = listOf(place);
  return step ? insertStep(definition, [...list, index + 1], copyFor(definition, step)) : definition;
}

/** Leaves a step out of runs, or takes it in again. */
export function switchStep(definition: FlowDefinition, place: Place): FlowDefinition {
  const step = stepAt(definition, place);
  return step ? setAt(definition, [...place, "off"], step.off === true ? undefined : true) : definition;
}

/** Gives a step another id, and everything that reads it the new name. The id must be free. */
export function renameStep(definition: FlowDefinition, place: Place, id: string): FlowDefinition {
  const step = stepAt(definition, place);
  const from = idOf(step);
  if (!step || from === id) return definition;
  const renamed = setAt(definition, [...place, "id"], id);
  if (from === "" || !gives(step)) return renamed;
  return setAt(
    renamed,
    ["steps"],
    renamedIn(renamed.steps, (name) => (name === from ? id : name)),
  );
}

/** Gives the item of a loop another name, and the steps inside it as well. */
export function renameItem(definition: FlowDefinition, place: Place, name: string): FlowDefinition {
  const step = stepAt(definition, place);
  if (!step || !("forEach" in step)) return definition;
  const from = step.as ?? "item";
  const renamed = setAt(definition, [...place, "as"], name);
  const names = new Map([
    [from, name],
    [`${from}_index`, `${name}_index`],
  ]);
  return setAt(
    renamed,
    [...place, "do"],
    renamedIn(stepsAt(definition, [...place, "do"]), (one) => names.get(one) ?? one),
  );
}
