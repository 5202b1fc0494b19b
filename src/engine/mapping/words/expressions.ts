import { filterPhrase } from "./filters.ts";
import { printChain, readChain, readLiteral, readPath } from "./parts.ts";
import { pathWords, type SourceNames } from "./paths.ts";

/**
 * An expression within a sentence, with or without braces: "the e-mail in lower case", "'gold'", "7". What cannot be said in words stays as it is
 * written.
 */
export function expressionWords(text: string, names: SourceNames): string {
  const bare = withoutParentheses(withoutBraces(text));
  const literal = readLiteral(bare);
  if (literal) return literalWords(literal.value);
  if (readPath(bare)) return pathWords(bare, names);
  const chain = readChain(bare);
  if (chain === null || chain.filters.length === 0) return text.trim();
  const value = chain.value === "'now'" || chain.value === '"now"' ? "now" : expressionWords(chain.value, names);
  const phrases = chain.filters.map((call) => filterPhrase(call, (argument) => expressionWords(argument, names)));
  return phrases.every((phrase) => phrase !== undefined) ? [value, ...phrases].join(" ") : printChain(chain);
}

function literalWords(value: string | number | boolean): string {
  if (typeof value === "string") return value === "" ? "an empty text" : `'${value}'`;
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

const withoutBraces = (text: string): string => text.replace(/^\s*\{\{-?|-?\}\}\s*$/g, "").trim();

/** `(trigger.email | downcase)` without what only holds it together. */
function withoutParentheses(text: string): string {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  return inner !== undefined && readChain(inner) !== null ? inner.trim() : text;
}
