import type { CatalogEntry, ConnectionView, FlowDefinition, Step, StepDefinition } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { printPath, readPath } from "#engine/mapping/words/parts.ts";
import { type EarlierStep, firstInput, idOf, type LoopItem, usualConnection } from "../../flows/starter.ts";
import { filledSample, isMadeUp } from "../data/samples.ts";
import { loopKeys, type SourceWords, sourcesOf } from "../data/sources.ts";
import type { Sample, Source, SourceField } from "../data/types.ts";
import { freeId, usedNames } from "./ids.ts";
import type { Place } from "./place.ts";
import { seenFrom } from "./visible.ts";

interface Around {
  place: Place;
  catalog: readonly CatalogEntry[];
  /** What is made up among them is left out: its members need not be those of the events that come. */
  samples: readonly Sample[];
}

/** A new step that calls an operation: what the trigger and earlier steps have for its fields is filled in, what else it needs is left to be seen. */
export function newAction(
  definition: FlowDefinition,
  entry: CatalogEntry,
  { connections, ...around }: Around & { connections: readonly ConnectionView[] },
): StepDefinition {
  const { entryOf, seen, sources } = readable(definition, around);
  const earlier: EarlierStep[] = [];
  for (const { kind, name, step } of seen.filter((one) => one.kind !== "trigger")) {
    const source = "operation" in step ? entryOf(step.app, step.operation) : kind === "item" ? rowOf(step, earlier) : undefined;
    if (source !== undefined) earlier.push({ name, entry: source });
  }
  const connection = likelyConnection(definition, entry, connections);
  return {
    id: freeId(idOf(entry), usedNames(definition)),
    app: entry.app,
    operation: entry.key,
    ...(connection === null ? {} : { connection }),
    input: firstInput(entry, entryOf(definition.trigger.app, definition.trigger.operation), {
      earlier,
      items: seen.flatMap((one) => (one.kind === "item" ? [itemOf(one, sources)] : [])).toReversed(),
      seen: membersOf(sources.find(({ kind }) => kind === "trigger")),
    }),
  };
}

/** A new loop through the only list that it can go through: whoever has one list need not look for it. */
export function newLoop(definition: FlowDefinition, loop: Step<"forEach">, around: Around): StepDefinition {
  const { seen, sources } = readable(definition, around);
  const looped = new Set(seen.flatMap((one) => (one.kind === "item" ? [printPath(loopKeys(one.step) ?? [])] : [])));
  const lists = sources.flatMap((source) => listsOf(source)).filter((path) => !looped.has(path));
  const [only, another] = lists;
  return only === undefined || another !== undefined ? loop : { ...loop, forEach: only };
}

/** The lists of an event or an item, and the whole list that a step has read. A list within one is of its items. */
function listsOf({ name, kind, fields }: Source): string[] {
  const walk = (some: readonly SourceField[]): string[] =>
    some.flatMap(({ path, type, fields: inner }) => (type === "list" ? [path] : type === "object" ? walk(inner) : []));
  return walk(fields).filter((path) => (kind === "step" ? path === name : !path.includes("[")));
}

/** What the place of a new step can read. */
function readable(definition: FlowDefinition, { place, catalog, samples }: Around) {
  const entryOf = (app: unknown, operation: unknown) => catalog.find((one) => one.app === app && one.key === operation);
  const seen = seenFrom(definition, place);
  const words: SourceWords = { entry: entryOf, app: (id) => id, step: ({ id }) => id };
  const received = samples.filter((sample) => !isMadeUp(sample)).map((sample) => filledSample(sample, seen, words));
  return { entryOf, seen, sources: sourcesOf(definition.trigger, seen, words, received) };
}

/** The item of `contacts` or `trigger.contacts` is a contact. */
function itemOf({ name, step }: { name: string; step: StepDefinition }, sources: readonly Source[]): LoopItem {
  const list = loopKeys(step)?.at(-1);
  const record = typeof list === "string" ? list.toLowerCase().replace(/s$/, "") : null;
  return { name, members: membersOf(sources.find((source) => source.name === name)), record };
}

/** The names of a source's own members. */
const membersOf = (source: Source | undefined): string[] =>
  (source?.fields ?? []).flatMap(({ path }) => {
    const [root, member, ...deeper] = readPath(path) ?? [];
    return root === source?.name && typeof member === "string" && deeper.length === 0 ? [member] : [];
  });

/** What an item of a loop is, where the loop goes through the whole list that an earlier step has read: a row of it. */
function rowOf(step: StepDefinition, earlier: readonly EarlierStep[]): CatalogEntry | undefined {
  const [root, ...deeper] = loopKeys(step) ?? [];
  const entry = deeper.length === 0 ? earlier.find(({ name }) => name === root)?.entry : undefined;
  return isObject(entry?.output) && isObject(entry.output["items"]) ? { ...entry, output: entry.output["items"] } : undefined;
}

/** The login that the flow uses for the app already, else the first that there is. */
function likelyConnection(definition: FlowDefinition, entry: CatalogEntry, connections: readonly ConnectionView[]): string | null {
  const used = usedConnections(definition);
  return connections.find(({ app, name }) => app === entry.app && used.has(name))?.name ?? usualConnection(entry, connections);
}

function usedConnections(value: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) usedConnections(item, names);
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (name === "connection" && typeof member === "string") names.add(member);
      else if (name !== "input") usedConnections(member, names);
    }
  return names;
}
