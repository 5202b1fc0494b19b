import { expect, test } from "vitest";
import type { StepDefinition, StepTest } from "#api/schemas.ts";
import { currentTests, editedCopy, eventToTry, keyOfSample, testedValues, untested, usualSample, withDryResults } from "./samples.ts";
import type { Sample } from "./types.ts";

const sampleOf = (email: string): Sample => ({ id: email, person: email, at: 0, from: "event", values: { trigger: { email } } });
const tina = sampleOf("tina@example.com");
const ada = sampleOf("ada@example.com");
const tested = (step: string, sample: Sample, more: Partial<StepTest> = {}): StepTest =>
  ({
    step,
    sample: keyOfSample(sample),
    state: "succeeded",
    operation: "upsert",
    output: { id: `of ${sample.person}` },
    ...more,
  }) as StepTest;

test("what a step gave goes with the sample it was tested with, and no other", () => {
  const tests = [tested("contact", tina), tested("dry", tina, { state: "pretended" }), tested("wrong", tina, { state: "failed" })];
  expect(testedValues(tests, tina)).toEqual({ contact: { id: "of tina@example.com" }, dry: { id: "of tina@example.com" } });
  expect(testedValues(tests, ada)).toEqual({});
  expect(testedValues([tested("contact", tina, { sample: null })], tina)).toEqual({});
});

test("an edited copy is another sample, and an equal one the same", () => {
  expect(keyOfSample({ ...tina, id: "copy", values: { trigger: { email: "tina@example.com" }, contact: {} } })).toBe(keyOfSample(tina));
  expect(keyOfSample({ ...tina, values: { trigger: { email: "tina@example.com", score: 4 } } })).not.toBe(keyOfSample(tina));
});

test("a write for real needs that the steps it reads were tested for real with its sample", () => {
  const tests = [tested("contact", tina), tested("note", ada), tested("dry", tina, { state: "pretended" })];
  expect(untested(["contact", "note", "dry"], tests, tina)).toEqual({ dry: ["note"], real: ["note", "dry"] });
  expect(untested(["contact"], tests, ada)).toEqual({ dry: ["contact"], real: ["contact"] });
});

test("an edited copy is tried with what it holds, and not with the event it was copied from", () => {
  const received: Sample = { ...tina, event: "evt_1", values: { ...tina.values, run: { id: "sample" }, contact: { id: "c_1" } } };
  expect(eventToTry(received)).toEqual({ event: "evt_1" });
  const copy = editedCopy(received, { email: "tina@example.com", score: 4 }, 5);
  expect(eventToTry(copy)).toEqual({ payload: { email: "tina@example.com", score: 4 } });
  expect(copy.values).not.toHaveProperty("contact");
  expect(eventToTry(editedCopy(copy, {}, 6))).toEqual({ payload: {} });
});

test("a test of another operation says nothing any more", () => {
  const steps = [
    { id: "contact", app: "highlevel", operation: "upsert" },
    { id: "text", format: {} },
  ] as unknown as StepDefinition[];
  const tests = [tested("contact", tina), tested("contact", tina, { operation: "get" }), tested("text", tina, { operation: null })];
  expect(currentTests([...tests, tested("gone", tina)], steps)).toEqual([tests[0], tests[2]]);
});

test("the newest sample that no filter ended is shown, else the newest", () => {
  const filtered = { ...tina, filtered: true } as const;
  expect(usualSample([filtered, ada])).toBe(ada);
  expect(usualSample([tina, ada])).toBe(tina);
  expect(usualSample([filtered, { ...ada, filtered: true }])).toBe(filtered);
});

test("a step that was not tested has what a dry run of the chosen sample gave, and a tested one what the test gave", () => {
  const seen = ["contact", "note", "later"].map((name) => ({ kind: "step" as const, name }));
  const sample: Sample = { ...tina, values: { ...tina.values, contact: { id: "tested" } } };
  const shown = withDryResults(sample, seen, { contact: { id: "dry" }, note: { id: "n_1" } });
  expect(shown.values).toMatchObject({ contact: { id: "tested" }, note: { id: "n_1" } });
  expect(shown.values).not.toHaveProperty("later");
  expect(shown.dry).toEqual(["note"]);
  expect(withDryResults({ ...sample, from: "example" }, seen, { note: {} }).dry).toBeUndefined();
});
