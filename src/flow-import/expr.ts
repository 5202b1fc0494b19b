import type { Json } from "#kernel/json.ts";

/** What a field of another tool is filled with, whatever language it was written in there. */
export type Expr =
  | { is: "literal"; value: string | number | boolean | null }
  /** A value of the trigger, of a step or of a loop's item. */
  | { is: "ref"; name: string; path: readonly (string | number)[] }
  /** A part of a value that was worked out. */
  | { is: "member"; of: Expr; path: readonly (string | number)[] }
  /** A filter of ours. */
  | { is: "filter"; filter: string; on: Expr; args: readonly Expr[] }
  /** A text with values in it. */
  | { is: "join"; parts: readonly Expr[] }
  | { is: "compare"; op: CompareOp; left: Expr; right: Expr }
  | { is: "logic"; op: "and" | "or"; parts: readonly Expr[] }
  | { is: "not"; of: Expr }
  | { is: "choice"; if: Expr; yes: Expr; no: Expr }
  | { is: "list"; items: readonly Expr[] }
  | { is: "object"; members: readonly (readonly [string, Expr])[] }
  /** A word of the language. */
  | { is: "word"; word: "now" | "blank" | "nil" | "true" | "false" }
  /** A value that is written as it stands. */
  | { is: "json"; value: Json };

export type CompareOp = "==" | "!=" | "<" | ">" | "<=" | ">=" | "contains";

/** Something that was written in another tool and has no equal here. Its message says what, and goes on after "it". */
export class NotConvertible extends Error {}

export const literal = (value: string | number | boolean | null): Expr => ({ is: "literal", value });
export const ref = (name: string, path: readonly (string | number)[] = []): Expr => ({ is: "ref", name, path });
export const filter = (on: Expr, name: string, ...args: (Expr | string | number)[]): Expr => ({
  is: "filter",
  filter: name,
  on,
  args: args.map((arg) => (typeof arg === "object" ? arg : literal(arg))),
});
export const compare = (left: Expr, op: CompareOp, right: Expr): Expr => ({ is: "compare", op, left, right });
export const not = (of: Expr): Expr => (of.is === "not" ? of.of : { is: "not", of });
export const word = (name: Extract<Expr, { is: "word" }>["word"]): Expr => ({ is: "word", word: name });

/** All of them, or any of them; one alone stands for itself. */
export const all = (parts: readonly Expr[]): Expr => (parts.length === 1 ? parts[0]! : { is: "logic", op: "and", parts });
export const any = (parts: readonly Expr[]): Expr => (parts.length === 1 ? parts[0]! : { is: "logic", op: "or", parts });

/** A text and the values in it; one value alone keeps its type. */
export function join(parts: readonly Expr[]): Expr {
  const used = parts
    .flatMap((part) => (part.is === "join" ? part.parts : [part]))
    .filter((part) => part.is !== "literal" || part.value !== "");
  if (used.length === 0) return literal("");
  return used.length === 1 ? used[0]! : { is: "join", parts: used };
}

export const isText = (expr: Expr): expr is { is: "literal"; value: string } => expr.is === "literal" && typeof expr.value === "string";
export const isNumber = (expr: Expr): expr is { is: "literal"; value: number } => expr.is === "literal" && typeof expr.value === "number";

/** Whether it is fixed: nothing in it is read from anywhere. */
export function isFixed(expr: Expr): boolean {
  if (expr.is === "list") return expr.items.every(isFixed);
  if (expr.is === "object") return expr.members.every(([, member]) => isFixed(member));
  return expr.is === "literal" || expr.is === "json";
}
