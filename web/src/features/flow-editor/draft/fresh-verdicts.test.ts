import { expect, test } from "vitest";
import type { FlowDefinition, LintFinding } from "#api/schemas.ts";
import { freshFindings, freshProblems } from "./fresh-verdicts.ts";

const flow = (url: string | undefined, name = "Ada"): FlowDefinition =>
  ({
    name: "F",
    trigger: { app: "http", operation: "webhook" },
    steps: [
      { id: "all", forEach: "trigger.rows", do: [{ id: "post", app: "http", operation: "post", input: { url, name } }] },
      { id: "end", stop: "success" },
    ],
  }) as unknown as FlowDefinition;
const problem = { at: "steps[0].do[0].input.url", where: "step 1.1", problem: "it is missing" };
const finding = (step: string | null, at: string) => ({ step, at, problem: "needs 'Address', and it is empty" }) as LintFinding;

test("a problem of a field is gone as soon as the field is filled in, and stays while others are", () => {
  const saved = { definition: flow(undefined), problems: [problem] };
  expect(freshProblems(saved, flow(undefined, "Grace"))).toEqual([problem]);
  expect(freshProblems(saved, flow("https://example.com"))).toEqual([]);
});

test("a problem does not move to the step that is now in that place", () => {
  const saved = { definition: flow(undefined), problems: [problem] };
  const now = flow(undefined);
  expect(freshProblems(saved, { ...now, steps: now.steps.toReversed() })).toEqual([]);
});

test("what a check found at a step is gone as soon as the step is another", () => {
  const findings = [finding("post", "steps[0].do[0].input.url"), finding("all", "steps[0].forEach"), finding(null, "trigger.input.x")];
  expect(freshFindings(findings, flow(undefined), flow(undefined))).toEqual(findings);
  expect(freshFindings(findings, flow(undefined), flow("https://example.com"))).toEqual(findings.slice(1));
  expect(freshFindings(findings, flow("a"), { ...flow("a"), trigger: { app: "http", operation: "other" } })).toEqual(findings.slice(0, 2));
});
