import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { fitInput } from "./fit.ts";
import type { JsonSchema, Operation } from "./types.ts";
import { validateInput } from "./validate.ts";

const clock = new TestClock(Date.UTC(2026, 0, 15, 9, 30));
const operation = (schema: JsonSchema): Operation => ({
  id: "demo.read",
  app: "demo",
  title: "Read",
  category: "Demo",
  kind: "trigger",
  effect: "read",
  method: "GET",
  path: "/r",
  scopes: [],
  access: [],
  input: [{ name: "at", in: "query", schema }],
  result: "",
});
const fit = (schema: JsonSchema, at: unknown) => fitInput(operation(schema), { at }, { now: clock.now() })["at"];

describe("a time in the other side's own way", () => {
  test.each([
    ["2026-02-01T09:00:00+01:00", 1769932800000],
    ["2026-02-01T08:00:00.000Z", 1769932800000],
    ["2026-02-01 08:00:00", 1769932800000],
    ["2026-02-01", 1769904000000],
    ["1769932800000", 1769932800000],
    [1769932800000, 1769932800000],
    ["now", Date.UTC(2026, 0, 15, 9, 30)],
    ["now+7d", Date.UTC(2026, 0, 22, 9, 30)],
    ["now - 30m", Date.UTC(2026, 0, 15, 9, 0)],
  ])("%s is sent as epoch milliseconds", (written, ms) => {
    expect(fit({ type: "number", format: "epoch-ms" }, written)).toBe(ms);
    expect(fit({ type: "string", format: "epoch-ms" }, written)).toBe(String(ms));
  });

  test("epoch seconds lose what is below a second", () => {
    expect(fit({ type: "number", format: "epoch-s" }, "2026-02-01T08:00:00.900Z")).toBe(1769932800);
  });

  test.each([
    ["2026-02-01", "02-01-2026"],
    ["2026-02-01T23:30:00-05:00", "02-01-2026"],
    ["02-01-2026", "02-01-2026"],
    ["now+20d", "02-04-2026"],
  ])("%s is sent as month, day and year", (written, wire) => {
    expect(fit({ type: "string", format: "mm-dd-yyyy" }, written)).toBe(wire);
  });

  test.each(["tomorrow", "now+soon", "nowhere", "2026-99-99"])("%s is no time, and is refused before it is sent", (written) => {
    for (const type of ["number", "string"] as const) {
      const demo = operation({ type, format: "epoch-ms" });
      const input = fitInput(demo, { at: written }, { now: clock.now() });
      expect(() => validateInput(demo, input)).toThrow("must be a time such as 2026-01-31T09:00:00Z or now+7d");
    }
  });

  test("what is fitted is fine", () => {
    for (const format of ["epoch-ms", "epoch-s", "mm-dd-yyyy"]) {
      const demo = operation({ type: "string", format });
      expect(() => validateInput(demo, fitInput(demo, { at: "now" }, { now: clock.now() }))).not.toThrow();
    }
  });
});
