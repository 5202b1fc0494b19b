import { describe, expect, test } from "vitest";
import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { columnsOf } from "./columns.ts";
import { addCondition } from "./edits.ts";

const branch = (id: string, more: object = {}) =>
  ({ id, if: `trigger.${id}`, then: [{ id: `${id}_so`, wait: "1h" }], ...more }) as unknown as StepDefinition;
const shown = (step: StepDefinition) =>
  columnsOf({ step, at: "steps.0", number: "1" }).map(({ step: { id }, member, at, number, isFurther }) => [
    `${isFurther ? "further " : ""}${member} of ${id}`,
    at,
    number,
  ]);
const stop = { id: "s", stop: "success" };

describe("the columns of a branch", () => {
  test("are its own two", () => {
    expect(shown(branch("a", { else: [stop] }))).toEqual([
      ["then of a", "steps.0", "1"],
      ["else of a", "steps.0", "1"],
    ]);
    expect(shown(branch("a"))).toHaveLength(2);
  });

  test("go on with those of a further condition, however many", () => {
    expect(shown(branch("a", { else: [branch("b", { else: [branch("c", { else: [stop] })] })] }))).toEqual([
      ["then of a", "steps.0", "1"],
      ["further then of b", "steps.0.else.0", "1.2"],
      ["further then of c", "steps.0.else.0.else.0", "1.2.2"],
      ["else of c", "steps.0.else.0.else.0", "1.2.2"],
    ]);
  });

  test("are not those of a branch that is not alone, or switched off", () => {
    expect(shown(branch("a", { else: [stop, branch("b")] }))).toHaveLength(2);
    expect(shown(branch("a", { else: [branch("b"), stop] }))).toHaveLength(2);
    expect(shown(branch("a", { else: [branch("b", { off: true })] }))).toHaveLength(2);
  });
});

describe("another condition", () => {
  const flow = (step: StepDefinition) => ({ name: "F", trigger: { app: "http", operation: "webhook" }, steps: [step] }) as FlowDefinition;

  test("is asked where the first does not hold, and what was done otherwise stays the last", () => {
    const { steps } = addCondition(flow(branch("a", { else: [stop] })), ["steps", 0]);
    expect(steps[0]).toMatchObject({ id: "a", else: [{ id: "branch", if: "", then: [], else: [stop] }] });
    expect(shown(steps[0]!).map(([column]) => column)).toEqual(["then of a", "further then of branch", "else of branch"]);
  });

  test("is not added where it would be too deep, nor to what is no branch", () => {
    let deep = branch("deepest", { else: [] });
    for (let n = 0; n < 6; n++) deep = branch(`b${n}`, { then: [deep] });
    const inner = ["steps", 0, ...Array.from({ length: 6 }, () => ["then", 0]).flat()];
    expect(addCondition(flow(deep), inner)).toEqual(flow(deep));
    const waits = flow({ id: "w", wait: "1h" });
    expect(addCondition(waits, ["steps", 0])).toBe(waits);
  });
});
