import { expect, test } from "vitest";
import type { FlowDefinition, LintFinding } from "#api/schemas.ts";
import { unready, withUnready } from "./unready.ts";

const definition = {
  name: "F",
  trigger: { app: "http", operation: "webhook" },
  steps: [
    { id: "gold", filter: "" },
    { id: "b", if: "x", then: [{ id: "w", wait: "" }], else: [] },
  ],
} as unknown as FlowDefinition;
const condition = { at: "steps[0].filter", where: "step 1 'Continue only if a condition holds', Condition", problem: "is empty" };
const wait = { at: "steps[1].then[0].wait", where: "step 2.1 'Wait', Wait", problem: "is empty" };
const finding = (at: string): LintFinding => ({ level: "error", at, step: null, field: null, problem: "P", fix: "F", where: "W" });

test("what a draft lacks is a finding of its step", () => {
  expect(unready([condition, wait], definition)).toMatchObject([
    { step: "gold", where: "step 1 'Continue only if a condition holds'", problem: "'Condition' is empty", level: "error" },
    { step: "w", where: "step 2.1 'Wait'", problem: "'Wait' is empty" },
  ]);
  const tags = {
    at: "steps[0].input.tags",
    where: "step 1 'Add tags to contact', Tags",
    problem: "'Add Tags to Contact' needs this field",
  };
  expect(unready([tags], definition)).toMatchObject([{ problem: "'Tags' is not filled in" }]);
  expect(unready([{ at: "name", where: "Name", problem: "give the flow a name" }], definition)).toMatchObject([
    { step: null, problem: "give the flow a name" },
  ]);
});

test("what the check says of the same is not listed a second time", () => {
  const check = [finding("steps"), finding("steps[0].filter"), finding("trigger.connection")];
  expect(withUnready(check, [condition], definition).map(({ at }) => at)).toEqual(["steps[0].filter", "trigger.connection"]);
  expect(withUnready(check, [], definition)).toBe(check);
});
