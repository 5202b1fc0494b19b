import { ruleUses } from "../flow/rule-uses.ts";
import { unknownRule } from "../mapping/rules.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { LintFinding } from "../types/lint.ts";
import type { LintReader } from "./types.ts";

/** Rules that a flow uses and that do not exist any more: its runs would fail there. */
export const goneRules = (definition: FlowDefinition, { rules }: LintReader): LintFinding[] =>
  (rules ? ruleUses(definition) : [])
    .filter(({ name }) => !rules!.includes(name))
    .map(({ name, at, step }) => ({
      level: "error",
      at,
      step,
      field: /\.input\.([^.[]+)/.exec(at)?.[1] ?? null,
      problem: unknownRule(name, rules!).message,
      fix: "Add the rule again under Rules and mappings, or use another one here.",
    }));
