import { rowOperators, type RowOperator } from "#engine/mapping/words/conditions.ts";
import { operatorWords } from "#engine/mapping/words/condition-words.ts";
import type { ValueType } from "../data/types.ts";

const ofText: readonly RowOperator[] = ["is", "isNot", "contains", "containsNot", "filled", "blank"];

/** The operators that suit a type, in the order in which they are offered. */
const suiting: Readonly<Record<ValueType, readonly RowOperator[]>> = {
  text: ofText,
  any: [...ofText, "moreThan", "atLeast", "lessThan", "atMost"],
  number: ["is", "isNot", "moreThan", "atLeast", "lessThan", "atMost", "filled", "blank"],
  "yes-no": ["yes", "no", "there", "missing"], // no counts as empty
  date: ["moreThan", "atLeast", "lessThan", "atMost", "is", "isNot", "filled", "blank"],
  list: ["contains", "containsNot", "filled", "blank", "is", "isNot"],
  object: ["inSegment", "notInSegment", "entersSegment", "leavesSegment", "filled", "blank"],
};

/** Those that differ from "has a value" and "is empty" in rare cases only. */
const rare: readonly RowOperator[] = ["there", "missing", "notEmpty", "empty", "holds"];

interface OperatorChoice {
  operator: RowOperator;
  words: string;
}

/** Operators that are offered together. */
interface OperatorGroup {
  title: string;
  choices: readonly OperatorChoice[];
}

/** The operators for a value of a type: those that suit it, the others, and those that are seldom needed. */
export function operatorsFor(type: ValueType): OperatorGroup[] {
  const usual = suiting[type];
  const left = (Object.keys(rowOperators) as RowOperator[]).filter((operator) => !usual.includes(operator));
  const group = (title: string, of: readonly RowOperator[]): OperatorGroup => ({
    title,
    choices: of.map((operator) => ({ operator, words: wordsFor(operator, type) })),
  });
  return [
    group("Usual", usual),
    group(
      "Others",
      left.filter((operator) => !rare.includes(operator)),
    ),
    group(
      "Seldom needed",
      rare.filter((operator) => left.includes(operator)),
    ),
  ];
}

function wordsFor(operator: RowOperator, type: ValueType): string {
  const words = operatorWords[operator];
  return (type === "date" ? (words.ofDate ?? words) : words).says;
}
