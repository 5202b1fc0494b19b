import { isObject } from "#kernel/json.ts";
import { isTemplate } from "./is-template.ts";

const templateParts = /\{\{[^]*?\}\}|\{%[^]*?%\}/g;
const calls = /\|\s*rule(?![\w-])(?:\s*:\s*(?:"([^"]*)"|'([^']*)'))?/g;

/**
 * The names of the rules that a text uses; null for a use that does not say the name in quotes. `isCode`: the text is a condition or an expression,
 * which needs no braces.
 */
export function ruleCalls(text: string, isCode = false): (string | null)[] {
  if (!text.includes("rule")) return [];
  const code = isTemplate(text) ? (text.match(templateParts) ?? []) : isCode ? [text] : [];
  return code.flatMap((part) => [...part.matchAll(calls)].map(([, double, single]) => double ?? single ?? null));
}

/** The names of the rules that the templates of a step's input use. */
export function rulesInInput(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value === "string") for (const name of ruleCalls(value)) if (name !== null) names.add(name);
  if (Array.isArray(value)) for (const item of value) rulesInInput(item, names);
  else if (isObject(value)) for (const member of Object.values(value)) rulesInInput(member, names);
  return names;
}
