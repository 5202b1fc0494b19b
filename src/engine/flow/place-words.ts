import { moreName } from "#catalog/more.ts";
import { isObject } from "#kernel/json.ts";
import { stepTitle, type Titles } from "./sentence.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";

/** Pure: names places of a definition as people do. The definition may be unfinished, so nothing in it is assumed. */

/** `steps[1].input.customFields.Score` as "step 2 'Update the contact', Custom fields › Score". */
export const placeInWords = (definition: unknown, at: string, titles: Titles, kinds: StepKinds = stepKinds): string =>
  placesInWords(definition, titles, kinds)(at);

/** The same for many places of one definition: what a step is called is worked out once for all of its places. */
export function placesInWords(definition: unknown, titles: Titles, kinds: StepKinds = stepKinds): (at: string) => string {
  const inTrigger = once(() => triggerFields(definition, titles));
  const steps = new Map<object, { title: string; fields: Labels }>();
  const wordsOf = (step: Record<string, unknown>) => {
    const words = steps.get(step) ?? { title: titled(step, titles, kinds), fields: inputsOf(step, titles) };
    steps.set(step, words);
    return words;
  };
  return (at) => {
    const path = keysOf(at);
    if (path[0] === "trigger") return together("the trigger", fieldWords(path.slice(1), [inTrigger(), triggerWords]));
    const place = path[0] === "steps" ? stepAt(definition, path, kinds) : null;
    if (!place) return bare(path);
    const { title, fields } = wordsOf(place.step);
    return together(`step ${place.number}${title}`, fieldWords(place.rest, [fields, kinds.labels, generalWords]));
  };
}

/** The same without what lies within a field: for a sentence that names that itself. */
export function fieldInWords(definition: unknown, at: string, titles: Titles): string {
  return placeInWords(definition, at, titles).split(" › ")[0]!;
}

type Labels = ReadonlyMap<string, string>;

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const together = (place: string, field: string): string => (field === "" ? place : `${place}, ${field}`);
const bare = (path: readonly string[]): string => (path.length === 0 || path[0] === "todo" ? "the flow" : path.map(humane).join(" › "));

/** `steps[2].then[0].input.email` as its keys. A name of a custom field may hold dots: what follows `customFields` is one key. */
function keysOf(at: string): string[] {
  const [, before = at, named] = /^(.*?\.customFields)\.(.+)$/s.exec(at) ?? [];
  const keys = before.split(/\.|\[(\d+)\]\.?/).filter((key): key is string => key !== undefined && key !== "");
  return named === undefined ? keys : [...keys, named];
}

interface StepPlace {
  step: Record<string, unknown>;
  /** `3`, or `3.1` within step 3. */
  number: string;
  rest: string[];
}

/** The innermost step that a place is in or at; null where it is in none. */
export const stepOfPlace = (definition: unknown, at: string, kinds: StepKinds = stepKinds): Record<string, unknown> | null => {
  const path = keysOf(at);
  return path[0] === "steps" ? (stepAt(definition, path, kinds)?.step ?? null) : null;
};

function stepAt(definition: unknown, [, ...path]: readonly string[], kinds: StepKinds): StepPlace | null {
  let list: unknown = isObject(definition) ? definition["steps"] : undefined;
  let place: StepPlace | null = null;
  let first = 1;
  for (let rest = [...path]; rest.length > 0;) {
    const index = Number(rest[0]);
    const step: unknown = Array.isArray(list) && Number.isInteger(index) ? (list as unknown[])[index] : undefined;
    if (!isObject(step)) return place;
    place = { step, number: `${place ? `${place.number}.` : ""}${first + index}`, rest: rest.slice(1) };
    const [key] = place.rest;
    if (key === undefined || !kinds.listMembers.has(key) || !Array.isArray(step[key])) return place;
    list = step[key];
    first = firstNumberIn(step, key, kinds);
    rest = rest.slice(2);
  }
  return place;
}

/** The number of the first step in a list of a step: the steps of a branch's other side are counted on. */
function firstNumberIn(step: Record<string, unknown>, key: string, { listMembers }: StepKinds): number {
  const members = [...listMembers];
  const earlier = members.slice(0, members.indexOf(key)).map((member) => step[member]);
  return earlier.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 1);
}

const longestTitle = 60;

function titled(step: Record<string, unknown>, titles: Titles, kinds: StepKinds): string {
  const title = titleOf(step, titles, kinds);
  if (title === "") return "";
  return ` '${title.length > longestTitle ? `${title.slice(0, longestTitle - 1)}…` : title}'`;
}

/** What a step is called, by its own words or by what it does; its id where it is too unfinished for that. */
export function titleOf(step: Record<string, unknown>, titles: Titles, kinds: StepKinds): string {
  const id = typeof step["id"] === "string" ? step["id"] : "";
  if ("app" in step && typeof step["title"] !== "string" && typeof step["operation"] !== "string") return id;
  try {
    return stepTitle({ ...step, id }, titles, kinds);
  } catch {
    return id; // too broken to be described
  }
}

/** What members of any step are called. */
const generalWords: Labels = new Map([
  ["id", "Id"],
  ["todo", "Left to do"],
  [moreName, "Further fields"],
]);

/** What single settings of triggers are called. */
const triggerWords: Labels = new Map([
  ["app", "App"],
  ["operation", "Operation"],
  ["connection", "Connection"],
  ["inbox", "Inbox"],
  ["reconcile", "Look for lost events"],
  ["every", "How often"],
  ["emit", "What counts as an event"],
  ["whole", "How often the whole list is read"],
  ["key", "Key of the event"],
  ["record", "Record"],
  [moreName, "Further fields"],
]);

/** The first of `labels` that has a word for the field decides. */
function fieldWords([first, ...rest]: readonly string[], labels: readonly Labels[]): string {
  if (first === undefined) return "";
  const path = first === "input" && rest.length > 0 ? rest : [first, ...rest];
  const wordOf = (key: string) => labels.find((words) => words.has(key))?.get(key) ?? humane(key);
  return path.map((key, i) => (i === 0 ? wordOf(key) : /^\d+$/.test(key) ? `no. ${Number(key) + 1}` : key)).join(" › ");
}

function inputsOf({ app, operation }: Record<string, unknown>, titles: Titles): Labels {
  if (typeof app !== "string" || typeof operation !== "string") return new Map();
  const inputs = titles.operation(app, operation)?.inputs ?? titles.trigger(app, operation)?.watch?.settings ?? [];
  return new Map(inputs.flatMap(({ name, label }: { name: string; label?: string }) => (label === undefined ? [] : [[name, label]])));
}

function triggerFields(definition: unknown, titles: Titles): Labels {
  const trigger = isObject(definition) ? definition["trigger"] : undefined;
  return isObject(trigger) ? inputsOf(trigger, titles) : new Map();
}

/** `pipelineStageId` as "Pipeline stage". */
function humane(key: string): string {
  const words = key
    .replace(/([a-z])_?Ids?$/, "$1")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/_/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
