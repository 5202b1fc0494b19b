import { all, any, compare, type Expr, filter, isNumber, isText, literal, not, NotConvertible, word } from "./expr.ts";

/** How the tools compare, under one name each. */
export type Comparison =
  | "equal"
  | "contains"
  | "starts"
  | "ends"
  | "greater"
  | "less"
  | "atLeast"
  | "atMost"
  | "exists"
  | "empty"
  | "true"
  | "false"
  | "oneOf"
  | "longer"
  | "shorter"
  | "length";

/** A comparison of a tool: which it is, and whether it holds when that does not. */
export interface Compared {
  by: Comparison;
  not?: true;
}

/** Writes a comparison. `anyCase`: capital letters make no difference. Throws NotConvertible where one has no equal. */
export function compared({ by, not: isNot }: Compared, left: Expr, right: Expr, anyCase = false): Expr {
  const holds = positive(by, left, right, anyCase);
  if (!isNot) return holds;
  return holds.is === "compare" && holds.op === "==" ? { ...holds, op: "!=" } : not(holds);
}

const signs = { greater: ">", less: "<", atLeast: ">=", atMost: "<=" } as const;
const lengthSigns = { longer: ">", shorter: "<", length: "==" } as const;

function positive(by: Comparison, left: Expr, right: Expr, anyCase: boolean): Expr {
  switch (by) {
    case "equal":
      return compare(folded(left, anyCase), "==", folded(right, anyCase));
    case "contains":
      return compare(folded(left, anyCase), "contains", folded(right, anyCase));
    case "starts":
    case "ends":
      return edge(by, left, right, anyCase);
    case "greater":
    case "less":
    case "atLeast":
    case "atMost":
      return compare(left, signs[by], numeric(right));
    case "longer":
    case "shorter":
    case "length":
      return compare(filter(left, "size"), lengthSigns[by], numeric(right));
    case "exists":
      return compare(left, "!=", word("nil"));
    case "empty":
      return compare(left, "==", word("blank"));
    case "true":
      return compare(left, "==", word("true"));
    case "false":
      return compare(left, "==", word("false"));
    case "oneOf":
      return oneOf(left, right, anyCase);
  }
}

/** The same in small letters, where those do not count. */
function folded(expr: Expr, anyCase: boolean): Expr {
  if (!anyCase || isNumber(expr)) return expr;
  return isText(expr) ? literal(expr.value.toLowerCase()) : filter(expr, "downcase");
}

/** A number that was written as a text. */
const numeric = (expr: Expr): Expr => (isText(expr) && /^-?\d{1,15}(\.\d{1,10})?$/.test(expr.value) ? literal(Number(expr.value)) : expr);

function edge(by: "starts" | "ends", left: Expr, right: Expr, anyCase: boolean): Expr {
  if (!isText(right)) throw new NotConvertible("asks how a text begins or ends, with what only shows while it runs");
  const length = [...right.value].length;
  if (length === 0) return literal(true);
  const cut = by === "starts" ? filter(left, "slice", 0, length) : filter(left, "slice", -length, length);
  return compare(folded(cut, anyCase), "==", folded(right, anyCase));
}

function oneOf(left: Expr, right: Expr, anyCase: boolean): Expr {
  if (right.is === "list") return any(right.items.map((item) => positive("equal", left, item, anyCase)));
  if (!isText(right)) return compare(right, "contains", left);
  const choices = right.value.split(",").map((each) => each.trim());
  return any(choices.filter(Boolean).map((each) => positive("equal", left, literal(each), anyCase)));
}

/** Conditions put together: all of them, or any. */
export const together = (how: string, conditions: readonly Expr[]): Expr => {
  if (conditions.length === 0) throw new NotConvertible("has no condition");
  return /^(any|or)$/i.test(how) ? any(conditions) : all(conditions);
};
