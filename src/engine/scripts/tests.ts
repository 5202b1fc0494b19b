import { canonicalJson } from "#kernel/json.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { ScriptTest, ScriptTested, ScriptWithTests } from "../types/scripts.ts";
import { scriptBounds } from "./bounds.ts";

/** Whose script is tested. */
export interface TestedScript {
  workspace: string;
  flow: string;
  script: ScriptWithTests;
}

/** The moment of every test, so that a date that is expected stays right. */
const testMoment = Date.UTC(2026, 0, 1);

/** Executes a script on each of its tests. */
export const testScript = (scripts: Scripts, tested: TestedScript): Promise<ScriptTested[]> =>
  Promise.all((tested.script.tests ?? []).map((test) => testOnce(scripts, tested, test)));

async function testOnce(scripts: Scripts, { workspace, flow, script }: TestedScript, test: ScriptTest): Promise<ScriptTested> {
  const { code, language = "javascript", timeoutMs = scriptBounds.usualMs } = script;
  const data = { trigger: {}, input: {}, ...test.data };
  const outcome = await scripts.run({ workspace, flow, code, language, timeoutMs, data, moment: testMoment, seed: test.name });
  const { log, durationMs } = outcome;
  const common = { name: test.name, log, durationMs: Math.round(durationMs) };
  if ("fault" in outcome) {
    const { problem, line = null } = outcome.fault;
    return { ...common, passed: false, output: null, problem, line };
  }
  const passed = canonicalJson(outcome.output) === canonicalJson(test.expect);
  return { ...common, passed, output: outcome.output, problem: null, line: null };
}
