import { canonicalJson } from "#kernel/json.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { ScriptTest, ScriptTestResult, ScriptWithTests } from "../types/scripts.ts";
import { scriptBounds } from "./bounds.ts";

/** Whose script is tested. */
export interface ScriptUnderTest {
  workspace: string;
  flow: string;
  script: ScriptWithTests;
}

/** The moment of every test, so that a date that is expected stays right. */
const testMoment = Date.UTC(2026, 0, 1);

/** Executes a script on each of its tests, one after another. */
export async function testScript(scripts: Scripts, tested: ScriptUnderTest): Promise<ScriptTestResult[]> {
  const results: ScriptTestResult[] = [];
  let spentMs = 0;
  for (const test of tested.script.tests ?? []) {
    const result = spentMs < scriptBounds.longestMs ? await testOnce(scripts, tested, test) : notRun(test.name);
    results.push(result);
    spentMs += result.durationMs;
  }
  return results;
}

const notRun = (name: string): ScriptTestResult => ({
  name,
  passed: false,
  output: null,
  problem: `it was not executed: the tests before it took ${scriptBounds.longestMs / 1000} s`,
  line: null,
  log: [],
  durationMs: 0,
});

async function testOnce(scripts: Scripts, { workspace, flow, script }: ScriptUnderTest, test: ScriptTest): Promise<ScriptTestResult> {
  const { code, language = "javascript", timeoutMs = scriptBounds.usualMs } = script;
  const data = { trigger: {}, input: {}, ...test.data };
  const outcome = await scripts.run({
    workspace,
    flow,
    code,
    language,
    timeoutMs,
    data,
    moment: testMoment,
    seed: test.name,
    isTrial: true,
  });
  const { log, durationMs } = outcome;
  const common = { name: test.name, log, durationMs: Math.round(durationMs) };
  if ("fault" in outcome) {
    const { problem, line = null } = outcome.fault;
    return { ...common, passed: false, output: null, problem, line };
  }
  const passed = canonicalJson(outcome.output) === canonicalJson(test.expect);
  return { ...common, passed, output: outcome.output, problem: null, line: null };
}
