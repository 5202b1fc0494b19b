import { cutText } from "#kernel/characters.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { alwaysThere } from "../mapping/reserved-names.ts";
import { undeclaredIn } from "../scripts/names.ts";
import type { LintFinding } from "../types/lint.ts";
import type { ScriptTestResult } from "../types/scripts.ts";
import type { ScriptSpot } from "./spots.ts";
import type { LintReader } from "./types.ts";

/** What of a flow's scripts would fail: their tests, and what they read and cannot see. `steps` are the ids of all steps of the flow. */
export async function scriptFindings(spots: readonly ScriptSpot[], steps: ReadonlySet<string>, reader: LintReader): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  for (const spot of spots) {
    findings.push(...unseenNames(spot, steps));
    const tested = (spot.script.tests ?? []).length === 0 ? [] : ((await reader.testScript?.(spot.script)) ?? []);
    findings.push(...tested.flatMap((test, i) => (test.passed ? [] : failedTest(spot, test, i))));
  }
  return findings;
}

/** Ids of steps that it reads although they come later, or are in a branch or loop that it is not in. */
function unseenNames({ at, step, script, names }: ScriptSpot, steps: ReadonlySet<string>): LintFinding[] {
  const isUnseen = (name: string) => steps.has(name) && !names.has(name) && !(alwaysThere as readonly string[]).includes(name);
  return [...undeclaredIn(script.code)].filter(isUnseen).map((name) => ({
    level: "warning",
    at: `${at}.code`,
    step,
    field: "code",
    problem: `the script reads '${name}', which it cannot see here${didYouMean(name, names)}`,
    fix: "Move the script behind that step, or read another one.",
  }));
}

const failedTest = ({ at, step, script }: ScriptSpot, { name, output, problem, line }: ScriptTestResult, i: number): LintFinding => ({
  level: "warning",
  at: `${at}.tests[${i}]`,
  step,
  field: "tests",
  problem:
    problem === null
      ? `the test '${name}' fails: ${short(script.tests?.[i]?.expect)} is expected, and the script returns ${short(output)}`
      : `the test '${name}' fails${line === null ? "" : ` at line ${line}`}: ${problem}`,
  fix: "Correct the script, or what the test expects.",
});

const longest = 100;
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > longest ? `${cutText(text, longest)}…` : text;
}
