import { NotConvertible } from "../expr.ts";
import { longestExpression, readOperators, type Syntax, type Token, Tokens } from "../syntax.ts";

/** Reads the formulas of Make, which stand between braces: `lower(1.email)`, `if(2.score > 8; "yes"; no)`. Throws NotConvertible for anything else. */
export function readFormula(source: string): Syntax {
  if (source.length > longestExpression) throw new NotConvertible(`is longer than ${longestExpression.toLocaleString("en-US")} characters`);
  const tokens = new Tokens(tokensOf(source));
  const read = formula(tokens);
  tokens.expectEnd();
  return read;
}

const levels = [
  ["or", "||"],
  ["and", "&&"],
  ["=", "==", "!="],
  ["<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
const signs = ["!=", "<=", ">=", "==", "&&", "||", "(", ")", "[", "]", ".", ";", ",", "+", "-", "*", "/", "%", "=", "<", ">", "!"];

/** Names that mean a value of their own; any other name that is no function and no reference is a text without quotes. */
const words: ReadonlySet<string> = new Set([
  "now",
  "timestamp",
  "emptystring",
  "emptyarray",
  "space",
  "newline",
  "tab",
  "carriagereturn",
  "nbsp",
  "true",
  "false",
  "null",
  "erase",
  "random",
  "uuid",
  "executionId",
  "and",
  "or",
  "pi",
]);

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    const c = source[at]!;
    if (/\s/.test(c)) at++;
    else if (c === '"' || c === "'" || c === "`") at = readQuoted(source, at, tokens);
    else if (/[0-9]/.test(c)) at = readNumber(source, at, tokens);
    else if (/[\p{L}_$@]/u.test(c)) at = readName(source, at, tokens);
    else {
      const sign = signs.find((each) => source.startsWith(each, at));
      if (sign === undefined) throw new NotConvertible(`has a '${c}' that is not understood`);
      tokens.push({ kind: "sign", text: sign });
      at += sign.length;
    }
  }
  return tokens;
}

/** A text in quotes, or a field's name in backticks. */
function readQuoted(source: string, start: number, tokens: Token[]): number {
  const quote = source[start]!;
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    const c = source[at]!;
    if (c === quote) {
      tokens.push({ kind: quote === "`" ? "name" : "text", text });
      return at + 1;
    }
    text += c === "\\" && quote !== "`" ? ({ n: "\n", t: "\t", r: "\r" }[source[++at]!] ?? source[at] ?? "") : c;
  }
  throw new NotConvertible("has a text without an end");
}

/** A number, or that of a module: the dot in `1.email` is no decimal point. */
function readNumber(source: string, start: number, tokens: Token[]): number {
  let end = start;
  while (end < source.length && /[0-9]/.test(source[end]!)) end++;
  if (source[end] === "." && /[0-9]/.test(source[end + 1] ?? "")) {
    end++;
    while (end < source.length && /[0-9]/.test(source[end]!)) end++;
  }
  tokens.push({ kind: "number", text: source.slice(start, end) });
  return end;
}

const after = /[\p{L}\p{N}_$@]/u;

/** A name, or a text without quotes, which goes on to the end of the argument. */
function readName(source: string, start: number, tokens: Token[]): number {
  let end = start + 1;
  while (end < source.length && (after.test(source[end]!) || (source[end] === "-" && after.test(source[end + 1] ?? "")))) end++;
  const name = source.slice(start, end);
  const isMember = tokens.at(-1)?.text === "." && tokens.at(-1)?.kind === "sign";
  const isCall = source[end] === "(";
  if (isMember || isCall || words.has(name)) tokens.push({ kind: "name", text: name });
  else {
    while (end < source.length && !/[;)=<>!]/.test(source[end]!)) end++;
    tokens.push({ kind: "text", text: source.slice(start, end).trimEnd() });
  }
  return end;
}

function formula(tokens: Tokens): Syntax {
  return tokens.deeper(() => readOperators(tokens, levels, () => unary(tokens)));
}

function unary(tokens: Tokens): Syntax {
  for (const op of ["!", "-"]) if (tokens.accept(op)) return tokens.deeper(() => ({ is: "unary", op, of: unary(tokens) }));
  return postfix(tokens, primary(tokens));
}

function postfix(tokens: Tokens, start: Syntax): Syntax {
  let read = start;
  for (;;) {
    if (tokens.accept(".")) read = { is: "member", of: read, key: { is: "literal", value: tokens.take().text } };
    else if (tokens.accept("[")) {
      read = { is: "member", of: read, key: tokens.accept("]") ? { is: "name", name: "[]" } : indexOf(tokens) };
    } else return read;
  }
}

function indexOf(tokens: Tokens): Syntax {
  const read = formula(tokens);
  tokens.expect("]");
  return read;
}

function primary(tokens: Tokens): Syntax {
  if (tokens.accept("(")) {
    const read = formula(tokens);
    tokens.expect(")");
    return read;
  }
  const { kind, text } = tokens.take();
  if (kind === "number") return { is: "literal", value: Number(text) };
  if (kind === "text") return { is: "literal", value: text };
  if (kind !== "name") throw new NotConvertible(`cannot be read at '${text.slice(0, 30) || "its end"}'`);
  if (!tokens.accept("(")) return { is: "name", name: text };
  return { is: "call", of: { is: "name", name: text }, args: argumentsOf(tokens) };
}

function argumentsOf(tokens: Tokens): Syntax[] {
  const args: Syntax[] = [];
  while (!tokens.accept(")")) {
    args.push(tokens.next.text === ";" && tokens.next.kind === "sign" ? { is: "literal", value: "" } : formula(tokens));
    if (tokens.accept(")")) break;
    tokens.expect(";");
  }
  return args;
}
