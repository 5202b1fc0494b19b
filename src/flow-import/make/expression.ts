import { cutText } from "#kernel/characters.ts";
import { all, any, compare, type Expr, filter, isNumber, join, literal, not, NotConvertible, word } from "../expr.ts";
import type { Outputs, Path } from "../outputs.ts";
import type { Syntax } from "../syntax.ts";
import { readFormula } from "./formula.ts";
import { asCondition, functions } from "./functions.ts";

/** Reads a text of Make, in which formulas stand between braces. */
export function readText(text: string, outputs: Outputs): Expr {
  const parts: Expr[] = [];
  let at = 0;
  for (let start = text.indexOf("{{"); start >= 0; start = text.indexOf("{{", at)) {
    const end = endOf(text, start + 2);
    parts.push(literal(text.slice(at, start)), read(readFormula(text.slice(start + 2, end)), outputs));
    at = end + 2;
  }
  return join([...parts, literal(text.slice(at))]);
}

function endOf(text: string, start: number): number {
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (quote !== "") {
      if (c === "\\" && quote !== "`") at++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "`") quote = c;
    else if (c === "}" && text[at + 1] === "}") return at;
  }
  throw new NotConvertible("has braces that are not closed");
}

const words: Record<string, Expr> = {
  now: word("now"),
  timestamp: filter(word("now"), "to_epoch"),
  emptystring: literal(""),
  emptyarray: { is: "list", items: [] },
  space: literal(" "),
  newline: literal("\n"),
  tab: literal("\t"),
  carriagereturn: literal("\r"),
  nbsp: literal("\u00a0"),
  true: literal(true),
  false: literal(false),
  null: literal(null),
  pi: literal(Math.PI),
  executionId: { is: "ref", name: "run", path: ["id"] },
};
const comparisons: Record<string, "==" | "!=" | "<" | ">" | "<=" | ">="> = {
  "=": "==",
  "==": "==",
  "!=": "!=",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
};
const arithmetic: Record<string, string> = { "+": "plus", "-": "minus", "*": "times", "/": "divided_by", "%": "modulo" };

function read(syntax: Syntax, outputs: Outputs): Expr {
  switch (syntax.is) {
    case "literal":
      return literal(syntax.value);
    case "name":
      return named(syntax.name);
    case "member":
      return member(syntax, outputs);
    case "unary": {
      const of = read(syntax.of, outputs);
      if (syntax.op === "!") return not(asCondition(of));
      return isNumber(of) ? literal(-of.value) : filter(of, "times", -1);
    }
    case "binary":
      return binary(syntax.op, read(syntax.left, outputs), read(syntax.right, outputs));
    case "call":
      return call(syntax, outputs);
    default:
      throw new NotConvertible("cannot be read");
  }
}

function named(name: string): Expr {
  if (Object.hasOwn(words, name)) return words[name]!;
  if (name === "erase") return { is: "json", value: { $empty: true } };
  throw new NotConvertible(`reads '${cutText(name, 40)}', which has no equal here`);
}

function binary(op: string, left: Expr, right: Expr): Expr {
  if (op === "and" || op === "&&") return all([asCondition(left), asCondition(right)]);
  if (op === "or" || op === "||") return any([asCondition(left), asCondition(right)]);
  const sign = Object.hasOwn(comparisons, op) ? comparisons[op] : undefined;
  if (sign) return compare(missing(left), sign, missing(right));
  return filter(left, arithmetic[op]!, right);
}

const missing = (expr: Expr): Expr => (expr.is === "literal" && expr.value === null ? word("nil") : expr);

function call({ of, args }: Extract<Syntax, { is: "call" }>, outputs: Outputs): Expr {
  const name = of.is === "name" ? of.name : "";
  if (!Object.hasOwn(functions, name)) throw new NotConvertible(`calls ${cutText(name, 40)}(), which has no equal here`);
  const [first, ...rest] = args;
  // `get(1; "a.b")` reads of a module, and not of a number.
  const ofModuleItself = name === "get" && first?.is === "literal" && typeof first.value === "number";
  const values = ofModuleItself
    ? [outputs.read(String(first.value), []), ...rest.map((arg) => read(arg, outputs))]
    : args.map((arg) => read(arg, outputs));
  return functions[name]!(values);
}

/** `1.contact.emails[1]`: a module by its number, and the path in what it gave. Items are counted from 1. */
function member(syntax: Extract<Syntax, { is: "member" }>, outputs: Outputs): Expr {
  const keys: (string | number)[] = [];
  let at: Syntax = syntax;
  while (at.is === "member") {
    keys.unshift(keyOf(at.key));
    at = at.of;
  }
  if (at.is === "literal" && typeof at.value === "number") return ofModule(String(at.value), keys, outputs);
  const of = read(at, outputs);
  return of.is === "ref" ? { ...of, path: [...of.path, ...keys] } : { is: "member", of, path: keys };
}

function ofModule(module: string, keys: Path, outputs: Outputs): Expr {
  const special = keys.at(-1);
  if (special === "__IMTLENGTH__") return filter(outputs.read(module, keys.slice(0, -1)), "size");
  if (typeof special === "string" && special.startsWith("__IMT")) throw new NotConvertible("counts what a module gave");
  return outputs.read(module, keys);
}

function keyOf(key: Syntax): string | number {
  if (key.is === "name" && key.name === "[]") return 0;
  if (key.is === "literal" && typeof key.value === "number") return key.value > 0 ? key.value - 1 : key.value;
  if (key.is === "literal" && typeof key.value === "string") return key.value;
  throw new NotConvertible("reads a field whose name is worked out");
}
