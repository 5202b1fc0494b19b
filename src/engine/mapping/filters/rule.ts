import { MappingProblem } from "../problem.ts";
import type { Filter, MappingSettings } from "../types.ts";
import { textArgument } from "./arguments.ts";

export const noRuleInRule = "a rule cannot use another rule; in a template several can follow each other";

/** Applies one of the workspace's rules: `{{ trigger.score | rule: 'score-tag' }}`. */
export const ruleFilter =
  ({ rules }: MappingSettings): Filter =>
  (value, name) => {
    const wanted = textArgument(name, "the name of the rule");
    if (!rules) throw new MappingProblem(noRuleInRule);
    return rules.apply(wanted, value);
  };
