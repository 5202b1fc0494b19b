import { charactersOf, countCharacters } from "#kernel/characters.ts";
import { withoutUnseen } from "#catalog/text.ts";
import { isObject } from "#kernel/json.ts";
import { getPath } from "#kernel/json.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, maxTextLength, quote, toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";
import { textArgument, toList } from "./arguments.ts";

const longestList = 100_000;

/** A member of an item, or the item itself where no key is named. */
const memberOf = (item: unknown, key: unknown): unknown => (isNil(key) ? item : getPath(item, toText(key)));
const uniqueBy: Filter = (value, key) => unique(toList(value), (item) => memberOf(item, key));

export const listFilters: Filters = {
  size: (value) => (isNil(value) ? 0 : sizeOf(value)),
  first: (value) => (typeof value === "string" ? firstCharacter(value) : Array.isArray(value) ? value[0] : undefined),
  last: (value) => (typeof value === "string" ? lastCharacter(value) : Array.isArray(value) ? value[value.length - 1] : undefined),
  to_list: toList,
  split: (value, separator) => filled(split(toText(value), toText(separator))),
  split_list: (value, separator) => {
    const list = words(value, isNil(separator) ? /[,;\n]/ : textArgument(separator, "the separator of split_list"));
    return list === value ? list : filled(list);
  },
  join: (value, separator) =>
    bounded(
      toList(value)
        .map(toText)
        .join(isNil(separator) ? " " : toText(separator)),
    ),
  join_list: (value, conjunction) =>
    joinList(
      toList(value)
        .filter((item) => !isBlank(item))
        .map(toText),
      isNil(conjunction) ? "and" : toText(conjunction),
    ),
  concat: (value, other) => joined(value, other),
  push: (value, item) => joined(value, isNil(item) ? item : [item]),
  unshift: (value, item) => joined(isNil(item) ? item : [item], value),
  compact: (value, key) => toList(value).filter((item) => !isBlank(memberOf(item, key))),
  unique: uniqueBy,
  uniq: uniqueBy,
  tags: (value, ...more) => filled(unique([value, ...more].flatMap(tagsOf), (tag) => tag)),
  pick: (value, ...keys) =>
    pick(
      value,
      keys.flatMap((key) => words(key, ",")),
    ),
};

/** How many items a list or characters a text has. Nothing else has a size: an object's is a field of that name. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value !== "string") return Array.isArray(value) ? value.length : undefined;
  if (value.length > maxTextLength) throw new MappingProblem("only the characters of texts up to 1 MiB are counted");
  return countCharacters(value);
}

/** A character takes no more code units than this, or is cut: whoever asks for one does not pay for all. */
const longestCharacter = 256;
const firstCharacter = (text: string): string | undefined => charactersOf(text.slice(0, longestCharacter))[0];
const lastCharacter = (text: string): string | undefined => charactersOf(text.slice(-longestCharacter)).at(-1);

/** Two lists as one; missing where neither is there. */
function joined(...lists: unknown[]): unknown[] | undefined {
  const there = lists.filter((list) => Array.isArray(list) || !isBlank(list));
  return there.length > 0 ? limited(there.flatMap(toList)) : undefined;
}

function limited(list: unknown[]): unknown[] {
  if (list.length > longestList) throw new MappingProblem(`the list is longer than ${longestList} items`);
  return list;
}

/** As in Liquid and Ruby: no empty parts at the end, a space matches any spaces, and an empty separator splits every character. */
function split(text: string, separator: string): string[] {
  if (separator === " ") return text.split(/[ \t\n\v\f\r]+/).filter((part) => part !== "");
  const parts = separator === "" ? charactersOf(text) : text.split(separator);
  while (parts.at(-1) === "") parts.pop();
  return parts;
}

/** A list made from a text; missing if the text had only separators. */
const filled = (list: unknown[]): unknown[] | undefined => (list.length > 0 ? list : undefined);

/** The parts of a text, trimmed, without the blank ones. A list stays one. */
function words(value: unknown, separator: string | RegExp): unknown[] {
  if (Array.isArray(value)) return value;
  return toText(value)
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => !isBlank(part));
}

function joinList(items: string[], conjunction: string): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : bounded(`${items.slice(0, -1).join(", ")} ${conjunction} ${last}`);
}

function unique(list: unknown[], keyOf: (item: unknown) => unknown): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = JSON.stringify(keyOf(item)) ?? "";
    return !seen.has(key) && seen.add(key);
  });
}

/** HighLevel keeps tags in small letters; sent as they are, one tag would come back as another. */
const tagsOf = (value: unknown): string[] =>
  words(value, /[,;\n]/)
    .map((tag) => withoutUnseen(toText(tag).normalize("NFC")).replace(/\s+/g, " ").trim().toLowerCase())
    .filter((tag) => !isBlank(tag));

function pick(value: unknown, keys: unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, keys));
  if (isNil(value)) return undefined;
  if (!isObject(value)) throw new MappingProblem(`pick takes an object or a list of objects, not ${quote(value)}`);
  return Object.fromEntries(
    keys
      .map(toText)
      .filter((key) => Object.hasOwn(value, key))
      .map((key) => [key, value[key]]),
  );
}
