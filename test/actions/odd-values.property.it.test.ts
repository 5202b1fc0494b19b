import { channel } from "node:diagnostics_channel";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#test/support/built-in.ts";
import { repeatable, type InputField, type Operation } from "#catalog/types.ts";
import { compileValue } from "#engine/mapping/mapping.ts";
import type { RunContext } from "#engine/types/runs.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { openActionBench, type ActionBench, type Snapshot } from "./bench.ts";
import { cases, type Case } from "./cases.ts";
import { eventOf, mappable, templateOf, trialOf, type Filling, type Trial } from "./odd-values.ts";
import { fieldOnWire, hasHalfCharacter, inventedDigits, isDerived, isNothing, scalarsOf } from "./promises.ts";
import { trials } from "../support/trials.ts";

// Odd events through odd mappings of every write of the catalog, from flow to wire into the sandbox. A failure prints its seed and path; run it
// again with `MILLRACE_PROPERTY_SEED`, or longer with `MILLRACE_TRIALS=10`.

let bench: ActionBench;
let wire: Request[] = [];
interface Request {
  method: string;
  path: string;
  body: unknown;
}
const listen = (message: unknown) => void wire.push((message as { request: Request }).request);

beforeAll(async () => {
  bench = await openActionBench();
  channel("undici:request:create").subscribe(listen);
});
afterAll(async () => {
  channel("undici:request:create").unsubscribe(listen);
  await bench.close();
});

type Input = Record<string, unknown>;
const email = "ada@new.example";
const person: Case["arrange"] = async ({ make }) => ({
  contactId: await make(
    "/contacts/",
    { locationId: sandboxDefaults.acmeDental, email, firstName: "Ada", tags: ["lead", "vip"] },
    "contact.id",
  ),
});
const recipes: Record<string, Case> = {
  "contacts.guarded_upsert": { arrange: person, input: () => ({ email, city: "London" }), wrote: "contact~1" },
  "contacts.add_tags_bulk": {
    arrange: person,
    input: ({ contactId }) => ({ contactIds: [contactId], tags: ["fresh"] }),
    wrote: "contact~1 tag+1",
  },
  "contacts.remove_tags_bulk": {
    arrange: person,
    input: ({ contactId }) => ({ contactIds: [contactId], tags: ["vip"] }),
    wrote: "contact~1",
  },
};
const allCases = { ...cases, ...recipes };
const writes = highlevel.operations.filter(({ kind, effect }) => kind === "action" && effect !== "read");
const operationOf = (id: string): Operation => findOperation("highlevel", id)!;

/** What a write of a case touches when nothing else is mapped: members of changed records, and the families that gain or lose records. */
interface Touched {
  members: Map<string, Set<string>>;
  gains: Set<string>;
  losses: Set<string>;
}

function touchedBetween(before: Snapshot, after: Snapshot): Touched {
  const touched: Touched = { members: new Map(), gains: new Set(), losses: new Set() };
  const familyOf = (key: string) => key.slice(0, key.indexOf(" "));
  for (const key of before.keys()) if (!after.has(key)) touched.losses.add(familyOf(key));
  for (const [key, row] of after) {
    const old = before.get(key);
    if (old === undefined) touched.gains.add(familyOf(key));
    else if (old !== row) for (const name of changedMembers(old, row)) addTo(touched.members, familyOf(key), name);
  }
  return touched;
}

function changedMembers(old: string, row: string): string[] {
  const [a, b] = [JSON.parse(old) as JsonObject, JSON.parse(row) as JsonObject];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

const addTo = (sets: Map<string, Set<string>>, key: string, value: string) => void sets.set(key, (sets.get(key) ?? new Set()).add(value));

const plainTouch = new Map<string, Promise<Touched>>();
const touchedByCase = (id: string): Promise<Touched> => {
  const touched = plainTouch.get(id) ?? touchOf(id);
  plainTouch.set(id, touched);
  return touched;
};

async function touchOf(id: string): Promise<Touched> {
  const { given, connection } = await arranged(id);
  const before = bench.snapshot();
  const { run } = await bench.run(id, given, connection);
  expect([id, run.state, run.error]).toEqual([id, "succeeded", null]);
  return touchedBetween(before, bench.snapshot());
}

async function arranged(id: string): Promise<{ given: Input; connection: string }> {
  bench.sandbox.reset();
  const { arrange, input, connection = "acme" } = allCases[id]!;
  return { given: input((await arrange?.(bench)) ?? {}), connection };
}

/** Members that hold the value of a field with another name, and families that a field adds to. */
const holds: Record<string, string[]> = {
  startTime: ["startsAt"],
  endTime: ["endsAt"],
  name: ["firstName", "lastName"],
  appointmentStatus: ["status"],
};
const addsTo: Record<string, string[]> = { tags: ["tag"] };

interface Lived {
  trial: Trial;
  operation: Operation;
  given: Input;
  /** What each mapping gave; absent where it failed. */
  values: Map<string, unknown>;
  mappingFailed: boolean;
  run: RunContext;
  requests: Request[];
  before: Snapshot;
  after: Snapshot;
  touched: Touched;
}

const fillingIn = ({ trial }: Lived, field: string): Filling | undefined => trial.fillings.find((one) => one.field === field);
const zoneOf = ({ settings }: Trial): string => settings.zone ?? "America/New_York"; // as of the sub-account

function valuesOf(trial: Trial): { values: Map<string, unknown>; mappingFailed: boolean } {
  const settings = {
    zone: trial.settings.zone ?? "UTC",
    now: () => bench.clock.now(),
    ...(trial.settings.country && { country: trial.settings.country }),
  };
  const values = new Map<string, unknown>();
  let mappingFailed = false;
  for (const filling of trial.fillings) {
    try {
      values.set(filling.field, compileValue(templateOf(filling), settings, filling.field).evaluate({ trigger: eventOf(trial) }));
    } catch {
      mappingFailed = true;
    }
  }
  return { values, mappingFailed };
}

async function live(trial: Trial): Promise<Lived | string> {
  const operation = operationOf(trial.operation);
  const touched = await touchedByCase(trial.operation);
  const { given, connection } = await arranged(trial.operation);
  const input = { ...given, ...Object.fromEntries(trial.fillings.map((filling) => [filling.field, templateOf(filling)])) };
  const event = eventOf(trial) as JsonObject;
  let post: Awaited<ReturnType<ActionBench["listening"]>>;
  try {
    post = await bench.listening(trial.operation, input, connection, trial.settings);
  } catch (thrown) {
    return (thrown as Error).message; // the flow cannot be saved or published: nothing was sent
  }
  const before = bench.snapshot();
  wire = [];
  const { runs } = await post(event);
  const requests = wire.map(({ method, path, body }) => ({ method, path, body }));
  const after = bench.snapshot();
  const again = await post(event);
  expect([again.repeat, again.runs.length, touchedBetween(after, bench.snapshot())], "the same event again").toEqual([
    true,
    0,
    nothingTouched,
  ]);
  if (runs[0]!.run.state === "succeeded" && repeatable.has(operation.effect)) {
    await bench.run(trial.operation, input, connection, { event, settings: trial.settings });
    const { members, gains, losses } = touchedBetween(after, bench.snapshot());
    for (const [family, names] of members) members.set(family, new Set([...names].filter((name) => !times.test(name))));
    expect({ members: [...members].filter(([, names]) => names.size > 0), gains, losses }, "the same write again").toEqual({
      members: [],
      gains: new Set(),
      losses: new Set(),
    });
  }
  return { trial, operation, given, ...valuesOf(trial), run: runs[0]!, requests, before, after, touched };
}
const nothingTouched: Touched = { members: new Map(), gains: new Set(), losses: new Set() };
const times = /date|time|at$/i;

// ---------------------------------------------------------------- promises

function* brokenBy(lived: Lived): Generator<string> {
  yield* brokenByMapping(lived);
  yield* brokenByEnd(lived);
  yield* brokenByChange(lived);
  for (const request of lived.requests)
    if (request.method !== "GET" && typeof request.body === "string") yield* brokenByRequest(lived, request);
}

/** Filters that make something of what is missing: their argument, or a text of nothing. */
const makers = /^(default|if_blank|fallback|append|prepend|json|size|map_value|concat)\b/;

function* brokenByMapping({ trial, values }: Lived): Generator<string> {
  for (const filling of trial.fillings) {
    const value = values.get(filling.field);
    const source = [filling.value, filling.filters, "more fixed Re: !"];
    if (hasHalfCharacter(value) && !hasHalfCharacter(filling.value)) yield `${filling.field}: half a character was made`;
    if (filling.how === "filtered" && !filling.filters.some((one) => makers.test(one)) && isNothing(filling.value) && !isNothing(value))
      yield `${filling.field}: ${JSON.stringify(value)} was made of nothing by ${filling.filters.join(" | ")}`;
    if (
      filling.how === "whole" &&
      filling.key !== "size" &&
      filling.key !== "first" &&
      JSON.stringify(value) !== JSON.stringify(filling.value)
    )
      yield `${filling.field}: is not the value of the event`;
    if (filling.how !== "filtered" || !arithmetic.test(filling.filters.join(" ")))
      for (const digits of inventedDigits(value, source)) yield `${filling.field}: the digits ${digits} are not in the event`;
  }
}
const arithmetic = /times|plus|minus|divided|to_cents|from_cents|sha256|sum|epoch|modulo/;

function* brokenByEnd(lived: Lived): Generator<string> {
  const { run, mappingFailed, trial, given } = lived;
  const { state, error } = run.run;
  if (state !== "succeeded" && state !== "failed") yield `the run is ${state}`;
  if (mappingFailed && error?.code !== "MAPPING_FAILED") yield `a mapping fails, and the run is ${state} (${error?.message})`;
  if (state !== "failed") return;
  const names = [...Object.keys(given), ...trial.fillings.map(({ field }) => field)];
  const field = String(error?.details["field"] ?? "");
  const isOurs = error?.code === "STEP_INPUT_INVALID" || error?.code === "MAPPING_FAILED";
  if (isOurs && !names.some((name) => field.replace(/^input\./, "").startsWith(name)) && !isRule(lived, field))
    yield `the error names '${field}': ${error.message}`;
  if (!isOurs && !refusals.has(error?.code ?? "")) yield `the run failed with ${error?.code}: ${error?.message}`;
}
const refusals = new Set(["OUTBOUND_REFUSED", "OUTBOUND_NOT_FOUND", "DUPLICATE_RECORD", "SLOT_TAKEN"]);
/** A rule speaks of fields that may not have been mapped: one of several is needed. */
const isRule = ({ operation }: Lived, field: string): boolean => operation.input.some(({ name }) => field.startsWith(name));

function* brokenByChange({ operation, trial, given, values, run, before, after, touched }: Lived): Generator<string> {
  const now = touchedBetween(before, after);
  const filled = trial.fillings.filter(({ field, how }) => how === "emptied" || !isNothing(values.get(field))).map(({ field }) => field);
  const isMeant = run.run.state === "succeeded" || operation.recipe;
  for (const [family, names] of now.members)
    for (const name of names) {
      const meant =
        isMeant &&
        (touched.members.get(family)?.has(name) ||
          times.test(name) ||
          filled.some((field) => field === name || holds[field]?.includes(name)));
      if (!meant) yield `${family}.${name} changed, and no field for it was filled`;
    }
  /** An upsert of somebody else than the case's own record makes that one. */
  const isOfAnother = operation.effect === "upsert" && filled.some((field) => field in given);
  for (const family of now.gains) {
    const mayGain =
      touched.gains.has(family) || filled.some((field) => addsTo[field]?.includes(family)) || (isOfAnother && touched.members.has(family));
    if (!isMeant || !mayGain) yield `a ${family} was made`;
  }
  for (const family of now.losses) if (!isMeant || !touched.losses.has(family)) yield `a ${family} was lost`;
}

/** Members of the calls that recipes make, by the recipe's own fields. */
const recipeMembers: Record<string, string> = { contacts: "contactIds" };

function* brokenByRequest(lived: Lived, { body }: Request): Generator<string> {
  const sent = JSON.parse(body as string) as Json;
  const whole = lived.operation.input.find(({ wire }) => wire === "");
  if (!isObject(sent)) return yield* brokenByMember(lived, whole!, sent);
  for (const [name, value] of Object.entries(sent)) {
    const field = fieldOnWire(lived.operation, name) ?? fieldOnWire(lived.operation, recipeMembers[name] ?? "");
    if (field) yield* brokenByMember(lived, field, value);
    else yield `'${name}' was sent, which is no field`;
  }
}

function* brokenByMember(lived: Lived, field: InputField, sent: unknown): Generator<string> {
  const { values, given, before, trial } = lived;
  const filling = fillingIn(lived, field.name);
  if (filling?.how === "emptied") return;
  const value = filling ? values.get(field.name) : given[field.name];
  if (isNothing(value) && !isFilled(field, sent)) return yield `${field.name}: ${JSON.stringify(sent)} was sent, and nothing was given`;
  const records = [...before.values()].map((row) => JSON.parse(row) as Json);
  const origin = { field, value, zone: zoneOf(trial), country: trial.settings.country ?? "US", records };
  if (field.control === "customFields") yield* brokenByCustomFields(filling, sent, records);
  const leaves =
    field.control === "customFields" && Array.isArray(sent)
      ? sent.flatMap((row) => scalarsOf(isObject(row) ? row["field_value"] : row))
      : scalarsOf(sent);
  for (const leaf of leaves)
    if (!isDerived(leaf, origin) && !isFilled(field, leaf))
      yield `${field.name}: ${JSON.stringify(leaf)} was sent, and ${JSON.stringify(value)?.slice(0, 200)} was given`;
}

/** Each row has the id of the field that the mapping names. */
function* brokenByCustomFields(filling: Filling | undefined, sent: unknown, records: readonly Json[]): Generator<string> {
  if (filling?.how !== "member" || !Array.isArray(sent)) return;
  for (const row of sent) {
    const id = isObject(row) ? row["id"] : undefined;
    const named = records.find((record) => isObject(record) && record["id"] === id && "fieldKey" in record);
    if (!isObject(named) || (named["name"] !== filling.member && named["fieldKey"] !== filling.member))
      yield `customFields: '${String(id)}' was sent for '${filling.member}'`;
  }
}

const { acmeDental, companyId } = sandboxDefaults;
const isFilled = ({ fill, schema }: InputField, sent: unknown): boolean =>
  (fill !== undefined &&
    ("value" in fill ? JSON.stringify(fill.value) === JSON.stringify(sent) : sent === acmeDental || sent === companyId)) ||
  (schema.default !== undefined && schema.default === sent);

// ---------------------------------------------------------------- the property

const runs = trials(80);
/** An operation with many fields is tried more often than one with few. */
const anyTrial = fc.oneof(...writes.map((one) => ({ weight: 1 + Math.min(mappable(one).length, 12), arbitrary: trialOf(one) })));
const seed = process.env["MILLRACE_PROPERTY_SEED"];
const longMs = 30_000 + runs * 200;

test("every write of the catalog has a case here", () => {
  expect(writes.filter(({ id }) => !allCases[id]).map(({ id }) => id)).toEqual([]);
});

test(
  "odd values change and send nothing that was not meant, lose no digit or character, and a refused one names its field",
  async () => {
    await fc.assert(
      fc.asyncProperty(anyTrial, async (trial) => {
        const lived = await live(trial);
        if (typeof lived === "string") return;
        expect([...brokenBy(lived)], `${trial.operation} ended ${lived.run.run.state}`).toEqual([]);
      }),
      {
        numRuns: runs,
        ...(seed !== undefined && { seed: Number(seed) }),
        interruptAfterTimeLimit: longMs - 10_000,
        markInterruptAsFailure: false,
      },
    );
  },
  longMs,
);
