import { cutText } from "#kernel/characters.ts";
import type { AnyStep } from "../flow/kinds/kind.ts";
import { stepKinds } from "../flow/kinds/kinds.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { LintFinding } from "../types/lint.ts";

const longestWords = 400;

/** What a person still has to do in a flow, each as a finding; steps that are switched off have most of it. */
export function leftToDo({ todo, steps }: FlowDefinition): LintFinding[] {
  return [...(todo === undefined ? [] : [finding("todo", null, todo)]), ...steps.flatMap((step, i) => inStep(step, `steps[${i}]`))];
}

function inStep(step: AnyStep, at: string): LintFinding[] {
  const inner = stepKinds
    .listsOf(step)
    .flatMap(([member, list]) => list.flatMap((one, i) => inStep(one as AnyStep, `${at}.${member}[${i}]`)));
  return [...(typeof step.todo === "string" ? [finding(`${at}.todo`, step.id, step.todo)] : []), ...inner];
}

const finding = (at: string, step: string | null, todo: string): LintFinding => ({
  level: "warning",
  holds: true,
  at,
  step,
  field: null,
  problem: `left to do: ${cutText(todo.replace(/\s*\n\s*/g, " ").replace(/\.$/, ""), longestWords)}`,
  fix: "Do it, then mark it as done.",
});
