import { TypeGuards, Tokenizer } from "liquidjs";
import type { FilteredValueToken, PropertyAccessToken, Token } from "liquidjs";
import { operatorNames } from "../operator-names.ts";

/** Parses templates into parts that people can see and change, with Liquid's own tokenizer. Parts that nobody changes are printed as they were written. */

export type TemplatePart =
  /** A text as it is. */
  | { kind: "text"; text: string; from: number }
  /** `{{ expression }}`, with what stands around the expression: `{{- `. */
  | { kind: "value"; text: string; from: number; open: string; expression: string; close: string }
  /** `{% … %}`, closed or not. */
  | { kind: "tag"; text: string; from: number };

/** The parts of a template; joined, they give it back. A part that cannot be parsed is kept as a tag or a text, so that any template can be shown. */
export function templateParts(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  const tokenizer = new Tokenizer(text, operators);
  while (tokenizer.p < tokenizer.N) {
    const from = tokenizer.p;
    try {
      const token = tokenizer.readTopLevelToken(delimiters);
      parts.push(...partsOf(token, text.slice(from, tokenizer.p), from));
    } catch {
      const rest = text.slice(from);
      parts.push({ kind: rest.startsWith("{%") ? "tag" : "text", text: rest, from });
      break;
    }
  }
  return parts;
}

const operators = Object.fromEntries(operatorNames.map((name) => [name, () => false]));
const delimiters = { tagDelimiterLeft: "{%", tagDelimiterRight: "%}", outputDelimiterLeft: "{{", outputDelimiterRight: "}}" } as Parameters<
  Tokenizer["readTopLevelToken"]
>[0];

function partsOf(token: Token, text: string, from: number): TemplatePart[] {
  if (TypeGuards.isHTMLToken(token)) return text === "" ? [] : [{ kind: "text", text, from }];
  if (TypeGuards.isTagToken(token)) return [{ kind: "tag", text, from }];
  const [, open, expression, close] = /^(\{\{-?\s*)(.*?)(\s*-?\}\})$/s.exec(text) ?? [];
  if (open === undefined || expression === undefined || close === undefined) return [{ kind: "tag", text, from }];
  // An output that somebody began before another one: only the second is closed.
  const again = readChain(expression) ? -1 : text.lastIndexOf("{{");
  if (again > 0) return [{ kind: "text", text: text.slice(0, again), from }, ...partsOf(token, text.slice(again), from + again)];
  return [{ kind: "value", text, from, open, expression, close }];
}

/** Whether it has only texts and values, and no tag. */
export const isPlainTemplate = (text: string): boolean => templateParts(text).every(({ kind }) => kind !== "tag");

// ---------------------------------------------------------------- a value and its filters

/** `trigger.name | truncate: 10, "…"`. All texts are as a template writes them. */
export interface Chain {
  value: string;
  filters: readonly FilterCall[];
}
export interface FilterCall {
  name: string;
  arguments: readonly FilterArgument[];
}
/** `name` is that of `header: false`; null where the place says which it is. */
export interface FilterArgument {
  name: string | null;
  text: string;
}

/** An expression as a value and its filters; null if it cannot be read. */
export function readChain(expression: string): Chain | null {
  const token = readExpression(expression);
  if (token === null) return null;
  const [first] = token.filters;
  const value = expression.slice(0, first?.begin).replace(/\|\s*$/, "");
  return { value: value.trim(), filters: token.filters.map((call) => callOf(call, expression)) };
}

function callOf({ name, args }: FilteredValueToken["filters"][number], expression: string): FilterCall {
  const textOf = (token: unknown) => tokenText(token, expression);
  return {
    name,
    arguments: args.map((arg) => (Array.isArray(arg) ? { name: String(arg[0]), text: textOf(arg[1]) } : { name: null, text: textOf(arg) })),
  };
}

export function printChain({ value, filters }: Chain): string {
  return [value, ...filters.map(printCall)].join(" | ");
}

function printCall({ name, arguments: args }: FilterCall): string {
  const texts = args.map((argument) => (argument.name === null ? argument.text : `${argument.name}: ${argument.text}`));
  return texts.length === 0 ? name : `${name}: ${texts.join(", ")}`;
}

/** The longest expression that is parsed: a longer one takes ever more time for each further part. */
export const longestExpression = 10_000;

/** Reads all of an expression; null if something is wrong with it. */
export function readExpression(expression: string): FilteredValueToken | null {
  if (expression.length > longestExpression) return null;
  try {
    const tokenizer = new Tokenizer(expression, operators, undefined, undefined, true);
    const token = tokenizer.readFilteredValue();
    tokenizer.skipBlank();
    return tokenizer.end() && isOneValue(token.initial.postfix) ? token : null;
  } catch {
    return null;
  }
}

/** Whether all operands are joined by operators. */
function isOneValue(postfix: readonly Token[]): boolean {
  let values = 0;
  for (const token of postfix) {
    const takes = !TypeGuards.isOperatorToken(token) ? 0 : token.operator === "not" ? 1 : 2;
    if (values < takes) return false;
    values += 1 - takes;
  }
  return values === 1;
}

export const tokenText = (token: unknown, expression: string): string => {
  const { begin, end } = token as Token;
  return expression.slice(begin, end);
};

// ---------------------------------------------------------------- paths and literals

export type PathKey = string | number;

/** The keys of a path without anything computed in it: `trigger.answers[0].value`; null if the text is something else. */
export function readPath(text: string): PathKey[] | null {
  const token = soleOperand(text);
  if (token === null || !TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined || text.endsWith(".")) return null;
  const keys = token.props.map(fixedKey);
  return keys.every((key) => key !== undefined) ? keys : null;
}

function fixedKey(prop: PropertyAccessToken["props"][number]): PathKey | undefined {
  return TypeGuards.isWordToken(prop) || TypeGuards.isQuotedToken(prop) || TypeGuards.isNumberToken(prop) ? prop.content : undefined;
}

/** The only operand of an expression without filters and operators. */
function soleOperand(text: string): Token | null {
  const token = readExpression(text.trim());
  if (token === null || token.filters.length > 0 || token.initial.postfix.length !== 1) return null;
  return token.initial.postfix[0] ?? null;
}

const wordKey = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** A path as a template writes it: `trigger["first name"].size`. */
export function printPath(keys: readonly PathKey[]): string {
  return keys
    .map((key, at) =>
      typeof key === "number" ? `[${key}]` : wordKey.test(key) ? `${at === 0 ? "" : "."}${key}` : `[${printLiteral(key)}]`,
    )
    .join("");
}

export type Literal = string | number | boolean;

/** A text in quotes, a number, true or false; null if the text is something else. */
export function readLiteral(text: string): { value: Literal } | null {
  const token = soleOperand(text);
  if (token === null) return null;
  if (TypeGuards.isQuotedToken(token) || TypeGuards.isNumberToken(token)) return { value: token.content };
  const word = tokenText(token, text.trim());
  return word === "true" || word === "false" ? { value: word === "true" } : null;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A literal as a template writes it. */
export function printLiteral(value: Literal): string {
  return typeof value === "string" ? `'${value.replace(/[\\'\n\r\t]/g, (sign) => escapes[sign]!)}'` : plainNumber(value);
}

/** Liquid reads no exponents. */
function plainNumber(value: number | boolean): string {
  const text = String(value);
  return typeof value === "number" && /e/i.test(text) ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
