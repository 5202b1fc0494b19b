import { rowOperators, type RowOperator } from "#engine/mapping/words/conditions.ts";
import { operatorWords } from "#engine/mapping/words/condition-words.ts";
import type { ValueType } from "../data/types.ts";

const ofText: readonly RowOperator[] = ["is", "isNot", "contains", "containsNot", "filled", "blank"];

/** The operators that suit a type, in the order in which they are offered. */
const suiting: Readonly<Record<ValueType, readonly RowOperator[]>> = {
  text: ofText,
  any: [...ofText, "moreThan", "atLeast", "lessThan", "atMost"],
  number: ["is", "isNot", "moreThan", "atLeast", "lessThan", "atMost", "filled", "blank"],
  "yes-no": ["yes", "no", "filled", "blank"],
  date: ["moreThan", "atLeast", "lessThan", "atMost", "is", "isNot", "filled", "blank"],
  list: ["contains", "containsNot", "filled", "blank", "is", "isNot"],
  object: ["filled", "blank", "there", "missing"],
};

export interface OperatorChoice {
  operator: RowOperator;
  words: string;
}

/** The operators for a value of a type: those that suit it, and the others. */
export function operatorsFor(type: ValueType): { usual: OperatorChoice[]; others: OperatorChoice[] } {
  const usual = suiting[type];
  const others = (Object.keys(rowOperators) as RowOperator[]).filter((operator) => !usual.includes(operator));
  const choice = (operator: RowOperator): OperatorChoice => ({ operator, words: wordsFor(operator, type) });
  return { usual: usual.map(choice), others: others.map(choice) };
}

function wordsFor(operator: RowOperator, type: ValueType): string {
  const words = operatorWords[operator];
  return (type === "date" ? (words.ofDate ?? words) : words).says;
}
