import { isObject } from "#kernel/json.ts";
import { getPath } from "#kernel/json.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, quote, toText } from "../text.ts";
import type { Filters } from "../types.ts";
import { textArgument, toList } from "./arguments.ts";

const longestList = 100_000;

export const listFilters: Filters = {
  size: (value) => (typeof value === "string" || Array.isArray(value) ? value.length : 0),
  first: (value) => (typeof value === "string" || Array.isArray(value) ? value[0] : undefined),
  last: (value) => (typeof value === "string" || Array.isArray(value) ? value[value.length - 1] : undefined),
  to_list: toList,
  split: (value, separator) => split(toText(value), toText(separator)),
  split_list: (value, separator) => words(value, isNil(separator) ? /[,;\n]/ : textArgument(separator, "the separator of split_list")),
  join: (value, separator) =>
    bounded(
      toList(value)
        .map(toText)
        .join(isNil(separator) ? " " : toText(separator)),
    ),
  join_list: (value, conjunction) => joinList(toList(value).map(toText), isNil(conjunction) ? "and" : toText(conjunction)),
  concat: (value, other) => limited([...toList(value), ...toList(other)]),
  compact: (value) => toList(value).filter((item) => !isBlank(item)),
  unique: (value, key) => unique(toList(value), (item) => (isNil(key) ? item : getPath(item, toText(key)))),
  tags: (value, ...more) => unique([value, ...more].flatMap(tagsOf), (tag) => tag),
  pick: (value, ...keys) =>
    pick(
      value,
      keys.flatMap((key) => words(key, ",")),
    ),
};

function limited(list: unknown[]): unknown[] {
  if (list.length > longestList) throw new MappingProblem(`the list is longer than ${longestList} items`);
  return list;
}

/** As Liquid and Ruby do it: no empty parts at the end. */
function split(text: string, separator: string): string[] {
  const parts = text.split(separator);
  while (parts.at(-1) === "") parts.pop();
  return parts;
}

/** The parts of a text, trimmed, without the blank ones. A list stays one. */
function words(value: unknown, separator: string | RegExp): unknown[] {
  if (Array.isArray(value)) return value;
  return toText(value)
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
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
    .map((tag) =>
      toText(tag)
        .normalize("NFC")
        .replace(/\p{Cf}/gu, "")
        .replace(/\s+/g, " ")
        .trim()
        .toLowerCase(),
    )
    .filter((tag) => tag !== "");

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
