import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { branch as shape } from "./shape.ts";

export const branch: StepKind<Step<"branch">> = {
  shape,
  templates: { if: "condition" },
  gives: false,
  labels: { if: "Condition", else: "Otherwise" },
  clause: (step, { all, condition }) =>
    `if ${condition(step.if)}, ${all(step.then)}${step.else?.length ? `, otherwise ${all(step.else)}` : ""}`,
  title: (step, { condition }) => `If ${condition(step.if)}`,
  compile(step, compiling) {
    const condition = compiling.condition(step.if, "if");
    const then = compiling.steps(step.then);
    const otherwise = compiling.steps(step.else ?? []);
    return async (walk, path, scope) => {
      const { output } = await walk.decide(path, async () => ({
        taken: (await condition.unhurried(scope, walk.parts.pace)) ? "then" : "else",
      }));
      const { taken } = output as { taken: "then" | "else" };
      return walk.steps(taken === "then" ? then : otherwise, `${path}/`, scope);
    };
  },
};
