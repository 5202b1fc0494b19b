import { MappingProblem } from "../problem.ts";
import type { AppliedRules, Filters, MappingSettings } from "../types.ts";
import { textArgument } from "./arguments.ts";

export const noRuleInRule = "a rule cannot use another rule; in a template several can follow each other";

/**
 * Applies the workspace's rules: `{{ trigger.score | rule: 'score-tag' }}`. Of segments, `contact | in_segment: 'unhappy'` says whether a record is
 * in one, `entered_segment` and `left_segment` whether that has just changed, and `contact | segments` which ones it is in.
 */
export const ruleFilters = ({ rules }: MappingSettings): Filters => {
  const applied = (): AppliedRules => {
    if (!rules) throw new MappingProblem(noRuleInRule);
    return rules;
  };
  return {
    rule: (value, name) => applied().apply(textArgument(name, "the name of the rule"), value),
    in_segment: (value, name) => applied().isIn(textArgument(name, "the name of the segment"), value),
    entered_segment: (value, name) => applied().moved("entered", textArgument(name, "the name of the segment"), value),
    left_segment: (value, name) => applied().moved("left", textArgument(name, "the name of the segment"), value),
    segments: (value) => applied().segmentsOf(value),
  };
};
