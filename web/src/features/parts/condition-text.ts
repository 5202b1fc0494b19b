/** A condition of a rule as an operator in words and an operand. Pure. */

/** How a row decides. `text`: a condition of its own, as the mapping language has it. */
export const operators = {
  "==": "is",
  "!=": "is not",
  contains: "contains",
  ">=": "is at least",
  "<=": "is at most",
  ">": "is more than",
  "<": "is less than",
  blank: "is empty",
  filled: "is filled in",
  text: "as a condition",
} as const;

export type Operator = keyof typeof operators;

export interface RowCondition {
  operator: Operator;
  operand: string;
}

const compared = /^value\s+(==|!=|>=|<=|>|<|contains)\s+(?:'([^']*)'|"([^"]*)"|(-?\d+(?:\.\d+)?))$/;

/** The condition that a text says; as it is written, where it says more. */
export function readCondition(text: string): RowCondition {
  const plain = text.trim();
  if (/^value\s*==\s*blank$/.test(plain)) return { operator: "blank", operand: "" };
  if (/^value\s*!=\s*blank$/.test(plain)) return { operator: "filled", operand: "" };
  const [, operator, single, double, number] = compared.exec(plain) ?? [];
  if (operator === undefined) return { operator: "text", operand: plain };
  return { operator: operator as Operator, operand: single ?? double ?? number ?? "" };
}

/** The text of a condition. Quotes keep an operand text; for an order, what looks like a number is one either way. */
export function conditionText({ operator, operand }: RowCondition): string {
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
