/** Transformation rules whose result a script gives. */

import type { ScriptRule } from "../mapping/rule-format.ts";
import type { ScriptCall } from "../mapping/problem.ts";
import type { RuleResult } from "../mapping/work.ts";
import type { ScriptJob, Scripts } from "../ports/scripts.ts";
import { scriptBounds } from "./bounds.ts";
import { syntaxFault } from "./source.ts";

/** For whom a rule is applied, and when. */
export type RuleUser = Pick<ScriptJob, "workspace" | "flow" | "moment" | "seed" | "isTrial">;

/** What the script of a rule gives for a value. */
export async function applyScriptRule(
  scripts: Scripts,
  { rule, value, key }: ScriptCall,
  user: RuleUser,
  signal?: AbortSignal,
): Promise<RuleResult> {
  const { code, language = "javascript", title } = rule;
  const job = { ...user, seed: `${user.seed}/${key}`, code, language, data: { value }, timeoutMs: scriptBounds.usualMs };
  const outcome = await scripts.run(job, signal);
  if ("output" in outcome) return { value: outcome.output ?? undefined };
  const { problem, line } = outcome.fault;
  return { problem: `the script of the rule '${title}' failed${line === undefined ? "" : ` at line ${line}`}: ${problem}` };
}

/** What is wrong with the syntax of a rule's script. */
export function scriptRuleProblems({ code, language = "javascript" }: ScriptRule): { at: string; problem: string }[] {
  const fault = syntaxFault(code, language);
  if (!fault) return [];
  return [
    { at: "code", problem: fault.line === undefined ? fault.problem : `line ${fault.line}, column ${fault.column}: ${fault.problem}` },
  ];
}
