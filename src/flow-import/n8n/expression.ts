import { cutText } from "#kernel/characters.ts";
import { all, any, compare, type Expr, filter, isNumber, isText, join, literal, not, ref, NotConvertible, word } from "../expr.ts";
import type { Outputs, Path } from "../outputs.ts";
import type { Syntax } from "../syntax.ts";
import { readJavaScript } from "./javascript.ts";
import { functions, givesDate, givesRecords, memberOfDate, methods } from "./methods.ts";

/** Where an expression stands: what comes to its node, and what can be read of others. */
export interface Place {
  /** The node whose items come in. */
  from: string;
  outputs: Outputs;
}

/** Reads the text of a field: fixed, unless it begins with `=`. */
export function readText(text: string, place: Place): Expr {
  if (!text.startsWith("=")) return literal(text);
  const parts: Expr[] = [];
  let at = 1;
  for (let start = text.indexOf("{{", at); start >= 0; start = text.indexOf("{{", at)) {
    const end = endOf(text, start + 2);
    parts.push(literal(text.slice(at, start)), readExpression(text.slice(start + 2, end), place));
    at = end + 2;
  }
  return join([...parts, literal(text.slice(at))]);
}

export const readExpression = (source: string, place: Place): Expr => new Translation(place).read(readJavaScript(source));

/** Where the braces close that are opened before `start`: those within quotes and objects do not count. */
function endOf(text: string, start: number): number {
  let [depth, quote] = [0, ""];
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (quote !== "") {
      if (c === "\\") at++;
      else if (c === quote) quote = "";
    } else if (/["'`]/.test(c)) quote = c;
    else if (c === "{") depth++;
    else if (c === "}" && depth > 0) depth--;
    else if (c === "}" && text[at + 1] === "}") return at;
  }
  throw new NotConvertible("has braces that are not closed");
}

const signs = { "===": "==", "==": "==", "!==": "!=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=" } as const;
const arithmetic: Record<string, string> = { "-": "minus", "*": "times", "/": "divided_by", "%": "modulo" };

/** Finds out what the names of an expression mean. */
class Translation {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  read(syntax: Syntax): Expr {
    switch (syntax.is) {
      case "literal":
        return literal(syntax.value);
      case "text":
        return join(syntax.parts.map((part) => this.read(part)));
      case "list":
        return { is: "list", items: syntax.items.map((item) => this.read(item)) };
      case "object":
        return { is: "object", members: syntax.members.map(([name, member]) => [name, this.read(member)]) };
      case "ternary":
        return { is: "choice", if: this.holds(syntax.if), yes: this.read(syntax.yes), no: this.read(syntax.no) };
      case "unary":
        return this.#unary(syntax);
      case "binary":
        return this.#binary(syntax);
      case "call":
        return this.#call(syntax);
      case "arrow":
        throw new NotConvertible("has a function in it");
      case "name":
      case "member":
        return this.#value(syntax);
    }
  }

  /** As a condition: what is filled in counts as true. */
  holds(syntax: Syntax): Expr {
    if (syntax.is === "binary" && (syntax.op === "&&" || syntax.op === "||"))
      return (syntax.op === "&&" ? all : any)([this.holds(syntax.left), this.holds(syntax.right)]);
    if (syntax.is === "unary" && syntax.op === "!") return not(this.holds(syntax.of));
    const read = this.read(syntax);
    return ["compare", "logic", "not"].includes(read.is) || read.is === "literal" ? read : compare(read, "!=", word("blank"));
  }

  #unary({ op, of }: Extract<Syntax, { is: "unary" }>): Expr {
    if (op === "!") return not(this.holds(of));
    const read = this.read(of);
    if (isNumber(read)) return literal(op === "-" ? -read.value : read.value);
    return op === "-" ? filter(read, "times", -1) : filter(read, "to_number");
  }

  #binary(syntax: Extract<Syntax, { is: "binary" }>): Expr {
    const { op } = syntax;
    if (op === "&&") return this.holds(syntax);
    const [left, right] = [this.read(syntax.left), this.read(syntax.right)];
    if (op === "||" || op === "??") return isCondition(left) ? any([left, this.holds(syntax.right)]) : filter(left, "default", right);
    if (op === "+") return plus(left, right);
    const sign = op in signs ? signs[op as keyof typeof signs] : undefined;
    if (sign) return compare(missing(left), sign, missing(right));
    return filter(left, arithmetic[op]!, right);
  }

  #call({ of, args }: Extract<Syntax, { is: "call" }>): Expr {
    if (of.is === "member" && of.key.is === "literal") {
      const owner = of.of.is === "name" ? of.of.name : "";
      const whole = `${owner}.${of.key.value}`;
      if (Object.hasOwn(functions, whole)) return functions[whole]!(args.map((arg) => this.read(arg)));
      return this.#method(String(of.key.value), of.of, args);
    }
    if (of.is === "name" && Object.hasOwn(functions, of.name)) return functions[of.name]!(args.map((arg) => this.read(arg)));
    throw new NotConvertible(`calls ${nameOf(of)}, which has no equal here`);
  }

  #method(name: string, owner: Syntax, args: Syntax[]): Expr {
    const mapped = name === "map" && args.length === 1 ? keyOf(args[0]!) : undefined;
    if (mapped !== undefined) return filter(this.read(owner), "map", mapped);
    if (!Object.hasOwn(methods, name)) throw new NotConvertible(`uses .${cutText(name, 40)}(), which has no equal here`);
    return methods[name]!(
      this.read(owner),
      args.map((arg) => this.read(arg)),
    );
  }

  #value(syntax: Syntax): Expr {
    const found = this.#data(syntax);
    if (found) return this.#place.outputs.read(found.node, found.path);
    if (syntax.is === "name") return nameValue(syntax.name);
    if (syntax.is !== "member") throw new NotConvertible("cannot be read");
    const key = fixedKey(syntax.key);
    if (syntax.of.is === "name") {
      const known = ofName(syntax.of.name, key);
      if (known) return known;
    }
    const of = this.read(syntax.of);
    if (isDate(syntax.of)) return memberOfDate(of, key);
    if (key === "length") return filter(of, "size");
    if (!this.#hasMembers(syntax.of)) throw new NotConvertible(`reads '${cutText(String(key), 40)}' of a value that is worked out`);
    return of.is === "ref" ? ref(of.name, [...of.path, key]) : { is: "member", of, path: [key] };
  }

  /** Whether it gives data, or what an expression makes of data without changing its records: their members have the same names here. */
  #hasMembers(syntax: Syntax): boolean {
    if (syntax.is === "object" || syntax.is === "list") return true;
    if (syntax.is === "ternary") return this.#hasMembers(syntax.yes) && this.#hasMembers(syntax.no);
    if (syntax.is === "binary") return ["||", "??"].includes(syntax.op) && this.#hasMembers(syntax.left) && this.#hasMembers(syntax.right);
    if (syntax.is === "call") return calledName(syntax.of) === "JSON.parse" || givesRecords.has(methodName(syntax.of));
    return this.#data(syntax) !== undefined || (syntax.is === "member" && !isDate(syntax.of) && this.#hasMembers(syntax.of));
  }

  /** The node and the path in its data that a chain of members names; undefined where it names none. */
  #data(syntax: Syntax): { node: string; path: Path } | undefined {
    if (syntax.is === "name") return syntax.name === "$json" ? { node: this.#place.from, path: [] } : undefined;
    if (syntax.is !== "member") return undefined;
    const inner = this.#data(syntax.of);
    const key = syntax.key.is === "literal" ? syntax.key.value : undefined;
    if (inner) return key === "length" ? undefined : { node: inner.node, path: [...inner.path, fixedKey(syntax.key)] };
    const node = key === "json" ? this.#item(syntax.of) : undefined;
    return node === undefined ? undefined : { node, path: [] };
  }

  /** The node whose item is meant: `$('Name').item`, `$node["Name"]`, `$input.first()`, `$items("Name")[0]`. */
  #item(syntax: Syntax): string | undefined {
    const node = this.#node(syntax);
    if (node !== undefined) return node;
    if (syntax.is === "call")
      return syntax.of.is === "member" && isOneOf(syntax.of.key, ["first", "last"]) ? this.#node(syntax.of.of) : undefined;
    if (syntax.is !== "member") return undefined;
    if (isOneOf(syntax.key, ["item"])) return this.#node(syntax.of);
    const all = syntax.of;
    const isFirst = syntax.key.is === "literal" && syntax.key.value === 0;
    if (!isFirst) return undefined;
    if (all.is === "call" && all.of.is === "member" && isOneOf(all.of.key, ["all"])) return this.#node(all.of.of);
    if (all.is === "call" && all.of.is === "name" && all.of.name === "$items") return textOf(all.args[0]) ?? this.#place.from;
    return undefined;
  }

  #node(syntax: Syntax): string | undefined {
    if (syntax.is === "name") return syntax.name === "$input" || syntax.name === "$prevNode" ? this.#place.from : undefined;
    if (syntax.is === "call") return syntax.of.is === "name" && syntax.of.name === "$" ? textOf(syntax.args[0]) : undefined;
    if (syntax.is === "member" && syntax.of.is === "name" && syntax.of.name === "$node") return String(fixedKey(syntax.key));
    return undefined;
  }
}

/** The name of a method that is called on something; empty where none is. */
const methodName = (of: Syntax): string => (of.is === "member" && of.key.is === "literal" ? String(of.key.value) : "");

/** The whole name of a function: `DateTime.now`. */
const calledName = (of: Syntax): string =>
  of.is === "name" ? of.name : of.is === "member" && of.of.is === "name" ? `${of.of.name}.${methodName(of)}` : "";

/** Whether it gives a date of Luxon, whose members are no fields. */
function isDate(syntax: Syntax): boolean {
  if (syntax.is === "name") return syntax.name === "$now" || syntax.name === "$today";
  return syntax.is === "call" && (calledName(syntax.of).startsWith("DateTime.") || givesDate.has(methodName(syntax.of)));
}

const isCondition = (expr: Expr): boolean => ["compare", "logic", "not"].includes(expr.is);

/** `null` and `undefined`, as conditions have them. */
const missing = (expr: Expr): Expr => (expr.is === "literal" && expr.value === null ? word("nil") : expr);

/** Adds numbers, or puts texts together: which of the two shows only where one of them is fixed. */
function plus(left: Expr, right: Expr): Expr {
  if ([left, right].some((each) => isText(each) || each.is === "join")) return join([left, right]);
  if ([left, right].some((each) => isNumber(each) || isSum(each))) return filter(left, "plus", right);
  throw new NotConvertible("adds two values, which may be numbers or texts");
}

const sums = new Set(["plus", "minus", "times", "divided_by", "modulo", "to_number", "to_integer", "size", "round"]);
const isSum = (expr: Expr): boolean => expr.is === "filter" && sums.has(expr.filter);

const isOneOf = (key: Syntax, names: readonly string[]): boolean => key.is === "literal" && names.includes(String(key.value));
const textOf = (syntax: Syntax | undefined): string | undefined =>
  syntax?.is === "literal" && typeof syntax.value === "string" ? syntax.value : undefined;

function fixedKey(key: Syntax): string | number {
  if (key.is === "literal" && (typeof key.value === "string" || typeof key.value === "number")) return key.value;
  throw new NotConvertible("reads a field whose name is worked out");
}

/** `x => x.name`: the field that it takes of each. */
function keyOf(syntax: Syntax): string | undefined {
  if (syntax.is !== "arrow") return undefined;
  const { name, gives } = syntax;
  return gives.is === "member" && gives.of.is === "name" && gives.of.name === name ? textOf(gives.key) : undefined;
}

const nameOf = (syntax: Syntax): string => (syntax.is === "name" ? `${cutText(syntax.name, 40)}()` : "a function");

function nameValue(name: string): Expr {
  if (name === "$now") return word("now");
  if (name === "$today") return filter(word("now"), "start_of", "day");
  if (name === "$input") throw new NotConvertible("reads all items at once");
  throw new NotConvertible(`reads '${cutText(name, 40)}', which is not known here`);
}

const asked: Record<string, string> = {
  $env: "reads a variable of the server",
  $vars: "reads a variable of the workspace",
  $secrets: "reads a secret",
};

/** Members of the names that every expression has. */
function ofName(name: string, key: string | number): Expr | undefined {
  if (Object.hasOwn(asked, name)) throw new NotConvertible(asked[name]!);
  if (name === "$workflow" && key === "id") return ref("flow", ["id"]);
  if (name === "$execution" && key === "id") return ref("run", ["id"]);
  return undefined;
}
