import type { Json } from "#kernel/json.ts";
import { hasExchangeMember } from "../../../mapping/answers.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { format as shape } from "./shape.ts";

export const format: StepKind<Step<"format">> = {
  shape,
  templates: { format: "value" },
  gives: true,
  labels: { format: "Values" },
  clause: (step) => `prepare ${Object.keys(step.format).join(", ") || "values"}`,
  /** A format step may have such a member of its own. */
  check(step, check) {
    if (!hasExchangeMember(step.format)) check.noAnswer("makes no call");
  },
  compile({ id, format: values }, compiling) {
    const value = compiling.value(values, "format");
    return async (walk, path, scope) => {
      scope[id] = (await walk.decide(path, () => value.unhurried(scope, walk.parts.pace) as Json)).output;
      return null;
    };
  },
  lint(step, visit) {
    visit.gives({ kind: "format", value: step.format });
  },
};
