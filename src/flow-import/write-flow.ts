import { cutText } from "#kernel/characters.ts";
import { defined } from "#kernel/defined.ts";
import type { FlowDefinition, StepDefinition } from "#engine/flow/format.ts";
import type { Expr } from "./expr.ts";
import { condition, template, templateText, value } from "./liquid.ts";
import type { Condition, NeutralFlow, NeutralStep } from "./neutral.ts";

/** Writes a flow of another tool as one of ours. */

const longestDescription = 2000;
export const longestNote = 2000;

export function writeFlow({ name, description, todo, trigger, steps, zone }: NeutralFlow): FlowDefinition {
  const words = cutText(description.filter(Boolean).join("\n\n"), longestDescription - 100);
  return {
    name,
    ...(words === "" ? {} : { description: words }),
    ...todoOf(todo),
    trigger: { app: trigger.app, operation: trigger.operation, ...defined({ input: trigger.input, every: trigger.every }) },
    steps: steps.map(writeStep),
    ...(zone === undefined ? {} : { settings: { zone } }),
  };
}

function writeStep(step: NeutralStep): StepDefinition {
  const { id, title, off, notes = [], todo } = step;
  const note = linesOf(notes);
  const base = { id, ...(title ? { title } : {}), ...(off ? { off: true } : {}), ...(note ? { comment: note } : {}), ...todoOf(todo) };
  switch (step.does) {
    case "action":
      return { ...base, app: step.app, operation: step.operation, ...inputOf(step.input), ...defined({ onError: step.onError }) };
    case "filter":
      return { ...base, filter: conditionOf(step.if) };
    case "branch":
      return {
        ...base,
        if: conditionOf(step.if),
        // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
        then: step.yes.map(writeStep),
        ...(step.no ? { else: step.no.map(writeStep) } : {}),
      };
    case "forEach":
      return { ...base, forEach: value(step.list), as: step.as, do: step.steps.map(writeStep) };
    case "wait":
      return { ...base, wait: templateText(step.for) };
    case "code":
      return { ...base, code: step.code, ...(step.input ? inputOf(step.input) : {}) };
    case "format":
      return { ...base, format: valuesOf(step.values) };
    case "stop":
      return { ...base, stop: step.how, ...(step.reason ? { reason: templateText(step.reason) } : {}) };
  }
}

const linesOf = (lines: readonly string[]): string => cutText([...new Set(lines)].join("\n"), longestNote - 100);
const todoOf = (todo: readonly string[] = []) => (todo.length === 0 ? {} : { todo: linesOf(todo) });

const valuesOf = (values: Record<string, Expr>) => Object.fromEntries(Object.entries(values).map(([name, expr]) => [name, template(expr)]));
const inputOf = (input: Record<string, Expr>) => (Object.keys(input).length === 0 ? {} : { input: valuesOf(input) });

/** A condition that nobody could read holds for nothing. */
const conditionOf = (read: Condition): string => (read === null ? "false" : condition(read));

/** How many steps a list has, with those inside, and how deep they lie. */
export function measure(steps: readonly NeutralStep[]): { steps: number; depth: number } {
  let [count, depth] = [0, 0];
  const walk = (list: readonly NeutralStep[], level: number) => {
    if (list.length > 0) depth = Math.max(depth, level);
    for (const step of list) {
      count++;
      if (step.does === "branch") for (const inner of [step.yes, step.no ?? []]) walk(inner, level + 1);
      if (step.does === "forEach") walk(step.steps, level + 1);
    }
  };
  walk(steps, 1);
  return { steps: count, depth };
}
