import { canonicalJson, isObject, type Json } from "#kernel/json.ts";
import type { FlowDefinition } from "../types/flows.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { placesOf } from "../lint/places.ts";
import { checkInputNames } from "./kinds/action/check.ts";
import type { MappingTemplate } from "./format.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import type { RuleKinds } from "../mapping/rule-format.ts";
import type { FlowProblem } from "./read-shape.ts";
import { checkWriting } from "./templates.ts";

const largestCharacters = 64 * 1024;

/** What is wrong with a mapping template: the operation, its fields, texts that cannot be read. What the texts read depends on the flow. `rules`: the kinds of those there are. */
export function checkMappingTemplate(
  template: MappingTemplate,
  knowledge: Pick<FlowKnowledge, "app" | "apps" | "operation" | "operations">,
  rules: RuleKinds,
): FlowProblem[] {
  const problems: FlowProblem[] = [];
  const tell = (at: string, problem: string) => void problems.push({ at, problem });
  const { app, operation: id, input } = template;
  if (JSON.stringify(input).length > largestCharacters) return [{ at: "input", problem: `is larger than ${largestCharacters / 1024} KiB` }];
  const existing = knowledge.app(app);
  const operation = knowledge.operation(app, id);
  if (!existing) tell("app", `there is no app '${app}'${didYouMean(app, knowledge.apps?.() ?? [])}`);
  else if (!operation) tell("operation", `${existing.title} has no operation '${id}'${didYouMean(id, knowledge.operations(app))}`);
  else checkInputNames(input, operation, { tell });
  checkTexts(input, "input", rules, problems);
  return problems;
}

function checkTexts(value: unknown, at: string, rules: RuleKinds, problems: FlowProblem[]): void {
  if (typeof value === "string") checkWriting(value, at, rules, problems);
  else if (Array.isArray(value)) value.forEach((item, i) => checkTexts(item, `${at}[${i}]`, rules, problems));
  else if (isObject(value)) for (const [key, member] of Object.entries(value)) checkTexts(member, `${at}.${key}`, rules, problems);
}

/** Whether a step of a flow is filled as the template says, be it with further fields. */
export const isFilledFrom = (template: MappingTemplate, definition: FlowDefinition): boolean =>
  placesOf(definition).some(
    ({ step, app, operation, input }) =>
      step !== null && app === template.app && operation === template.operation && isWithin(template.input, input),
  );

const isWithin = (part: Readonly<Record<string, Json>>, input: Readonly<Record<string, Json>>): boolean =>
  Object.entries(part).every(([name, value]) => Object.hasOwn(input, name) && canonicalJson(input[name]) === canonicalJson(value));
