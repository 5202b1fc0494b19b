import { expect, test } from "vitest";
import type { SampleView } from "#api/schemas.ts";
import { testSamples } from "./test-samples.ts";

const sample = (from: SampleView["from"], payload: object): SampleView => ({
  event: null,
  at: 1,
  payload,
  person: "ada@example.com",
  from,
});

test("the made-up event is one that the template's flow does something for", () => {
  const made = [sample("example", { score: 9, email: "ada@example.com" })];
  expect(testSamples(made, { score: 3 }, null, 5)).toEqual([
    { event: null, at: 5, payload: { score: 3, email: "ada@example.com" }, person: null, from: "example" },
  ]);
  expect(testSamples(made, undefined, null, 5)).toBe(made);
});

test("what really happened goes first", () => {
  const real = sample("other_flow", { score: 10 });
  expect(testSamples([real], { score: 3 }, { score: 9, email: "x@example.com" }, 5)).toEqual([
    real,
    { event: null, at: 5, payload: { score: 3, email: "x@example.com" }, person: null, from: "example" },
  ]);
});
