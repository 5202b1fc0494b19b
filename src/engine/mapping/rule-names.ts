import { isObject } from "#kernel/json.ts";
import { isTemplate } from "./is-template.ts";

/** The filters that apply the rule they name. */
export type RuleFilterName = "rule" | "in_segment" | "entered_segment" | "left_segment";

/** A rule that a text uses; `name` is null where it is not in quotes. */
export interface RuleCall {
  filter: RuleFilterName;
  name: string | null;
}

const templateParts = /\{\{[^]*?\}\}|\{%[^]*?%\}/g;
const calls = /\|\s*(rule|in_segment|entered_segment|left_segment)(?![\w-])(?:\s*:\s*(?:"([^"]*)"|'([^']*)'))?/g;
const allSegments = /\|\s*segments(?![\w-])/;

/** The parts of a text that are evaluated. `isCode`: the text is a condition or an expression, which needs no braces. */
function codeIn(text: string, isCode: boolean): readonly string[] {
  return isTemplate(text) ? (text.match(templateParts) ?? []) : isCode ? [text] : [];
}

/** The rules and segments that a text uses by name. */
export function ruleCalls(text: string, isCode = false): RuleCall[] {
  if (!text.includes("rule") && !text.includes("_segment")) return [];
  return codeIn(text, isCode).flatMap((part) =>
    [...part.matchAll(calls)].map(([, filter, double, single]) => ({ filter: filter as RuleFilterName, name: double ?? single ?? null })),
  );
}

/** A text in which rules and segments have their titles in place of their names, to be put into words; one that cannot be quoted keeps its name. */
export function withRuleTitles(text: string, rules: Readonly<Record<string, { title: string }>> = {}): string {
  if (!text.includes("rule") && !text.includes("_segment")) return text;
  return text.replace(calls, (call, _filter, double?: string, single?: string) => {
    const name = double ?? single;
    const title = name !== undefined && Object.hasOwn(rules, name) ? rules[name]!.title : undefined;
    if (title === undefined || /[{}]|'.*"|".*'/.test(title)) return call;
    const quote = title.includes("'") ? '"' : "'";
    return `${call.slice(0, -(name!.length + 2))}${quote}${title}${quote}`;
  });
}

/** Whether a text asks which segments a person is in: it uses all there are. */
export const asksSegments = (text: string, isCode = false): boolean =>
  text.includes("segments") && codeIn(text, isCode).some((part) => allSegments.test(part));

/** The names of the rules that the templates of a step's input use. */
export function rulesInInput(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value === "string") for (const { name } of ruleCalls(value)) if (name !== null) names.add(name);
  if (Array.isArray(value)) for (const item of value) rulesInInput(item, names);
  else if (isObject(value)) for (const member of Object.values(value)) rulesInInput(member, names);
  return names;
}
