import type { CatalogEntry, FlowDefinition, SampleView, StepDefinition, StepTest } from "#api/schemas.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import { sampleKey } from "#kernel/sample-key.ts";
import { loopKeys, type SeenSource, type SourceWords } from "./sources.ts";
import type { Sample, SampleOrigin } from "./types.ts";

/** Pure: samples of a flow, and what is made up where there are none. */

/** The samples of the trigger that the server has. */
export function samplesOf(
  views: readonly (Pick<SampleView, "at" | "payload" | "person" | "from"> & Partial<Pick<SampleView, "event" | "filtered">>)[],
  flowId: string,
): Sample[] {
  return views.map(({ at, payload, person, from, event, filtered }, index) => ({
    id: `${from} ${event ?? `${person} ${index}`}`,
    person,
    at,
    from,
    ...(event != null && { event }),
    ...(filtered && { filtered }),
    values: { trigger: payload, run: { id: "sample" }, flow: { id: flowId } },
  }));
}

/** The one that is shown where none is chosen: the newest that no filter ended, since with it each step is reached. */
export const usualSample = (samples: readonly Sample[]): Sample => samples.find(({ filtered }) => filtered !== true) ?? samples[0]!;

const keys = new WeakMap<object, string>();

/** Stands for the event of a sample: by it the server says with which sample a step was tested. */
export function keyOfSample({ values }: Sample): string {
  const event = values["trigger"];
  if (typeof event !== "object" || event === null) return sampleKey(event);
  const key = keys.get(event) ?? sampleKey(event);
  keys.set(event, key);
  return key;
}

/** The last tests of the steps as they are now: a test of another operation says nothing any more. */
export const currentTests = (tests: readonly StepTest[], steps: readonly StepDefinition[]): StepTest[] =>
  tests.filter((test) => steps.some((step) => step.id === test.step && test.operation === ("operation" in step ? step.operation : null)));

/** What steps gave when they were tested with a sample, by their ids: it goes with that sample, and no other, for the steps that follow. */
export function testedValues(tests: readonly StepTest[], sample: Sample): Record<string, unknown> {
  const key = keyOfSample(sample);
  const own = tests.filter(
    ({ sample: of, state, output }) => of === key && output !== null && (state === "succeeded" || state === "pretended"),
  );
  return Object.fromEntries(own.map(({ step, output }) => [step, output]));
}

/** Which of the steps that a step reads are not tested with a sample: at all, and so that something was really read or written. */
export function untested(reads: readonly string[], tests: readonly StepTest[], sample: Sample): { dry: string[]; real: string[] } {
  const key = keyOfSample(sample);
  const states = new Map(tests.filter((test) => test.sample === key).map(({ step, state }) => [step, state]));
  const real = reads.filter((id) => states.get(id) !== "succeeded");
  return { real, dry: real.filter((id) => states.get(id) !== "pretended") };
}

/** A sample as a request names it: an event that was received by its id, anything else by what it holds. */
export const eventToTry = ({ event, values }: Sample): { event: string } | { payload: unknown } =>
  event === undefined ? { payload: values["trigger"] ?? {} } : { event };

/** A copy of a sample with another event. Nothing that belonged to the event as it was goes with it. */
export const editedCopy = ({ person, values: { run, flow } }: Sample, event: unknown, now: number): Sample => ({
  id: `edited ${now}`,
  person,
  at: now,
  from: "edited",
  values: { trigger: event, run, flow },
});

/** Where a sample comes from, in words. */
export const originWords: Readonly<Record<SampleOrigin, string>> = {
  now: "no event needed",
  event: "received",
  other_flow: "from another flow",
  list: "as it is now",
  example: "made up",
  run: "from a run",
  test: "tested",
  schema: "made from the catalog",
  edited: "edited copy",
};

/** A sample that stands for no real event. */
export const isMadeUp = ({ from }: Pick<Sample, "from">): boolean => from === "example" || from === "schema";

/** Whether what a source has in a sample was never received or read. */
export const isExample = (sample: Pick<Sample, "from" | "made"> | null, source: string): boolean =>
  sample !== null && ((source === "trigger" && isMadeUp(sample)) || sample.made?.includes(source) === true);

/** A sample of which nothing is real: the examples of the catalog. */
export function madeSample(trigger: FlowDefinition["trigger"] | undefined, flowId: string, words: SourceWords, now: number): Sample {
  const entry = trigger === undefined ? undefined : words.entry(trigger.app, trigger.operation);
  return {
    id: "made",
    person: null,
    at: now,
    from: "schema",
    values: { trigger: triggerExample(entry), run: { id: "sample" }, flow: { id: flowId } },
  };
}

/** The sample with what a dry run with it gave for the steps that were not tested: nearer to what a run has than the catalog's example. */
export function withDryResults(sample: Sample, seen: readonly SeenSource[], results: Readonly<Record<string, unknown>>): Sample {
  if (isMadeUp(sample)) return sample;
  const dry = seen
    .filter(({ kind, name }) => kind === "step" && !Object.hasOwn(sample.values, name) && Object.hasOwn(results, name))
    .map(({ name }) => name);
  if (dry.length === 0) return sample;
  return { ...sample, dry, values: { ...sample.values, ...Object.fromEntries(dry.map((name) => [name, results[name]])) } };
}

/**
 * The sample with what a place sees and the sample does not have: the result of a step that has not been tried is made from the catalog's
 * example, the item of a loop is the first of its list.
 */
export function filledSample(sample: Sample, seen: readonly SeenSource[], words: SourceWords): Sample {
  const values: Record<string, unknown> = { ...sample.values };
  const made: string[] = [];
  for (const { kind, name, step } of seen) {
    if (Object.hasOwn(values, name) || step === undefined) continue;
    if (kind === "index") values[name] = 0;
    else if (kind === "item") {
      const list = loopKeys(step);
      values[name] = firstItem(values, list);
      if (isExample({ ...sample, made }, String(list?.[0]))) made.push(name);
    } else if ("operation" in step) {
      values[name] = resultExample(words.entry(step.app, step.operation));
      made.push(name);
    }
  }
  return { ...sample, values, ...(made.length === 0 ? {} : { made }) };
}

function firstItem(values: Readonly<Record<string, unknown>>, keys: readonly (string | number)[] | null): unknown {
  const list = keys?.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    values,
  );
  return Array.isArray(list) ? (list as unknown[])[0] : undefined;
}

function triggerExample(entry: CatalogEntry | undefined): unknown {
  const example =
    isObject(entry?.example) && "output" in entry.example && "input" in entry.example ? entry.example["output"] : entry?.example;
  const value: unknown = example ?? madeFrom(schemaOf(entry));
  return Array.isArray(value) && isList(entry) ? (value as unknown[])[0] : value;
}

const isList = (entry: CatalogEntry | undefined): boolean => schemaOf(entry)?.type === "array";
const schemaOf = (entry: CatalogEntry | undefined): JsonSchema | undefined =>
  isObject(entry?.output) ? (entry.output as JsonSchema) : undefined;

function resultExample(entry: CatalogEntry | undefined): unknown {
  const output = isObject(entry?.example) ? entry.example["output"] : undefined;
  return output ?? madeFrom(schemaOf(entry));
}

const deepest = 4;

/** A value of a schema, plain enough that nobody takes it for a real one. */
export function madeFrom(schema: JsonSchema | undefined, name = "text", depth = 0): unknown {
  if (schema === undefined || depth > deepest) return undefined;
  if (schema.enum !== undefined) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "array") return schema.items === undefined ? [] : [madeFrom(schema.items, name, depth + 1)];
  if (schema.properties !== undefined)
    return Object.fromEntries(Object.entries(schema.properties).map(([member, inner]) => [member, madeFrom(inner, member, depth + 1)]));
  if (type === "number" || type === "integer") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  return type === "string" ? textOf(schema.format, name) : undefined;
}

function textOf(format: string | undefined, name: string): string {
  if (format === "date-time") return "2026-01-15T09:00:00Z";
  if (format === "date") return "2026-01-15";
  return /e-?mail/i.test(name) ? "ada@example.com" : name;
}
