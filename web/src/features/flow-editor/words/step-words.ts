import type { StepDefinition } from "#api/schemas.ts";
import { cardOf } from "../document/kinds.ts";
import type { StepNames } from "./step-names.ts";

/** What a step is called: its own title, or what it does. */
export const stepWords = (step: StepDefinition, names: StepNames): string => (hasTitle(step) ? step.title! : doesWords(step, names));

const hasTitle = ({ title }: StepDefinition): boolean => typeof title === "string" && title !== "";

/** What a step does, in words. */
const doesWords = (step: StepDefinition, names: StepNames): string =>
  cardOf(step)?.sentence(step, names) ?? `Step '${step.id}' is of a kind that this page does not know`;

/** What stands under the name of a step: what it does, where it has a title of its own, and what is filled in with what. */
export function detailWords(step: StepDefinition, names: StepNames): string | null {
  const filled = cardOf(step)?.detail?.(step, names) ?? null;
  if (!hasTitle(step)) return filled;
  return filled === null ? doesWords(step, names) : `${doesWords(step, names)}. ${filled}`;
}

/** Required fields that are not filled in, and texts that have to say something. */
export const missingIn = (step: StepDefinition, names: Pick<StepNames, "entry">): string[] =>
  step.off === true ? [] : (cardOf(step)?.missing?.(step, names) ?? []);
