import { isObject } from "#kernel/json.ts";
import { asksSegments, ruleCalls, type RuleCall } from "../mapping/rule-names.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { AnyStep } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import { joinPath } from "./read-shape.ts";

/** A rule that a flow uses, and where. */
export interface RuleUse extends RuleCall {
  name: string;
  /** `steps[2].input.tags`. */
  at: string;
  /** The step's id; null: the trigger. */
  step: string | null;
}

type Texts = Pick<FlowDefinition, "trigger" | "steps">;

/** Every use of a rule in a flow, in the order in which it is written. */
export const ruleUses = (definition: Texts): RuleUse[] =>
  textsOf(definition).flatMap(({ text, isCode, at, step }) =>
    ruleCalls(text, isCode).flatMap(({ filter, name }) => (name === null ? [] : [{ filter, name, at, step }])),
  );

/** The names of the rules that a flow uses. */
export const rulesOf = (definition: FlowDefinition): Set<string> => new Set(ruleUses(definition).map(({ name }) => name));

/** Whether a flow asks which segments somebody is in, so that each segment counts in it. */
export const usesAllSegments = (definition: Texts): boolean => textsOf(definition).some(({ text, isCode }) => asksSegments(text, isCode));

/** A text of a flow that may use rules. */
interface Text {
  text: string;
  /** It is a condition or an expression. */
  isCode: boolean;
  at: string;
  step: string | null;
}

const textsOf = ({ trigger: { key, record }, steps }: Texts): Text[] => [
  ...textsIn({ key, record }, "trigger", null, false),
  ...textsInSteps(steps, "steps"),
];

const textsInSteps = (steps: readonly AnyStep[], at: string): Text[] => steps.flatMap((step, i) => textsInStep(step, `${at}[${i}]`));

function textsInStep(step: AnyStep, at: string): Text[] {
  const { templates = {} } = stepKinds.find(step) ?? {};
  const lists = stepKinds.listsOf(step);
  const own = Object.entries(step).filter(([member]) => member !== "title" && !lists.some(([list]) => list === member));
  return [
    ...own.flatMap(([member, value]) =>
      textsIn(value, `${at}.${member}`, step.id, ["condition", "expression"].includes(templates[member] ?? "")),
    ),
    ...lists.flatMap(([member, inner]) => textsInSteps(inner, `${at}.${member}`)),
  ];
}

function textsIn(value: unknown, at: string, step: string | null, isCode: boolean): Text[] {
  if (typeof value === "string") return [{ text: value, isCode, at, step }];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, joinPath(at, [i]), step, isCode));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => textsIn(member, joinPath(at, [key]), step, isCode)) : [];
}
