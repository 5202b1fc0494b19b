import { parseJson as parseExactly } from "#kernel/exact-json.ts";
import { deeperThan, isObject } from "#kernel/json.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, quote, toText } from "../text.ts";
import type { Filters } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

export const valueFilters: Filters = {
  default: (value, other, option) => (isEmpty(value, option) ? other : value),
  if_blank: (value, other) => (hasNothing(value) ? other : value),
  fallback: (value, ...others) => [value, ...others].find((each) => !hasNothing(each)),
  to_boolean: (value) => (isBlank(value) ? undefined : toBoolean(value)),
  to_text: (value) => (isNil(value) ? undefined : bounded(toText(value))),
  map_value: mapValue,
  json: (value, indent) => bounded(JSON.stringify(value ?? null, null, Math.min(8, numberArgument(indent, "json", 0)))),
  parse_json: (value) => (isBlank(value) ? undefined : parseJson(value)),
};

/** Liquid's own rule: missing, `false`, an empty text or an empty list; `allow_false: true` keeps `false`. */
function isEmpty(value: unknown, option: unknown): boolean {
  if (value === false) return !(Array.isArray(option) && option[0] === "allow_false" && option[1]);
  return isNil(value) || ((typeof value === "string" || Array.isArray(value)) && value.length === 0);
}

const hasNothing = (value: unknown): boolean =>
  isBlank(value) || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

function toBoolean(value: unknown): boolean {
  const meant = yesOrNo(toText(value));
  if (meant !== undefined) return meant;
  throw new MappingProblem(`${quote(value)} is neither yes nor no`);
}

/** `a=1;b=2` looks up without minding case; what is in no row becomes `other`, and a problem where none is given. */
function mapValue(value: unknown, table: unknown, other: unknown): unknown {
  const rows = textArgument(table, "the table of map_value")
    .split(";")
    .filter((row) => row.trim() !== "")
    .map(tableRow);
  const wanted = toText(value).trim().toLowerCase();
  const found = rows.find((row) => row.from.toLowerCase() === wanted);
  if (found) return found.to;
  if (other !== undefined || isBlank(value)) return other;
  throw new MappingProblem(
    `${quote(value)} is not in the table (${rows.map((row) => row.from).join(", ")}); add it, or say what to use for all others`,
  );
}

function tableRow(row: string): { from: string; to: string } {
  const at = row.indexOf("=");
  if (at < 0) throw new MappingProblem(`map_value takes a table like 'a=1;b=2'; ${quote(row)} has no '='`);
  return { from: row.slice(0, at).trim(), to: row.slice(at + 1).trim() };
}

const longestJson = 256 * 1024;
const deepestJson = 32;

function parseJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value.length > longestJson) throw new MappingProblem("parse_json takes at most 256 KiB");
  const parsed = read(value);
  if (deeperThan(parsed, deepestJson)) throw new MappingProblem(`parse_json takes at most ${deepestJson} levels`);
  return parsed;
}

function read(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    throw new MappingProblem(`${quote(text)} is not JSON`);
  }
}
