import {
  printCondition,
  readCondition,
  takesRight,
  type Condition,
  type ConditionGroup,
  type ConditionRow,
} from "#engine/mapping/words/conditions.ts";
import { printChain, printLiteral, readChain, readLiteral, type Chain } from "#engine/mapping/words/parts.ts";
import { readRelative } from "../../../lib/relative-date.ts";
import type { ValueType } from "../data/types.ts";

/** Pure: a condition as it is edited. The outermost is always a group; a row without a field is not written yet. */

export const blankRow: ConditionRow = { kind: "row", left: "", operator: "filled", right: "" };

/** What is edited for the text of a flow; null where it cannot be shown as rows. */
export function treeOf(text: string): ConditionGroup | null {
  if (text.trim() === "") return { kind: "group", match: "all", of: [blankRow] };
  const condition = readCondition(text);
  if (condition === null) return null;
  return condition.kind === "group" ? condition : { kind: "group", match: "all", of: [condition] };
}

/** The text of what is complete so far; an empty text where nothing is. */
export function textOfTree(tree: ConditionGroup): string {
  const whole = complete(tree);
  return whole === null ? "" : printCondition(whole);
}

/** Whether a row has its field and not yet the value it is compared with: what it will mean is not known. */
export const isUnfinished = (condition: Condition): boolean =>
  condition.kind === "group"
    ? condition.of.some(isUnfinished)
    : condition.left !== "" && takesRight(condition.operator) && condition.right === "";

/** The condition without rows that are not written yet, and groups without rows; null where nothing is left. */
export function complete(condition: Condition): Condition | null {
  if (condition.kind === "row") return condition.left === "" ? null : condition;
  const of = condition.of.map(complete).filter((one) => one !== null);
  return of.length === 0 ? null : { ...condition, of };
}

/** Where a condition is: the numbers of the groups on the way to it, and its own. */
export type TreePath = readonly number[];

/** The tree with another condition at a place; null takes it away, and groups that are empty then. */
export function replacedAt(group: ConditionGroup, [first, ...rest]: TreePath, next: Condition | null): ConditionGroup {
  const of = group.of.flatMap((one, index): Condition[] => {
    if (index !== first) return [one];
    if (rest.length === 0) return next === null ? [] : [next];
    if (one.kind === "row") return [one];
    const inner = replacedAt(one, rest, next);
    return inner.of.length === 0 ? [] : [inner];
  });
  return { ...group, of };
}

/** The tree with a condition at the end of a group. */
export function addedTo(group: ConditionGroup, path: TreePath, added: Condition): ConditionGroup {
  const [first, ...rest] = path;
  if (first === undefined) return { ...group, of: [...group.of, added] };
  return { ...group, of: group.of.map((one, index) => (index === first && one.kind === "group" ? addedTo(one, rest, added) : one)) };
}

/** The row with another comparison. The name of a segment is no value to compare with, nor the other way round. */
export function withOperator(row: ConditionRow, operator: ConditionRow["operator"]): ConditionRow {
  return { ...row, operator, right: asksSegment(operator) === asksSegment(row.operator) ? row.right : "" };
}

/** Whether a comparison asks for a segment, and not for a value. */
export const asksSegment = (operator: ConditionRow["operator"]): boolean => operator.endsWith("Segment");

// ---------------------------------------------------------------- the sides of a row

/** A side as a value and its filters. */
export function chainOf(side: string): Chain {
  const inner = /^\((.*)\)$/s.exec(side)?.[1];
  return (inner === undefined ? null : readChain(inner)) ?? readChain(side) ?? { value: side, filters: [] };
}

/** Filters of a side stand in parentheses. */
export function sideOf(chain: Chain): string {
  const isPlain = chain.filters.length === 0 && !/\s(?:==|!=|<=?|>=?|contains|and|or)\s|^not\s/.test(chain.value);
  return isPlain ? chain.value : `(${printChain(chain)})`;
}

/** A fixed right side as people write it; null where it is a value of the flow. */
export function fixedText(right: string): string | null {
  if (right === "") return "";
  const literal = readLiteral(right);
  return literal === null ? null : String(literal.value);
}

/** A right side as a field of a step would have it that is a date: `2026-01-15`, or a template that counts from now. Null where it is neither. */
export function dateOfRight(right: string): string | null {
  const inner = /^\((.*)\)$/s.exec(right)?.[1];
  if (inner === undefined) return fixedText(right);
  const template = `{{ ${inner} }}`;
  return readRelative(template) === null ? null : template;
}

/** The right side for such a date. */
export function rightOfDate(date: string): string {
  const inner = /^\{\{ (.*) \}\}$/s.exec(date)?.[1];
  if (inner !== undefined) return `(${inner})`;
  return date === "" ? "" : printLiteral(date);
}

/** What somebody wrote at the right: a number where numbers are compared, a text otherwise. `007` stays a text. Nothing is not an empty text. */
export function writtenRight(text: string, type: ValueType, { operator, right }: ConditionRow): string {
  if (text === "") return "";
  const isNumeric = text.trim() !== "" && String(Number(text)) === text.trim();
  const compares = operator === "moreThan" || operator === "atLeast" || operator === "lessThan" || operator === "atMost";
  const wasNumber = typeof readLiteral(right)?.value === "number";
  return printLiteral(isNumeric && (type === "number" || compares || wasNumber) ? Number(text) : text);
}
