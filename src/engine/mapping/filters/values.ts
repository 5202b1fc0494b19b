import { isObject, readJson, type ReadJson } from "#kernel/json.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, quote, toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

const json: Filter = (value, indent) => bounded(JSON.stringify(value ?? null, null, Math.min(8, numberArgument(indent, "json", 0))));

export const valueFilters: Filters = {
  default: (value, ...options) => (isEmpty(value, options) ? options.find((option) => !isAllowFalse(option)) : value),
  if_blank: (value, other) => (hasNothing(value) ? other : value),
  fallback: (value, ...others) => [value, ...others].find((each) => !hasNothing(each)),
  to_boolean: toBoolean,
  to_text: (value) => bounded(toText(value)),
  map_value: mapValue,
  json,
  jsonify: json,
  inspect: json,
  parse_json: parseJson,
};

/** Liquid's own rule: missing, `false`, an empty text, list or object; `allow_false: true` keeps `false`. */
function isEmpty(value: unknown, options: unknown[]): boolean {
  if (value === false) return !options.some((option) => isAllowFalse(option) && option[1]);
  if (typeof value === "string" || Array.isArray(value)) return value.length === 0;
  return isNil(value) || (isObject(value) && Object.keys(value).length === 0);
}

const isAllowFalse = (option: unknown): option is [string, unknown] => Array.isArray(option) && option[0] === "allow_false";

const hasNothing = (value: unknown): boolean => isBlank(value) || (isObject(value) && Object.keys(value).length === 0);

function toBoolean(value: unknown): boolean {
  const answer = yesOrNo(toText(value));
  if (answer !== undefined) return answer;
  throw new MappingProblem(`${quote(value)} is neither yes nor no`);
}

/** `a=1;b=2` looks up without minding case; what is in no row becomes `other`, and a problem where none is named. `=0` is a row for nothing. */
function mapValue(value: unknown, table: unknown, other: unknown): unknown {
  const rows = textArgument(table, "the table of map_value")
    .split(";")
    .filter((row) => row.trim() !== "")
    .map(tableRow);
  const key = isBlank(value) ? "" : toText(value).trim().toLowerCase();
  const row = rows.find(({ from }) => from.toLowerCase() === key);
  if (row) return row.to;
  if (key === "") return undefined;
  if (other !== undefined) return other;
  throw new MappingProblem(
    `${quote(value)} is not in the table (${rows.map(({ from }) => from).join(", ")}); add it, or set a value for all others`,
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
  const read = readText(value);
  if (read === null) throw new MappingProblem(`parse_json takes at most ${deepestJson} levels`);
  return read.value;
}

/** As what comes in from elsewhere is read: no number loses its digits. */
function readText(text: string): ReadJson | null {
  try {
    return readJson(text, deepestJson);
  } catch {
    throw new MappingProblem(`${quote(text)} is not JSON`);
  }
}
