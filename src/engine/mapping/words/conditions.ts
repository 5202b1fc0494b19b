import { TypeGuards } from "liquidjs";
import type { Token } from "liquidjs";
import type { OperatorName } from "../operator-names.ts";
import { printChain, readChain, readExpression, tokenText } from "./parts.ts";

/** A condition as rows and groups of rows, for people to see and change. */

export type Condition = ConditionRow | ConditionGroup;

/** One comparison. `left` and `right` are as a template writes them. */
export interface ConditionRow {
  kind: "row";
  left: string;
  operator: RowOperator;
  /** Of the operators that compare with something; `""` of the others, and as long as it is lacking. */
  right: string;
}

export interface ConditionGroup {
  kind: "group";
  match: "all" | "any" | "none" | "notAll";
  of: readonly Condition[];
}

/** How a row compares, in the order in which they are offered, and how it is written: `L` and `R` are the two sides. */
export const rowOperators = {
  is: "L == R",
  isNot: "L != R",
  contains: "L contains R",
  containsNot: "not L contains R",
  moreThan: "L > R",
  atLeast: "L >= R",
  lessThan: "L < R",
  atMost: "L <= R",
  filled: "L != blank",
  blank: "L == blank",
  notEmpty: "L != empty",
  empty: "L == empty",
  yes: "L == true",
  no: "L == false",
  inSegment: "(L | in_segment: R)",
  notInSegment: "not (L | in_segment: R)",
  entersSegment: "(L | entered_segment: R)",
  leavesSegment: "(L | left_segment: R)",
  there: "L != nil",
  missing: "L == nil",
  holds: "L",
} as const;
export type RowOperator = keyof typeof rowOperators;

/**
 * What a row that still lacks its value is compared with in a draft. It reads like a name, so the rest of the condition stays readable, and nothing
 * can have that name, so no flow with it can be published.
 */
export const lackingValue = "value?";

/** Whether an operator compares with something that has to be given. */
export const takesRight = (operator: RowOperator): boolean => rowOperators[operator].includes("R");

// ---------------------------------------------------------------- reading

/** A condition as rows; null if it cannot be read. */
export function readCondition(text: string): Condition | null {
  const bare = text.replace(/^\s*\{\{-?|-?\}\}\s*$/g, "").trim();
  const token = readExpression(bare);
  if (token === null) return null;
  return token.filters.length > 0 ? holding(`(${bare})`) : conditionOf(token.initial.postfix, bare);
}

/** What is on the stack while the operators are applied: the text of an operand, or a condition. */
type Operand = { text: string; inside: Condition | null } | { condition: Condition; operator: OperatorName };

function conditionOf(postfix: readonly Token[], source: string): Condition | null {
  const stack: Operand[] = [];
  for (const token of postfix) {
    if (!TypeGuards.isOperatorToken(token)) {
      stack.push({ text: tokenText(token, source), inside: insideOf(token, source) });
      continue;
    }
    const operator = token.operator as OperatorName;
    const right = stack.pop();
    const left = operator === "not" ? right : stack.pop();
    if (left === undefined || right === undefined) return null;
    const condition = applied(operator, left, right);
    if (condition === null) return null;
    stack.push({ condition, operator });
  }
  return stack.length === 1 ? asCondition(stack[0]!) : null;
}

/** What is in parentheses, where that is a condition by itself. */
function insideOf(token: Token, source: string): Condition | null {
  if (!TypeGuards.isFilteredValueToken(token) || token.filters.length > 0) return null;
  return token.initial.postfix.some(TypeGuards.isOperatorToken) ? conditionOf(token.initial.postfix, source) : null;
}

function asCondition(operand: Operand): Condition {
  if ("condition" in operand) return operand.condition;
  return operand.inside ?? holding(operand.text);
}

/** A value that is a condition by itself: whether somebody is in a segment, or any other. */
function holding(text: string): ConditionRow {
  const chain = readChain(/^\((.*)\)$/s.exec(text)?.[1] ?? "");
  const call = chain?.filters.at(-1);
  const operator = call && segmentRows[call.name];
  if (chain === null || !operator || call.arguments.length !== 1 || !isOneOperand(chain.value)) return rowOf(text, "holds");
  const filters = chain.filters.slice(0, -1);
  const left = filters.length === 0 ? chain.value : `(${printChain({ ...chain, filters })})`;
  return rowOf(left, operator, call.arguments[0]!.text);
}

const segmentRows: Readonly<Record<string, RowOperator>> = {
  in_segment: "inSegment",
  entered_segment: "entersSegment",
  left_segment: "leavesSegment",
};

const isOneOperand = (text: string): boolean => readExpression(text)?.initial.postfix.length === 1;

function applied(operator: OperatorName, left: Operand, right: Operand): Condition | null {
  if (operator === "not") return negated(asCondition(right));
  if (operator === "and" || operator === "or") return joined(operator, left, right);
  if ("condition" in left || "condition" in right) return null; // comparing comparisons without parentheses
  return compared(operator, left.text, right.text);
}

/** `and` followed by `or` is refused by the engine, since it can be read in two ways. */
function joined(operator: "and" | "or", left: Operand, right: Operand): Condition | null {
  if (operator === "and" && "condition" in right && right.operator === "or") return null;
  const match = operator === "and" ? "all" : "any";
  const chained = "condition" in right && right.operator === operator ? asGroup(right.condition) : null;
  return withoutOpener({ kind: "group", match, of: [asCondition(left), ...(chained ?? [asCondition(right)])] });
}

const asGroup = (condition: Condition): readonly Condition[] | null => (condition.kind === "group" ? condition.of : null);

const wordRows: Readonly<Record<string, readonly [is: RowOperator, isNot: RowOperator]>> = {
  blank: ["blank", "filled"],
  empty: ["empty", "notEmpty"],
  nil: ["missing", "there"],
  null: ["missing", "there"],
  true: ["yes", "isNot"],
  false: ["no", "isNot"],
};
const symbols: Readonly<Record<string, RowOperator>> = {
  "==": "is",
  "!=": "isNot",
  contains: "contains",
  ">": "moreThan",
  ">=": "atLeast",
  "<": "lessThan",
  "<=": "atMost",
};

function compared(operator: OperatorName, left: string, right: string): Condition {
  const words = operator === "==" || operator === "!=" ? wordRows[right] : undefined;
  const special = words?.[operator === "==" ? 0 : 1];
  if (special !== undefined && special !== "isNot") return rowOf(left, special);
  return rowOf(left, symbols[operator]!, right);
}

const rowOf = (left: string, operator: RowOperator, right = ""): ConditionRow => ({
  kind: "row",
  left,
  operator,
  right: right === lackingValue ? "" : right,
});

const opposites: Readonly<Partial<Record<RowOperator, RowOperator>>> = {
  is: "isNot",
  isNot: "is",
  contains: "containsNot",
  containsNot: "contains",
  filled: "blank",
  blank: "filled",
  notEmpty: "empty",
  empty: "notEmpty",
  there: "missing",
  missing: "there",
  inSegment: "notInSegment",
  notInSegment: "inSegment",
};

/** The opposite of "more than" is not "at most", since the value may be missing. So only exact opposites are swapped. */
function negated(condition: Condition): Condition {
  if (condition.kind === "row") {
    const opposite = opposites[condition.operator];
    return opposite === undefined ? { kind: "group", match: "none", of: [condition] } : { ...condition, operator: opposite };
  }
  if (condition.match === "any") return { ...condition, match: "none" };
  if (condition.match === "all") return { ...condition, match: "notAll" };
  return { ...condition, match: condition.match === "none" ? "any" : "all" };
}

// ---------------------------------------------------------------- printing

/** The condition as a template writes it. */
export function printCondition(condition: Condition): string {
  if (condition.kind === "row") return printRow(condition);
  const { match, of } = condition;
  const negates = match === "none" || match === "notAll";
  const joined = printAll(match === "any" || match === "none" ? "or" : "and", of, negates);
  return negates ? `not ${joined}` : joined;
}

function printRow({ left, operator, right }: ConditionRow): string {
  const side = (name: string) => (name === "L" ? left || "nil" : right || lackingValue);
  return rowOperators[operator].replace(/\b[LR]\b/g, side);
}

function printAll(by: "and" | "or", of: readonly Condition[], isInside: boolean): string {
  const [only, ...others] = of;
  if (only === undefined) return String(by === "and");
  if (others.length === 0 && only.kind === "row" && !printRow(only).startsWith("not ")) return printRow(only);
  const texts = of.map((one) => (one.kind === "row" ? printRow(one) : printInner(one)));
  const text = texts.join(` ${by} `);
  return isInside ? inParentheses(text, by) : text;
}

/** A group within another, in parentheses unless it is a `not` with its own. */
function printInner(group: ConditionGroup): string {
  const text = printCondition(group);
  const negates = group.match === "none" || group.match === "notAll";
  return negates ? text : inParentheses(text, group.match === "any" ? "or" : "and");
}

/** Liquid takes a `not` right behind a parenthesis for a name, so something that changes nothing comes before it. */
const inParentheses = (text: string, by: "and" | "or"): string => `(${text.startsWith("not ") ? `${by === "and"} ${by} ` : ""}${text})`;

/** The group without that. */
function withoutOpener(group: ConditionGroup): Condition {
  const [first, second, ...others] = group.of;
  const isOpener = first?.kind === "row" && first.operator === "holds" && first.left === String(group.match === "all");
  if (!isOpener || second === undefined) return group;
  return others.length === 0 ? second : { ...group, of: [second, ...others] };
}
