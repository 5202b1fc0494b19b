import { isObject } from "#kernel/json.ts";
import type { FlowSettings } from "../types/flows.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import { checkDuration } from "./asking.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import type { FlowProblem } from "./read-shape.ts";

const bounds = { least: 1000, most: 3_600_000, words: "a burst settles for 1s at least and 1h at most" };

/** Checks what a flow asks for by record: to settle, to keep order, to know old values. */
export function checkByRecord(
  { record, previous }: TriggerDefinition,
  { settle, order }: FlowSettings,
  trigger: NonNullable<ReturnType<FlowKnowledge["trigger"]>>,
  problems: FlowProblem[],
): void {
  if (settle !== undefined) checkDuration(settle, "settings.settle", bounds, problems);
  const asked = [
    ...(settle !== undefined ? ["settings.settle"] : []),
    ...(order !== undefined ? ["settings.order"] : []),
    ...(previous ? ["trigger.previous"] : []),
  ];
  if (trigger.kind === "schedule" || trigger.kind === "manual") {
    for (const at of [...asked, ...(record !== undefined ? ["trigger.record"] : [])])
      problems.push({ at, problem: `says nothing to a ${trigger.kind} trigger: its events are not of a record` });
  } else if (asked.length > 0 && !trigger.record && record === undefined) {
    const problem = `'${trigger.title}' does not say of which record an event is; for ${asked.join(" and ")}, write a template that does, like {{ trigger.id }}`;
    problems.push({ at: "trigger.record", problem });
  }
}

/** Whether a flow definition, possibly unfinished, reads what changed. */
export const isToldOfChanges = (flow: unknown): boolean =>
  isObject(flow) &&
  ((isObject(flow.trigger) && flow.trigger.previous === true) || (isObject(flow.settings) && flow.settings.settle !== undefined));
