import { isObject } from "#kernel/json.ts";
import { ruleCalls } from "../mapping/rule-names.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { AnyStep } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import { joinPath } from "./read-shape.ts";

/** A rule that a flow uses, and where. */
export interface RuleUse {
  name: string;
  /** `steps[2].input.tags`. */
  at: string;
  /** The step's id; null: the trigger. */
  step: string | null;
}

/** Every use of a rule in a flow, in the order in which it is written. */
export function ruleUses({ trigger: { key, record }, steps }: Pick<FlowDefinition, "trigger" | "steps">): RuleUse[] {
  return [...usesIn({ key, record }, "trigger", null, false), ...usesInSteps(steps, "steps")];
}

/** The names of the rules that a flow uses. */
export const rulesOf = (definition: FlowDefinition): Set<string> => new Set(ruleUses(definition).map(({ name }) => name));

const usesInSteps = (steps: readonly AnyStep[], at: string): RuleUse[] => steps.flatMap((step, i) => usesInStep(step, `${at}[${i}]`));

function usesInStep(step: AnyStep, at: string): RuleUse[] {
  const { templates = {} } = stepKinds.find(step) ?? {};
  const lists = stepKinds.listsOf(step);
  const own = Object.entries(step).filter(([member]) => member !== "title" && !lists.some(([list]) => list === member));
  return [
    ...own.flatMap(([member, value]) =>
      usesIn(value, `${at}.${member}`, step.id, ["condition", "expression"].includes(templates[member] ?? "")),
    ),
    ...lists.flatMap(([member, inner]) => usesInSteps(inner, `${at}.${member}`)),
  ];
}

function usesIn(value: unknown, at: string, step: string | null, isCode: boolean): RuleUse[] {
  if (typeof value === "string") return ruleCalls(value, isCode).flatMap((name) => (name === null ? [] : [{ name, at, step }]));
  if (Array.isArray(value)) return value.flatMap((item, i) => usesIn(item, joinPath(at, [i]), step, isCode));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => usesIn(member, joinPath(at, [key]), step, isCode)) : [];
}
