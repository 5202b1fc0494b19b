import { filterGroups, filterWords, type FilterArgumentWords, type FilterGroup } from "#engine/mapping/words/filters.ts";
import { printLiteral, type Chain, type FilterArgument, type FilterCall } from "#engine/mapping/words/parts.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import type { ValueType } from "../data/types.ts";

/** Pure: changes to the filters of a value. */

const empty: Readonly<Partial<Record<FilterArgumentWords["kind"], string>>> = { number: "0", yesNo: "true" };

/** A call of a filter as the menu puts it in: with what is usual for each argument that it needs. */
export function newCall(name: string): FilterCall {
  const needed = (filterWords[name]?.arguments ?? []).filter((argument) => argument.optional !== true);
  return {
    name,
    arguments: needed.map(({ kind, usual, name: called }) => ({
      name: called ?? null,
      text: usual === undefined ? (empty[kind] ?? printLiteral("")) : printLiteral(usual),
    })),
  };
}

/** Where an argument of the words stands in a call; -1 if it is not given. */
function indexOf(call: FilterCall, words: FilterArgumentWords, at: number): number {
  if (words.name !== undefined) return call.arguments.findIndex((argument) => argument.name === words.name);
  const placed = call.arguments.flatMap((argument, index) => (argument.name === null ? [index] : []));
  return placed[at] ?? -1;
}

/** The text of an argument; undefined where it is left out. */
export function argumentText(call: FilterCall, words: FilterArgumentWords, at: number): string | undefined {
  const text = call.arguments[indexOf(call, words, at)]?.text;
  return text === "nil" ? undefined : text;
}

/** The call with another text for an argument; undefined leaves it out. What stands before it and is left out is written as `nil`. */
export function withArgument(call: FilterCall, words: FilterArgumentWords, at: number, text: string | undefined): FilterCall {
  const placed = call.arguments.filter(({ name }) => name === null);
  const named = call.arguments.filter(({ name }) => name !== null);
  if (words.name !== undefined) {
    const others = named.filter(({ name }) => name !== words.name);
    return { ...call, arguments: [...placed, ...others, ...(text === undefined ? [] : [{ name: words.name, text }])] };
  }
  const texts = Array.from({ length: Math.max(placed.length, at + 1) }, (_, index) => placed[index]?.text ?? "nil");
  texts[at] = text ?? "nil";
  while (texts.at(-1) === "nil") texts.pop();
  return { ...call, arguments: [...texts.map((one): FilterArgument => ({ name: null, text: one })), ...named] };
}

export const withFilter = (chain: Chain, call: FilterCall): Chain => ({ ...chain, filters: [...chain.filters, call] });
export const withoutFilter = (chain: Chain, at: number): Chain => ({ ...chain, filters: chain.filters.filter((_, index) => index !== at) });
export const withCall = (chain: Chain, at: number, call: FilterCall): Chain => ({
  ...chain,
  filters: chain.filters.map((one, index) => (index === at ? call : one)),
});
/** A filter one place earlier. */
export function movedUp(chain: Chain, at: number): Chain {
  const filters = [...chain.filters];
  if (at > 0) filters.splice(at - 1, 2, filters[at]!, filters[at - 1]!);
  return { ...chain, filters };
}
/** The value with its first filters only. */
export const upTo = (chain: Chain, count: number): Chain => ({ ...chain, filters: chain.filters.slice(0, count) });

/** Which groups suit a value, in their order; the others come after them. */
const suits: Readonly<Record<ValueType, readonly FilterGroup[]>> = {
  text: ["text", "name", "phone", "choice"],
  number: ["number", "money", "choice"],
  "yes-no": ["choice"],
  date: ["date", "choice"],
  list: ["list", "choice", "table"],
  object: ["list", "table", "choice"],
  any: ["choice", "text"],
};

/** What the filters of a group are called above them; the workspace's rules are one more group. */
export const offeredGroups: Readonly<Record<FilterGroup | "rules", string>> = { ...filterGroups, rules: "Rules" };

export interface OfferedFilter {
  /** No other has the same. */
  name: string;
  title: string;
  group: keyof typeof offeredGroups;
  /** As it is put behind a value. */
  call: FilterCall;
}

/** The filters for a value of a type and the workspace's rules, those that suit it first; with words, those that have them all. */
export function offeredFilters(type: ValueType, words: string, rules: Rules = {}): OfferedFilter[] {
  const suited: readonly OfferedFilter["group"][] = [...suits[type], "rules"];
  const order = [...suited, ...(Object.keys(filterGroups) as FilterGroup[]).filter((group) => !suited.includes(group))];
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => wanted.every((word) => text.toLowerCase().includes(word));
  const filters = Object.entries(filterWords)
    .filter(([name]) => name !== "rule" || Object.keys(rules).length === 0) // they stand here by their own names
    .filter(([name, { same, title, also = "" }]) => (wanted.length === 0 ? same === undefined : has(`${title} ${name} ${also}`)))
    .map(([name, { title, group }]): OfferedFilter => ({ name, title, group, call: newCall(name) }));
  const byRule = Object.entries(rules)
    .filter(([name, { title, kind }]) => kind !== "segment" && has(`${title} ${name} rule`))
    .map(([name, { title }]): OfferedFilter => ({ name: `rule: ${name}`, title, group: "rules", call: ruleCall(name) }));
  return [...filters, ...byRule].sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
}

const ruleCall = (name: string): FilterCall => ({ name: "rule", arguments: [{ name: null, text: printLiteral(name) }] });
