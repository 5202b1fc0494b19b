import { getPath, isObject } from "#kernel/json.ts";
import { textOf } from "./text.ts";
import type { Operation } from "./types.ts";

type Input = Record<string, unknown>;

/** The input of a declared read (`confirm`, `before`) from a write's input: `input.<path>` is looked up, anything else is a constant. */
export function readInput(declared: Record<string, string>, input: Input): Input {
  const entries = Object.entries(declared).map(([name, source]) => [name, valueAt(source, input)] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value)));
}

/** The look-up that tells whether a write took effect, or null when this input gives it nothing to look for. */
export function confirmInput({ confirm }: Operation, input: Input): Input | null {
  if (!confirm) return null;
  const { needs } = confirm;
  if (needs && needs.every((name) => isEmpty(getPath(input, name)))) return null;
  return readInput(confirm.input, input);
}

/** The row that an earlier attempt of this write made, among the rows the look-up gave; undefined when it made none. */
export function confirmedRow({ confirm }: Operation, input: Input, output: unknown, since: number): unknown {
  if (!confirm) return undefined;
  const rows = Array.isArray(output) ? output : [output];
  return rows.find((row) => isObject(row) && isRecent(row, confirm.since, since) && matches(row, confirm.match, input));
}

/** Clocks differ a little between here and there. */
const clockSkewMs = 60_000;

function isRecent(row: unknown, path: string | undefined, since: number): boolean {
  if (!path) return true;
  const value = getPath(row, path);
  const made = typeof value === "number" ? value : Date.parse(String(value));
  return Number.isNaN(made) || made >= since - clockSkewMs;
}

function matches(row: unknown, match: Record<string, string>, input: Input): boolean {
  return Object.entries(match).every(([path, source]) => {
    const wanted = valueAt(source, input);
    return isEmpty(wanted) || same(getPath(row, path), wanted);
  });
}

const valueAt = (source: string, input: Input): unknown => (source.startsWith("input.") ? getPath(input, source.slice(6)) : source);
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

function same(a: unknown, b: unknown): boolean {
  const [left, right] = [plain(a), plain(b)];
  return left === right || (isTime(left) && isTime(right) && Date.parse(left) === Date.parse(right));
}
const plain = (value: unknown): string => textOf(value).trim().toLowerCase();
const isTime = (text: string): boolean => /^\d{4}-\d{2}-\d{2}t/.test(text) && !Number.isNaN(Date.parse(text));
