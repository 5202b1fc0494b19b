import { all, any, type Expr, literal, NotConvertible } from "../expr.ts";
import { type Compared, compared } from "../comparisons.ts";
import type { Outputs } from "../outputs.ts";
import type { ExportNode } from "../export-node.ts";
import { readText } from "./expression.ts";

/** Filters of Make: groups of conditions, of which one has to hold as a whole. */

const operators: Readonly<Record<string, Compared>> = {
  equal: { by: "equal" },
  notequal: { by: "equal", not: true },
  contain: { by: "contains" },
  contains: { by: "contains" },
  notcontain: { by: "contains", not: true },
  notcontains: { by: "contains", not: true },
  startswith: { by: "starts" },
  startwith: { by: "starts" },
  notstartwith: { by: "starts", not: true },
  notstartswith: { by: "starts", not: true },
  endswith: { by: "ends" },
  endwith: { by: "ends" },
  notendwith: { by: "ends", not: true },
  notendswith: { by: "ends", not: true },
  greater: { by: "greater" },
  after: { by: "greater" },
  less: { by: "less" },
  before: { by: "less" },
  greaterorequal: { by: "atLeast" },
  lessorequal: { by: "atMost" },
  afterorequal: { by: "atLeast" },
  beforeorequal: { by: "atMost" },
  exist: { by: "exists" },
  notexist: { by: "exists", not: true },
  isempty: { by: "empty" },
  isnotempty: { by: "empty", not: true },
};

/** Throws NotConvertible where one of the conditions has no equal. */
export function readConditions(part: ExportNode, outputs: Outputs): Expr {
  const groups = part.items().filter((group) => group.items().length > 0);
  if (groups.length === 0) throw new NotConvertible("has no condition");
  return any(groups.map((group) => all(group.items().map((row) => readRow(row, outputs)))));
}

function readRow(row: ExportNode, outputs: Outputs): Expr {
  const [type = "", ...rest] = row.textAt("o").toLowerCase().split(":");
  const name = rest.length === 0 ? type : rest[0]!;
  if (!Object.hasOwn(operators, name)) throw new NotConvertible(`compares with '${row.textAt("o").slice(0, 40)}', which has no equal here`);
  return compared(operators[name]!, side(row.get("a"), outputs), typed(type, side(row.get("b"), outputs)), rest.includes("ci"));
}

function side(part: ExportNode | undefined, outputs: Outputs): Expr {
  if (part === undefined) return literal("");
  return typeof part.value === "number" || typeof part.value === "boolean" ? literal(part.value) : readText(part.plainText, outputs);
}

/** Fixed values are texts in filters, whatever is compared. */
function typed(type: string, expr: Expr): Expr {
  if (expr.is !== "literal" || typeof expr.value !== "string") return expr;
  if (type === "boolean") return literal(/^(true|yes|1)$/i.test(expr.value));
  return type === "number" && /^-?\d{1,15}(\.\d{1,10})?$/.test(expr.value) ? literal(Number(expr.value)) : expr;
}
