import { cutText } from "#kernel/characters.ts";
import { capital } from "#kernel/words.ts";
import { conditionWords } from "../../../mapping/words/condition-words.ts";
import { withRuleTitles } from "../../../mapping/rule-names.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { filter as shape } from "./shape.ts";

/** Of a condition that a run's summary repeats. */
const longestCondition = 200;

export const filter: StepKind<Step<"filter">> = {
  shape,
  templates: { filter: "condition" },
  gives: false,
  ends: true,
  labels: { filter: "Condition" },
  clause: (step, { condition }) => `continue only if ${condition(step.filter)}`,
  compile(step, compiling) {
    const condition = compiling.condition(step.filter, "filter");
    const what = step.title ?? cutText(capital(conditionWords(withRuleTitles(step.filter, compiling.rules))), longestCondition);
    const reason = `'${what}' does not hold`;
    return async (walk, path, scope) => {
      const { output } = await walk.decide(path, async () => ({ passed: await condition.unhurried(scope, walk.parts.pace) }));
      if ((output as { passed: boolean }).passed) return null;
      walk.parts.dry?.skipped.push({ step: path, why: "the filter's condition does not hold" });
      return { kind: "filtered", reason };
    };
  },
};
