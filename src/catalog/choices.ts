import { getPath, isObject } from "#kernel/json.ts";
import { nearest } from "./nearest.ts";
import { fold, textOf } from "./text.ts";
import type { Lookup } from "./types.ts";

/** One thing a field may mean, as a sub-account offers it. */
export interface Choice {
  /** What is sent. */
  value: string;
  /** What stays the same when it is renamed. */
  id: string;
  /** What is shown. */
  label: string;
  /** Each way to name it, surest first; `""` where it has none of that kind. */
  names: string[];
  /** What it lies within: the pipeline of a stage. */
  parent?: { value: string; label: string };
  retired: boolean;
  /** The values it may be given, where they are few: the options of a custom field. */
  options?: string[];
}
export type Search = { choice: Choice } | { several: Choice[] } | { near: Choice | undefined };

/** What a look-up offers, from the rows of its list. */
export function choicesOf(lookup: Lookup, output: unknown): Choice[] {
  const rows = Array.isArray(output) ? output.filter(isObject) : [];
  if (lookup.list === undefined) return rows.map((row) => choiceOf(lookup, row));
  return rows.flatMap((row) => {
    const inner = getPath(row, lookup.list!);
    const parent = lookup.within && { value: textOf(getPath(row, lookup.within.row)), label: textOf(getPath(row, lookup.within.label)) };
    return Array.isArray(inner) ? inner.filter(isObject).map((one) => choiceOf(lookup, one, parent)) : [];
  });
}

function choiceOf(lookup: Lookup, row: Record<string, unknown>, parent?: Choice["parent"]): Choice {
  const at = (path: string) => textOf(getPath(row, path));
  const paths = [lookup.value, ...(lookup.by ?? [])];
  const short = (path: string, name: string) => (path === lookup.label ? "" : name.replace(/^\w+\./, ""));
  const options = optionsOf(lookup, row);
  return {
    value: at(lookup.value),
    id: at(lookup.identity ?? lookup.value),
    label: at(lookup.label),
    names: lookup.short ? paths.flatMap((path) => [at(path), short(path, at(path))]) : paths.map(at),
    ...(parent && { parent }),
    retired: lookup.retired !== undefined && lookup.retired.values.includes((getPath(row, lookup.retired.row) ?? null) as never),
    ...(options && { options }),
  };
}

/** Fields of other kinds may list the labels of their parts in the same place. */
function optionsOf({ options, controls }: Lookup, row: Record<string, unknown>): string[] | undefined {
  const control = controls?.of[textOf(getPath(row, controls.row))];
  if (options === undefined || (control !== undefined && control !== "tags")) return undefined;
  const listed = getPath(row, options.row);
  return Array.isArray(listed) && listed.length > 0 && getPath(row, options.open) !== true ? listed.map(textOf) : undefined;
}

/**
 * What a name means: the whole of it first, among the children of `parent` where that is given, and then as `parent / child`.
 * Case and spaces around it do not matter, unless they alone tell two apart; what is no longer to be used gives way to what is.
 */
export function findChoice(choices: readonly Choice[], name: string, parent?: string): Search {
  const within = parent === undefined ? choices : choices.filter((choice) => choice.parent?.value === parent);
  const named = byName(within, name);
  const matches = once(named.length > 0 ? named : byPath(choices, name));
  if (matches.length === 1) return { choice: matches[0]! };
  return matches.length > 1 ? { several: matches } : { near: nearby(choices, name) };
}

/** A row that came on two pages of a list is one. */
const once = (matches: readonly Choice[]): Choice[] => [
  ...new Map(matches.map((choice) => [`${choice.parent?.value}\n${choice.value}`, choice])).values(),
];

/** `Booked`, or `Sales / Booked` where it lies within something. */
export const titleOf = ({ label, parent }: Choice): string => (parent ? `${parent.label} / ${label}` : label);

/** So that one can be told from another of its name: `Sam, sam@acme.example (u2)`. */
export function described(choice: Choice): string {
  const other = choice.names.find((name) => name !== "" && name !== choice.value && fold(name) !== fold(choice.label));
  return `${titleOf(choice)}${other === undefined ? "" : `, ${other}`} (${choice.value})`;
}

/** A few of many: the rest is counted. */
export function listed(choices: readonly Choice[], most = 5): string {
  const more = choices.length - most;
  return choices.slice(0, most).map(described).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** What there is to choose from, to end a sentence with: `; choose from A, B and 3 more`. */
export function offering(titles: readonly string[], most = 6): string {
  if (titles.length === 0) return "; there is none yet";
  const more = titles.length - most;
  return `; choose from ${titles.slice(0, most).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function byName(choices: readonly Choice[], name: string): Choice[] {
  const wanted = fold(name);
  if (wanted === "") return [];
  const ways = choices[0]?.names.length ?? 0;
  for (let way = 0; way < ways; way++) {
    const matches = choices.filter((choice) => foldedOf(choice).names[way] === wanted);
    if (matches.length > 0) return narrowed(matches, (choice) => choice.names[way] === name.trim());
  }
  return [];
}

interface Folded {
  names: string[];
  parents: string[];
}
const folded = new WeakMap<Choice, Folded>();

/** A choice's names as they are compared: worked out once, for a loop may look for a thousand names among thousands. */
function foldedOf(choice: Choice): Folded {
  const cached = folded.get(choice);
  if (cached) return cached;
  const { names, parent } = choice;
  const made = { names: names.map(fold), parents: parent ? [fold(parent.label), fold(parent.value)] : [] };
  folded.set(choice, made);
  return made;
}

/** Names may have a stroke of their own, so each is tried as the one between. */
function byPath(choices: readonly Choice[], path: string): Choice[] {
  const parts = path.split("/");
  const matches = parts.slice(1).flatMap((_, i) => {
    const parent = fold(parts.slice(0, i + 1).join("/"));
    const children = choices.filter((choice) => foldedOf(choice).parents.includes(parent));
    return byName(children, parts.slice(i + 1).join("/"));
  });
  return [...new Set(matches)];
}

/** Of several of one name: the one in use rather than the retired, the one spelt exactly so rather than the others. */
function narrowed(matches: Choice[], exact: (choice: Choice) => boolean): Choice[] {
  const inUse = matches.some((choice) => !choice.retired) ? matches.filter((choice) => !choice.retired) : matches;
  const spelt = inUse.filter(exact);
  return spelt.length === 1 ? spelt : inUse;
}

function nearby(choices: readonly Choice[], name: string): Choice | undefined {
  const offered = choices.filter((choice) => !choice.retired);
  const named = offered.flatMap((choice) =>
    [choice.label, titleOf(choice), ...choice.names.slice(1)].map((each) => [each, choice] as const),
  );
  const names = new Map(named.filter(([each]) => each !== "" && !looksLikeId.test(each)));
  const best = nearest(name, [...names.keys()]) ?? onlyWith(name, [...names.keys()]);
  return best === undefined ? undefined : names.get(best);
}

/** The one that begins with what was given, or it with the one: `Dana` for `Dana Whitfield`. */
function onlyWith(name: string, names: readonly string[]): string | undefined {
  const wanted = fold(name);
  const begun = names.filter((each) => wanted.length > 1 && (fold(each).startsWith(`${wanted} `) || wanted.startsWith(`${fold(each)} `)));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Ids near each other say nothing about what was meant. */
const looksLikeId = /^(?=.*\d)[\w-]{16,}$/;
