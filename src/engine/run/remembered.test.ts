import { expect, test } from "vitest";
import { memoryUpTo } from "#kernel/json.ts";
import { Remembered, sizeOf } from "./remembered.ts";
import type { RunContext } from "../types/runs.ts";

const context = (id: string, payload: unknown = {}, more: { text?: string; outputs?: unknown[]; previous?: unknown } = {}) =>
  ({
    run: { id, ...(more.previous !== undefined && { previous: more.previous }) },
    event: { payload, ...(more.text !== undefined && { text: more.text }) },
    steps: (more.outputs ?? []).map((output) => ({ output, attempts: [] })),
  }) as unknown as RunContext;
const mib = "x".repeat(1024 * 1024);

test("contexts are kept up to a number of bytes, and there is room again for what was taken or dropped", () => {
  const remembered = new Remembered(3 * 1024 * 1024 + 10_000);
  const large = (id: string) => context(id, { mib }, { text: mib });
  expect(["a", "b", "c", "d"].map((id) => remembered.keep(large(id), sizeOf(large(id))))).toEqual([true, true, true, false]);
  expect(remembered.take("a")?.run.id).toBe("a");
  expect(remembered.take("a")).toBeUndefined();
  remembered.drop("b");
  remembered.drop("b");
  expect(["d", "e", "f"].map((id) => remembered.keep(large(id), sizeOf(large(id))))).toEqual([true, true, false]);
  for (const id of ["c", "d", "e"]) remembered.drop(id);
  expect(remembered.bytes).toBe(0);
});

test("keeping the same run again counts it once, with what it holds by then", () => {
  const remembered = new Remembered(10_000);
  remembered.keep(context("a"), 6000);
  expect(remembered.keep(context("a"), 9000)).toBe(true);
  expect(remembered.bytes).toBe(9000);
  expect(remembered.keep(context("a"), 11_000)).toBe(false);
  expect([remembered.has("a"), remembered.bytes]).toEqual([false, 0]); // an older state is worse than none
});

test.each([
  ["its event's text", context("a", { mib }, { text: mib })],
  ["its event's payload where the text is not at hand", context("a", { deep: [{ mib }] })],
  ["the results of its steps", context("a", {}, { text: "{}", outputs: [{ rows: [mib] }] })],
  ["the last known state of its record", context("a", {}, { text: "{}", previous: { mib } })],
])("a run is as large as %s", (_, large) => {
  expect(sizeOf(large)).toBeGreaterThan(1024 * 1024);
  expect(sizeOf(large)).toBeLessThan(1.1 * 1024 * 1024);
});

test("a size is not counted further than asked, and hostile depth costs no stack", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(memoryUpTo(deep, 1e9)).toBeGreaterThan(1000);
  expect(
    memoryUpTo(
      Array.from({ length: 1_000_000 }, () => "xxxx"),
      1000,
    ),
  ).toBeLessThan(2000);
});
