import { expect, test } from "vitest";
import type { LintFinding } from "#api/schemas.ts";
import { lostInError, lostInFinding } from "./lost-name.ts";

const finding = (more: Partial<LintFinding>): LintFinding => ({
  level: "error",
  at: "steps[0].input.customFields.Score",
  step: "contact",
  field: "customFields",
  problem: "is gone",
  fix: "Use another.",
  where: "step 1, Custom fields",
  repair: { from: "Score", choices: ["NPS"], near: true },
  ...more,
});

test("a finding that another name mends offers it for its step and field; a connection is a field of its own", () => {
  expect(lostInFinding("f", finding({}))).toMatchObject({
    flowId: "f",
    step: "contact",
    field: "customFields",
    from: "Score",
    reused: false,
  });
  expect(lostInFinding("f", finding({ at: "trigger.connection", step: null, field: null }))).toMatchObject({
    step: null,
    field: "connection",
  });
});

test("a finding that no name mends offers nothing", () => {
  const { repair: _, ...bare } = finding({});
  expect(lostInFinding("f", bare)).toBeNull();
  expect(lostInFinding("f", finding({ repair: { from: "Score", choices: [], near: false } }))).toBeNull();
  expect(lostInFinding("f", finding({ at: "steps[0].operation", field: null }))).toBeNull();
});

test("a run's error offers what it carries, and says when another thing took the name", () => {
  const error = (details: Record<string, unknown>) => ({ code: "STEP_INPUT_INVALID", message: "", details });
  const reference = { name: "Score", choices: ["Score (old)", "Score"], near: false };
  expect(lostInError("f", error({ field: "customFields.Score", step: "contact", reference }))).toMatchObject({
    reused: true,
    from: "Score",
  });
  for (const details of [{}, { reference }, { reference: null, field: "a", step: "b" }, { reference: { name: 1 }, field: "a", step: "b" }])
    expect(lostInError("f", error(details))).toBeNull();
});
