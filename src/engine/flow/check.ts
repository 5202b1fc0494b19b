import { isObject } from "#kernel/json.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { z } from "zod";
import { flowDefinition } from "./format.ts";
import { readShape } from "./read-shape.ts";
import type { FlowProblem } from "./read-shape.ts";
import { isToldOfChanges } from "./records.ts";
import { checkSettings, checkTrigger } from "./start.ts";
import { checkSteps } from "./steps.ts";
import type { StepKinds } from "./kinds/table.ts";
import { unfinishedFlow } from "./unfinished.ts";

/** The outer form of a flow. Its steps are read one by one, so that each problem names its place. */
const outerForm = flowDefinition.extend({ steps: z.array(z.unknown()) });

/** Reads and checks a whole definition. Null when it cannot be read, not even as a draft; everything wrong is in `problems`. */
export function checkFlow(input: unknown, knowledge: FlowKnowledge, problems: FlowProblem[], kinds: StepKinds): FlowDefinition | null {
  const read = readShape(outerForm, input, "", problems);
  const isUnreadable = () => problems.some(({ unreadable }) => unreadable);
  const start = read ?? (isObject(input) && !isUnreadable() ? unfinishedFlow(input) : null);
  const rawSteps: unknown = isObject(input) ? input.steps : undefined;
  const steps = Array.isArray(rawSteps) ? checkSteps(rawSteps, { knowledge, problems, changes: changesOf(input, knowledge), kinds }) : [];
  if (!start) return null;
  const { settings = {}, trigger } = start;
  checkSettings(settings, problems);
  if (trigger.app !== "" && trigger.operation !== "") checkTrigger(trigger, settings, knowledge, problems);
  else askForTrigger(trigger, problems);
  return isUnreadable() ? null : { ...start, steps };
}

/** One sentence for everything that is missing as long as no trigger is chosen. */
function askForTrigger({ app }: FlowDefinition["trigger"], problems: FlowProblem[]): void {
  const isOfIt = ({ at }: FlowProblem) => ["trigger", "trigger.app", "trigger.operation"].includes(at);
  const others = problems.filter((problem) => !isOfIt(problem));
  const at = app === "" ? "trigger" : "trigger.operation";
  problems.splice(0, problems.length, { at, problem: "choose what starts the flow" }, ...others);
}

/** Whether `trigger._change` exists, or which members it has. */
function changesOf(flow: unknown, knowledge: FlowKnowledge): boolean | readonly string[] {
  const trigger = isObject(flow) && isObject(flow.trigger) ? flow.trigger : {};
  const { app, operation } = trigger;
  const watch = typeof app === "string" && typeof operation === "string" ? knowledge.trigger(app, operation)?.watch : undefined;
  return watch?.members ?? isToldOfChanges(flow);
}
