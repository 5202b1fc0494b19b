import type { CatalogEntry, FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { printPath, readChain, readPath, type PathKey } from "#engine/mapping/words/parts.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { recordGiven } from "../../flows/starter.ts";
import { fieldsOf } from "./schema-fields.ts";
import type { Sample, Source, SourceField } from "./types.ts";

/** Pure: what a place can read, as sources with fields. */

/** Something the place can read, under its name in templates (`seenFrom` finds it). */
export interface SeenSource {
  kind: "trigger" | "step" | "item" | "index";
  name: string;
  step?: StepDefinition;
}

/** What is looked up in the catalog. */
export interface SourceWords {
  entry(app: string, operation: string): CatalogEntry | undefined;
  app(id: string): string;
  /** What a step is called: its own title, or what it does. */
  step(step: StepDefinition): string;
}

/** The sources of a place in the order of the flow, and at the end the flow itself. */
export function sourcesOf(
  trigger: FlowDefinition["trigger"] | undefined,
  seen: readonly SeenSource[],
  words: SourceWords,
  samples: readonly Sample[],
): Source[] {
  const sources: Source[] = [];
  for (const one of seen) {
    const source = sourceOf(one, trigger, sources, words, samples);
    if (source !== null) sources.push(source);
  }
  return [...sources, flowSource];
}

function sourceOf(
  { kind, name, step }: SeenSource,
  trigger: FlowDefinition["trigger"] | undefined,
  before: readonly Source[],
  words: SourceWords,
  samples: readonly Sample[],
): Source | null {
  const values = valuesOf(samples, name, kind);
  if (kind === "trigger") return trigger === undefined ? null : triggerSource(trigger, words, values);
  if (step === undefined) return null;
  if (kind === "item") return itemSource(name, step, before, values);
  if (kind === "index") return null; // it stands with the item
  const { app = null } = step as { app?: string };
  return {
    name,
    kind: "step",
    title: words.step(step),
    app,
    fields: stepFields(name, step, words, values),
    ...recordOf("operation" in step && step.operation),
  };
}

const recordOf = (operation: unknown): { record?: string } => (typeof operation === "string" ? { record: recordGiven(operation) } : {});

/** The catalog says what a step gives, and nothing but an example says what an item of an unread list has. */
const valuesOf = (samples: readonly Sample[], name: string, kind: SeenSource["kind"]): unknown[] =>
  samples.flatMap(({ values, made }) =>
    Object.hasOwn(values, name) && (kind === "item" || made?.includes(name) !== true) ? [values[name]] : [],
  );

function triggerSource({ app, operation }: FlowDefinition["trigger"], words: SourceWords, values: readonly unknown[]): Source {
  const entry = words.entry(app, operation);
  const output = schemaOf(entry);
  // A list that is polled gives its rows, each an event of its own.
  const schema = output?.type === "array" ? output.items : output;
  const fields = fieldsOf({ schema, values, labels: labelsOf(entry) }, ["trigger"], output);
  return {
    name: "trigger",
    kind: "trigger",
    title: entry === undefined ? fieldLabel(operation ?? "trigger") : operationTitle(entry),
    app: app ?? null,
    fields: [...fields, whole("trigger", "The whole event")],
    ...recordOf(operation),
  };
}

/** All of a record, for what takes one: a segment. */
const whole = (name: string, label: string): SourceField => ({
  path: name,
  label,
  type: "object",
  fields: [],
  also: "person contact record all everything segment",
});

function stepFields(name: string, step: StepDefinition, words: SourceWords, values: readonly unknown[]): SourceField[] {
  if ("format" in step)
    return fieldsOf({ schema: undefined, values: [isObject(step.format) ? asMissing(step.format) : {}, ...values] }, [name]);
  if ("code" in step) return [...fieldsOf({ schema: undefined, values: [...values, ...expected(step)] }, [name]), wholeResult(name)];
  if (!("operation" in step)) return [];
  const entry = words.entry(step.app, step.operation);
  const schema = schemaOf(entry);
  const fields = fieldsOf({ schema, values, labels: labelsOf(entry) }, [name], schema);
  const [size, ...rest] = fields;
  const given =
    schema?.type === "array" && size
      ? [wholeList(name), { ...size, label: "Number of rows read", also: "how many count" }, totalField(name), ...rest]
      : [...fields, whole(name, "The whole result")];
  return [...given, ...answerFields(name, entry)];
}

const wholeResult = (name: string): SourceField => ({ path: name, label: "The whole result", type: "any", fields: [] });

/** What a script returns, as its tests say. */
const expected = (step: object): unknown[] =>
  "tests" in step && Array.isArray(step.tests) ? step.tests.flatMap((test: unknown) => (isObject(test) ? [test["expect"]] : [])) : [];

/** What a loop goes through. */
const wholeList = (name: string): SourceField => ({
  path: name,
  label: "The whole list",
  type: "list",
  fields: [],
  also: "all each every items",
});

/** A list is read up to a number of rows: how many there are in all is another number, where the other side says it. */
const totalField = (name: string): SourceField => ({
  path: printPath([name, "_total"]),
  label: "Number of rows in all",
  type: "number",
  fields: [],
  also: "total count how many rows",
});

/** The members of a format step before anything is known of their values. */
const asMissing = (format: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(format).map((member) => [member, undefined]));

/** What a step has beside its result. */
function answerFields(name: string, entry: CatalogEntry | undefined): SourceField[] {
  if (entry === undefined || entry.recipe) return [];
  return [{ path: printPath([name, "_status"]), label: "Status of the answer", type: "number", fields: [], also: "http code" }];
}

const schemaOf = (entry: CatalogEntry | undefined): JsonSchema | undefined =>
  isObject(entry?.output) ? (entry.output as JsonSchema) : undefined;

/** What the inputs of the same names are called: an operation often gives back what it was given. */
const labelsOf = (entry: CatalogEntry | undefined): ReadonlyMap<string, string> =>
  new Map((entry?.inputs ?? []).flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]])));

// ---------------------------------------------------------------- loops

function itemSource(name: string, step: StepDefinition, before: readonly Source[], values: readonly unknown[]): Source {
  const list = listField(step, before);
  const index: SourceField = { path: `${name}_index`, label: "Number (from 0)", type: "number", fields: [], also: "index position" };
  const inside = values.length > 0 || list === undefined ? fieldsOf({ schema: undefined, values }, [name]) : ofItem(list, name);
  return {
    name,
    kind: "item",
    title: itemTitle(name, list),
    app: null,
    fields: [...inside, { ...whole(name, "The whole item"), type: "any" }, index],
  };
}

const itemTitle = (name: string, list: SourceField | undefined): string =>
  name === "item" && list !== undefined ? `Each of ${list.label.toLowerCase()}` : fieldLabel(name);

/** The keys of the list a loop goes through, where nothing is done with it before. */
export function loopKeys(step: StepDefinition): PathKey[] | null {
  const written = "forEach" in step && typeof step.forEach === "string" ? step.forEach.replace(/^\s*\{\{-?|-?\}\}\s*$/g, "") : "";
  const chain = readChain(written.trim());
  return chain === null || chain.filters.length > 0 ? null : readPath(chain.value);
}

function listField(step: StepDefinition, before: readonly Source[]): SourceField | undefined {
  const keys = loopKeys(step);
  if (keys === null) return undefined;
  const field = findField(before, printPath(keys));
  // Beside a whole result stand the fields of its first item, not inside it.
  const whole = before.find(({ name }) => name === field?.path);
  return field === undefined || whole === undefined ? field : { ...field, label: "them", fields: whole.fields };
}

/** The fields of a list's first item as those of the loop's item. */
function ofItem({ path, fields }: SourceField, name: string): SourceField[] {
  const first = `${path}[0]`;
  const renamed = (field: SourceField): SourceField => ({
    ...field,
    path: name + field.path.slice(first.length),
    fields: field.fields.map(renamed),
  });
  return fields.filter((field) => field.path.startsWith(`${first}.`) || field.path.startsWith(`${first}[`)).map(renamed);
}

// ---------------------------------------------------------------- the flow, and finding

const flowSource: Source = {
  name: "flow",
  kind: "flow",
  title: "Flow and time",
  app: null,
  fields: [
    { path: "now", label: "Now", type: "date", fields: [], also: "time today date" },
    { path: "run.id", label: "Id of the run", type: "text", fields: [] },
    { path: "flow.id", label: "Id of the flow", type: "text", fields: [] },
  ],
};

/** The field of a path, wherever it is; of any item of a list, that of its first. Undefined for a text that is no path. */
export function findField(sources: readonly Source[], text: string): SourceField | undefined {
  const keys = readPath(text);
  if (keys === null) return undefined;
  const path = printPath(keys.map((key, at) => (typeof key === "number" || (at > 0 && (key === "first" || key === "last")) ? 0 : key)));
  for (const source of sources) {
    const field = within(source.fields, path) ?? within(source.fields, printPath(keys));
    if (field) return field;
  }
  return undefined;
}

function within(fields: readonly SourceField[], path: string): SourceField | undefined {
  for (const field of fields) {
    if (field.path === path) return field;
    const inner = within(field.fields, path);
    if (inner) return inner;
  }
  return undefined;
}

/** The source of a path. */
export function sourceOfPath(sources: readonly Source[], text: string): Source | undefined {
  const root = readPath(text)?.[0];
  return sources.find(({ name, kind }) => {
    if (kind === "flow") return root === "flow" || root === "run" || root === "now";
    return name === root || (kind === "item" && root === `${name}_index`);
  });
}

/** Every field with its source, those inside others behind them. */
export function allFields(sources: readonly Source[]): { source: Source; field: SourceField; parents: readonly SourceField[] }[] {
  return sources.flatMap((source) => {
    const walk = (fields: readonly SourceField[], parents: readonly SourceField[]): ReturnType<typeof allFields> =>
      fields.flatMap((field) => [{ source, field, parents }, ...walk(field.fields, [...parents, field])]);
    return walk(source.fields, []);
  });
}
