import { isObject } from "#kernel/json.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { AnyStep, StepKind } from "./kinds/kind.ts";

/**
 * Definitions that somebody is still writing. Members that every flow has are there all the same, empty, so that whoever shows a draft need
 * not ask for each. Only for what could be read: no member is of another type.
 */

/** A flow with the members that are still missing, but for those of its steps. */
export function unfinishedFlow(flow: Record<string, unknown>): Omit<FlowDefinition, "steps"> {
  const trigger = isObject(flow["trigger"]) ? flow["trigger"] : {};
  return {
    ...flow,
    name: textOf(flow["name"]),
    trigger: { ...trigger, app: textOf(trigger["app"]), operation: textOf(trigger["operation"]) },
  };
}

/** A step with the members that are still missing. */
export function unfinishedStep(step: Record<string, unknown>, { shape }: Pick<StepKind, "shape">): AnyStep {
  const marks = shape.marks.map((mark) => [mark, step[mark] ?? ""]);
  const lists = Object.keys(shape.lists).filter((member) => shape.lists[member] === "needed" && step[member] === undefined);
  return { ...step, ...Object.fromEntries(marks), ...Object.fromEntries(lists.map((member) => [member, []])), id: textOf(step["id"]) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
