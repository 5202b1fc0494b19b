import type { StepDefinition, StepKindName } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import type { KindCard } from "../kinds/card.ts";
import { cards } from "../kinds/cards.ts";

const names = Object.keys(cards) as StepKindName[];

/** The kind of a step; null: it is of a kind that this page does not know, or not a step. */
export function kindOf(step: unknown): StepKindName | null {
  if (!isObject(step)) return null;
  return names.find((name) => Object.hasOwn(step, cards[name].mark)) ?? null;
}

/** The card of a step's kind; null where this page does not know it. */
export function cardOf(step: unknown): KindCard<StepDefinition> | null {
  const kind = kindOf(step);
  return kind === null ? null : (cards[kind] as KindCard<object> as KindCard<StepDefinition>);
}

/** The lists inside a step that can hold steps, also where they are not there yet. */
export const listMembersOf = (step: unknown): readonly string[] => (cardOf(step)?.lists ?? []).map(([member]) => member);

/** What a list inside a step is called. */
export const listLabel = (step: unknown, member: string): string => cardOf(step)?.lists.find(([name]) => name === member)?.[1] ?? member;

/** Whether later steps can read the result of a step. */
export const gives = (step: unknown): boolean => cardOf(step)?.gives === true;

/** Whether a member of a step is code without braces. */
export const isCode = (step: unknown, member: string): boolean => ((cardOf(step)?.code ?? []) as readonly string[]).includes(member);
