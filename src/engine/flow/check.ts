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

/** The outer form of a flow. Its steps are read one by one, so that each problem names its place. */
const outerForm = flowDefinition.extend({ steps: z.array(z.unknown()) });

/** Reads and checks a whole definition. Null when its outer form is wrong; everything wrong is in `problems`. */
export function checkFlow(input: unknown, known: FlowKnowledge, problems: FlowProblem[], kinds: StepKinds): FlowDefinition | null {
  const read = readShape(outerForm, input, "", problems);
  const rawSteps: unknown = isObject(input) ? input.steps : undefined;
  const steps = Array.isArray(rawSteps) ? checkSteps(rawSteps, { known, problems, changes: changesOf(input, known), kinds }) : [];
  if (!read) return null;
  checkSettings(read.settings ?? {}, problems);
  checkTrigger(read.trigger, read.settings ?? {}, known, problems);
  return { ...read, steps };
}

/** Whether `trigger._change` exists, or which members it has. */
function changesOf(flow: unknown, known: FlowKnowledge): boolean | readonly string[] {
  const trigger = isObject(flow) && isObject(flow.trigger) ? flow.trigger : {};
  const { app, operation } = trigger;
  const watch = typeof app === "string" && typeof operation === "string" ? known.trigger(app, operation)?.watch : undefined;
  return watch?.members ?? isToldOfChanges(flow);
}
