/** How templates use rules and segments, and what people call them. Pure. */
import type { RuleView } from "#api/schemas.ts";

/** What a rule of a kind is called within a sentence. */
export const wordOf = (kind: RuleView["kind"]): "rule" | "segment" => (kind === "segment" ? "segment" : "rule");

/** The filter that asks whether somebody is in a segment. */
export const segmentFilter = (name: string): string => `in_segment: '${name}'`;

/** The filter that applies a rule, as it is written in a template. */
export const ruleFilter = (name: string): string => `rule: '${name}'`;

const output = /\{\{-?(.*?)-?\}\}/gs;

/** Whether a text has one value, to which a rule can be applied. */
export const mayUseRule = (text: string): boolean => text.match(output)?.length === 1;

/** The text with a rule applied to its one value, after the filters it has. */
export const withRule = (text: string, name: string): string =>
  text.replace(output, (_, inner: string) => `{{ ${inner.trim()} | ${ruleFilter(name)} }}`);
