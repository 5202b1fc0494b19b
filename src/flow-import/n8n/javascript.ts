import { cutText } from "#kernel/characters.ts";
import { NotConvertible } from "../expr.ts";
import { longestExpression, readOperators, type Syntax, type Token, Tokens } from "../syntax.ts";

const deepestTemplate = 4;

/** Reads the JavaScript that fields hold between braces: one expression, without statements. Throws NotConvertible for anything else. */
export function readJavaScript(source: string, within = 0): Syntax {
  if (within > deepestTemplate) throw new NotConvertible("has texts within texts within texts");
  if (source.length > longestExpression) throw new NotConvertible(`is longer than ${longestExpression.toLocaleString("en-US")} characters`);
  const tokens = new Tokens(tokensOf(source), within);
  const read = expression(tokens);
  tokens.accept(";");
  tokens.expectEnd();
  return read;
}

const signs = [
  "...",
  "===",
  "!==",
  "=>",
  "?.",
  "??",
  "||",
  "&&",
  "==",
  "!=",
  "<=",
  ">=",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ".",
  ",",
  ":",
  "?",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "!",
  ";",
];
const levels = [["??"], ["||"], ["&&"], ["===", "!==", "==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    const c = source[at]!;
    if (/\s/.test(c)) at++;
    else if (c === "'" || c === '"') at = readQuoted(source, at, tokens);
    else if (c === "`") at = readTemplate(source, at, tokens);
    else if (/[0-9]/.test(c)) at = readWhile(source, at, /[0-9._eE]/, "number", tokens);
    else if (/[\p{L}_$]/u.test(c)) at = readWhile(source, at, /[\p{L}\p{N}_$]/u, "name", tokens);
    else {
      const sign = signs.find((each) => source.startsWith(each, at));
      if (sign === undefined) throw new NotConvertible(`has a '${c}' that is not understood`);
      tokens.push({ kind: "sign", text: sign });
      at += sign.length;
    }
  }
  return tokens;
}

function readWhile(source: string, start: number, allowed: RegExp, kind: Token["kind"], tokens: Token[]): number {
  let end = start + 1;
  while (end < source.length && allowed.test(source[end]!)) end++;
  tokens.push({ kind, text: source.slice(start, end) });
  return end;
}

const escaped: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };

function readQuoted(source: string, start: number, tokens: Token[]): number {
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    const c = source[at]!;
    if (c === source[start]) {
      tokens.push({ kind: "text", text });
      return at + 1;
    }
    if (c === "\\") {
      at++;
      if (source[at] === "u" || source[at] === "x") throw new NotConvertible("has a text with coded characters");
      text += escaped[source[at]!] ?? source[at] ?? "";
    } else text += c;
  }
  throw new NotConvertible("has a text without an end");
}

/** A text between backticks, with the source of each `${…}` in it. */
function readTemplate(source: string, start: number, tokens: Token[]): number {
  const parts: { text: string; source?: string }[] = [];
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    const c = source[at]!;
    if (c === "`") {
      tokens.push({ kind: "template", text: "`", parts: [...parts, { text }] });
      return at + 1;
    }
    if (c === "\\") text += escaped[source[++at]!] ?? source[at] ?? "";
    else if (c === "$" && source[at + 1] === "{") {
      const end = endOfBraces(source, at + 2);
      parts.push({ text, source: source.slice(at + 2, end) });
      text = "";
      at = end;
    } else text += c;
  }
  throw new NotConvertible("has a text without an end");
}

function endOfBraces(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    if (source[at] === "{") depth++;
    if (source[at] === "}" && --depth === 0) return at;
  }
  throw new NotConvertible("has a text without an end");
}

function expression(tokens: Tokens): Syntax {
  return tokens.deeper(() => {
    const condition = readOperators(tokens, levels, () => unary(tokens));
    if (!tokens.accept("?")) return condition;
    const then = expression(tokens);
    tokens.expect(":");
    return { is: "ternary", if: condition, yes: then, no: expression(tokens) };
  });
}

function unary(tokens: Tokens): Syntax {
  for (const op of ["!", "-", "+"]) if (tokens.accept(op)) return tokens.deeper(() => ({ is: "unary", op, of: unary(tokens) }));
  return postfix(tokens, primary(tokens));
}

function postfix(tokens: Tokens, start: Syntax): Syntax {
  let read = start;
  for (;;) {
    const optional = tokens.accept("?.");
    if (tokens.accept("[")) {
      read = { is: "member", of: read, key: expression(tokens) };
      tokens.expect("]");
    } else if (tokens.accept("(")) read = { is: "call", of: read, args: argumentsOf(tokens, ")") };
    else if (optional || tokens.accept(".")) read = { is: "member", of: read, key: { is: "literal", value: nameOf(tokens) } };
    else return read;
  }
}

function nameOf(tokens: Tokens): string {
  const { kind, text } = tokens.take();
  if (kind !== "name") throw new NotConvertible(`cannot be read at '${cutText(text, 30)}'`);
  return text;
}

function argumentsOf(tokens: Tokens, end: string): Syntax[] {
  const args: Syntax[] = [];
  while (!tokens.accept(end)) {
    args.push(expression(tokens));
    if (tokens.accept(end)) break;
    tokens.expect(",");
  }
  return args;
}

const constants: Record<string, boolean | null> = { true: true, false: false, null: null, undefined: null };

function primary(tokens: Tokens): Syntax {
  if (tokens.accept("(")) return inParentheses(tokens);
  if (tokens.accept("[")) return { is: "list", items: argumentsOf(tokens, "]") };
  if (tokens.accept("{")) return objectOf(tokens);
  const { kind, text, parts } = tokens.take();
  if (kind === "number") return numberOf(text);
  if (kind === "text") return { is: "literal", value: text };
  if (kind === "template") return { is: "text", parts: parts!.flatMap((part) => partOf(part, tokens.within + 1)) };
  if (kind !== "name") throw new NotConvertible(`cannot be read at '${text.slice(0, 30) || "its end"}'`);
  if (Object.hasOwn(constants, text)) return { is: "literal", value: constants[text]! };
  if (text === "new") return postfix(tokens, { is: "name", name: `new ${nameOf(tokens)}` });
  if (tokens.accept("=>")) return { is: "arrow", name: text, gives: expression(tokens) };
  return { is: "name", name: text };
}

/** A value in parentheses, or the parameter of a function. */
function inParentheses(tokens: Tokens): Syntax {
  const read = expression(tokens);
  tokens.expect(")");
  return read.is === "name" && tokens.accept("=>") ? { is: "arrow", name: read.name, gives: expression(tokens) } : read;
}

function objectOf(tokens: Tokens): Syntax {
  const members: [string, Syntax][] = [];
  while (!tokens.accept("}")) {
    const { kind, text } = tokens.take();
    if (!["name", "text", "number"].includes(kind)) throw new NotConvertible("makes an object in a way that is not understood");
    members.push([text, tokens.accept(":") ? expression(tokens) : { is: "name", name: text }]);
    if (tokens.accept("}")) break;
    tokens.expect(",");
  }
  return { is: "object", members };
}

function numberOf(text: string): Syntax {
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isFinite(value)) throw new NotConvertible(`has '${cutText(text, 30)}', which is not a number`);
  return { is: "literal", value };
}

const partOf = ({ text, source }: { text: string; source?: string }, within: number): Syntax[] => [
  { is: "literal", value: text },
  ...(source === undefined ? [] : [readJavaScript(source, within)]),
];
