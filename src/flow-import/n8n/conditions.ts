import { cutText } from "#kernel/characters.ts";
import { type Compared, compared, together } from "../comparisons.ts";
import { type Expr, literal, NotConvertible } from "../expr.ts";
import type { ExportNode } from "../export-node.ts";
import { type Place, readText } from "./expression.ts";

/** The conditions of IF, Filter and Switch, as the versions of these nodes write them. */

const operators: Readonly<Record<string, Compared>> = {
  equals: { by: "equal" },
  equal: { by: "equal" },
  notEquals: { by: "equal", not: true },
  notEqual: { by: "equal", not: true },
  contains: { by: "contains" },
  notContains: { by: "contains", not: true },
  startsWith: { by: "starts" },
  notStartsWith: { by: "starts", not: true },
  endsWith: { by: "ends" },
  notEndsWith: { by: "ends", not: true },
  gt: { by: "greater" },
  larger: { by: "greater" },
  after: { by: "greater" },
  lt: { by: "less" },
  smaller: { by: "less" },
  before: { by: "less" },
  gte: { by: "atLeast" },
  largerEqual: { by: "atLeast" },
  afterOrEquals: { by: "atLeast" },
  lte: { by: "atMost" },
  smallerEqual: { by: "atMost" },
  beforeOrEquals: { by: "atMost" },
  exists: { by: "exists" },
  notExists: { by: "exists", not: true },
  empty: { by: "empty" },
  isEmpty: { by: "empty" },
  notEmpty: { by: "empty", not: true },
  isNotEmpty: { by: "empty", not: true },
  true: { by: "true" },
  false: { by: "false" },
  lengthEquals: { by: "length" },
  lengthNotEquals: { by: "length", not: true },
  lengthGt: { by: "longer" },
  lengthLt: { by: "shorter" },
};

function operatorOf(name: string): Compared {
  if (Object.hasOwn(operators, name)) return operators[name]!;
  throw new NotConvertible(`compares with '${cutText(name, 40)}', which has no equal here`);
}

/** Reads the conditions of a node. Throws NotConvertible where one of them has no equal. */
export function readConditions(part: ExportNode, mode: string, place: Place): Expr {
  const rows = part.get("conditions");
  return rows?.isList ? readRows(rows, part, place) : readGroups(part, mode, place);
}

/** Since version 2: a list of rows, each with its operator. */
function readRows(rows: ExportNode, part: ExportNode, place: Place): Expr {
  const sensitive = part.get("options", "caseSensitive")?.value;
  const conditions = rows.items().map((row) => {
    const { by, not } = operatorOf(row.textAt("operator", "operation"));
    return compared(
      { by, ...(not && { not }) },
      side(row.get("leftValue"), place),
      side(row.get("rightValue"), place),
      sensitive === false,
    );
  });
  return together(part.textAt("combinator"), conditions);
}

/** Before that: rows by the type of what is compared. */
function readGroups(part: ExportNode, mode: string, place: Place): Expr {
  const rows = part.entries().flatMap(([type, group]) => group.items().map((row) => ({ type: String(type), row })));
  return together(
    mode,
    rows.map(({ type, row }) =>
      compared(operatorOf(row.textAt("operation") || usual(type)), side(row.get("value1"), place), side(row.get("value2"), place)),
    ),
  );
}

const usual = (type: string): string => (type === "number" ? "smaller" : type === "dateTime" ? "after" : "equal");

export function side(part: ExportNode | undefined, place: Place): Expr {
  if (part === undefined) return literal("");
  return typeof part.value === "number" || typeof part.value === "boolean" ? literal(part.value) : readText(part.plainText, place);
}

/** A rule of an old Switch: its operation and what it compares with. */
export const readRule = (value: Expr, rule: ExportNode, type: string, place: Place): Expr =>
  compared(operatorOf(rule.textAt("operation") || usual(type)), value, side(rule.get("value2"), place));
