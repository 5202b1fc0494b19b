/** The condition of a rule's row as an operator in words and an operand. Pure. */
import { operatorWords } from "#engine/mapping/words/condition-words.ts";

/** How a row decides, in the words of all conditions. `text`: a condition of its own, as the mapping language has it. */
export const operators = {
  "==": operatorWords.is.says,
  "!=": operatorWords.isNot.says,
  contains: operatorWords.contains.says,
  ">=": operatorWords.atLeast.says,
  "<=": operatorWords.atMost.says,
  ">": operatorWords.moreThan.says,
  "<": operatorWords.lessThan.says,
  blank: operatorWords.blank.says,
  filled: operatorWords.filled.says,
  text: "as a condition",
} as const;

export type Operator = keyof typeof operators;

export interface Comparison {
  operator: Operator;
  operand: string;
}

const compared = /^value\s+(==|!=|>=|<=|>|<|contains)\s+(?:'([^']*)'|"([^"]*)"|(-?\d+(?:\.\d+)?))$/;

/** A condition as one comparison; a condition of any other shape stays as it is written. */
export function readComparison(text: string): Comparison {
  const plain = text.trim();
  if (/^value\s*==\s*blank$/.test(plain)) return { operator: "blank", operand: "" };
  if (/^value\s*!=\s*blank$/.test(plain)) return { operator: "filled", operand: "" };
  const [, operator, single, double, number] = compared.exec(plain) ?? [];
  if (operator === undefined) return { operator: "text", operand: plain };
  return { operator: operator as Operator, operand: single ?? double ?? number ?? "" };
}

/** The text of a comparison. An operand in quotes stays a text, also where it looks like a number. */
export function comparisonText({ operator, operand }: Comparison): string {
  if (operator === "text") return operand.trim();
  if (operator === "blank") return "value == blank";
  if (operator === "filled") return "value != blank";
  return `value ${operator} ${operandText(operand.trim())}`;
}

function operandText(operand: string): string {
  if (/^-?\d+(\.\d+)?$/.test(operand) && !/^-?0\d/.test(operand)) return operand;
  return operand.includes("'") ? `"${operand.replaceAll('"', "")}"` : `'${operand}'`;
}

/** Whether an operator takes something to compare with. */
export const takesOperand = (operator: Operator): boolean => operator !== "blank" && operator !== "filled";
