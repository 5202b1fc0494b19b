import { all, any, type Expr, literal, NotConvertible } from "../expr.ts";
import { type Compared, compared } from "../comparisons.ts";
import type { Outputs } from "../outputs.ts";
import type { ExportNode } from "../export-node.ts";
import { readReference, readText } from "./expression.ts";

/** Filters and rules of paths: rows of one group hold together, and one group has to hold. */

interface Match extends Compared {
  anyCase?: true;
}

const matches: Readonly<Record<string, Match>> = {
  contains: { by: "contains" },
  icontains: { by: "contains", anyCase: true },
  notcontains: { by: "contains", not: true },
  inotcontains: { by: "contains", not: true, anyCase: true },
  doesnotcontain: { by: "contains", not: true },
  exact: { by: "equal" },
  exactly: { by: "equal" },
  iexact: { by: "equal", anyCase: true },
  notexact: { by: "equal", not: true },
  inotexact: { by: "equal", not: true, anyCase: true },
  doesnotexactlymatch: { by: "equal", not: true },
  startswith: { by: "starts" },
  istartswith: { by: "starts", anyCase: true },
  notstartswith: { by: "starts", not: true },
  inotstartswith: { by: "starts", not: true, anyCase: true },
  endswith: { by: "ends" },
  iendswith: { by: "ends", anyCase: true },
  notendswith: { by: "ends", not: true },
  inotendswith: { by: "ends", not: true, anyCase: true },
  isin: { by: "oneOf" },
  in: { by: "oneOf" },
  iin: { by: "oneOf", anyCase: true },
  isnotin: { by: "oneOf", not: true },
  inotin: { by: "oneOf", not: true, anyCase: true },
  gt: { by: "greater" },
  greaterthan: { by: "greater" },
  lt: { by: "less" },
  lessthan: { by: "less" },
  gte: { by: "atLeast" },
  lte: { by: "atMost" },
  after: { by: "greater" },
  dateafter: { by: "greater" },
  before: { by: "less" },
  datebefore: { by: "less" },
  dateequals: { by: "equal" },
  istrue: { by: "true" },
  isfalse: { by: "false" },
  exists: { by: "empty", not: true },
  notexists: { by: "empty" },
  doesnotexist: { by: "empty" },
};

/** Throws NotConvertible where one of the rows has no equal. */
export function readCriteria(criteria: ExportNode, outputs: Outputs): Expr {
  const groups = new Map<string, Expr[]>();
  for (const row of criteria.items()) {
    const group = row.textAt("group") || "1";
    groups.set(group, [...(groups.get(group) ?? []), readRow(row, outputs)]);
  }
  if (groups.size === 0) throw new NotConvertible("has no condition");
  return any([...groups.values()].map(all));
}

function readRow(row: ExportNode, outputs: Outputs): Expr {
  const name = row
    .textAt("match")
    .toLowerCase()
    .replace(/[^a-z]/g, "");
  if (!Object.hasOwn(matches, name))
    throw new NotConvertible(`compares with '${row.textAt("match").slice(0, 40)}', which has no equal here`);
  const { anyCase, ...by } = matches[name]!;
  const key = row.get("key")?.plainText ?? "";
  const left = key.includes("{{") ? readText(key, outputs) : readReference(key, outputs);
  const right = row.get("value");
  return compared(
    by,
    left,
    right ? (typeof right.value === "number" ? literal(right.value) : readText(right.plainText, outputs)) : literal(""),
    anyCase,
  );
}
