import { ruleUses } from "../flow/rule-uses.ts";
import { wrongCall } from "../mapping/rules.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { LintFinding } from "../types/lint.ts";
import type { LintReader } from "./types.ts";

/** Rules and segments that a flow uses and that do not exist any more: its runs would fail there. */
export const goneRules = (definition: FlowDefinition, { rules }: LintReader): LintFinding[] =>
  (rules ? ruleUses(definition) : []).flatMap(({ filter, name, at, step }): LintFinding[] => {
    const problem = wrongCall({ filter, name }, rules!);
    if (problem === null) return [];
    const field = /\.input\.([^.[]+)/.exec(at)?.[1] ?? null;
    const fix = `Add the ${filter === "rule" ? "rule" : "segment"} again under Rules and mappings, or use another one here.`;
    return [{ level: "error", at, step, field, problem, fix }];
  });
