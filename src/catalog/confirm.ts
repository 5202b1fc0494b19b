import { parseDuration } from "#kernel/durations.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { momentMs, sameMoment } from "./moments.ts";
import { sampleOf } from "./schema-sample.ts";
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
  const { needs, match } = confirm;
  if (needs && needs.every((name) => isEmpty(getPath(input, name)))) return null;
  // Any record would be taken for the one that was written.
  const wanted = Object.values(match);
  if (wanted.length > 0 && wanted.every((source) => isEmpty(valueAt(source, input)))) return null;
  return readInput(confirm.input, input);
}

/** The row that an earlier attempt of this write made, among the rows the look-up gave; undefined when it made none. */
export function confirmedRow({ confirm }: Operation, input: Input, output: unknown, since: number): unknown {
  if (!confirm) return undefined;
  const rows = Array.isArray(output) ? output : [output];
  return rows.find((row) => isObject(row) && isRecent(row, confirm.since, since) && matches(row, confirm.match, input, confirm.begins));
}

/**
 * What a look-up found, in the shape of the write's normal answer. Where the whole answer of the write is its result, its example or schema tells
 * the member that holds the record: `{ invoice: { … } }`.
 */
export function asAnswer(operation: Operation, row: unknown): unknown {
  const member = recordMember(operation);
  return member === undefined ? row : { [member]: row };
}

/** The member of a write's whole answer that holds what makes the record known; undefined where the record is the answer, or nobody knows the answer. */
function recordMember(operation: Operation): string | undefined {
  const { result, confirm } = operation;
  const answer = answerOf(operation);
  if (result !== "" || !confirm || !isObject(answer)) return undefined;
  const matched = Object.keys(confirm.match);
  const paths = matched.length > 0 ? matched : ["id"];
  const isRecord = (value: unknown): boolean => isObject(value) && paths.every((path) => getPath(value, path) !== undefined);
  if (isRecord(answer)) return undefined;
  const [only, ...others] = Object.keys(answer).filter((name) => isRecord(answer[name]));
  return others.length === 0 ? only : undefined;
}

/** What a write answers, as far as its example or its schema tells. */
export const answerOf = ({ example, output }: Pick<Operation, "example" | "output">): unknown =>
  example?.output ?? (output && sampleOf(output));

/** The record a write is about, in what its `before` read gave; null where it is not there. */
export function beforeRow({ before }: Operation, input: Input, output: unknown): Record<string, unknown> | null {
  const rows = Array.isArray(output) ? output : [output];
  const match: unknown = rows.find((row) => isObject(row) && matches(row, before?.match ?? {}, input));
  return isObject(match) ? match : null;
}

/** Clocks differ a little between here and there. */
const clockSkewMs = 60_000;

function isRecent(row: unknown, path: string | undefined, since: number): boolean {
  if (!path) return true;
  const value = getPath(row, path);
  const createdAt = momentMs(value);
  return createdAt === null || createdAt >= since - clockSkewMs;
}

function matches(row: unknown, match: Record<string, string>, input: Input, begins: readonly string[] = []): boolean {
  return Object.entries(match).every(([path, source]) => {
    const wanted = valueAt(source, input);
    const value = getPath(row, path);
    return isEmpty(wanted) || same(value, wanted) || (begins.includes(path) && plain(value).startsWith(plain(wanted)));
  });
}

function valueAt(source: string, input: Input): unknown {
  if (!source.startsWith("input.")) return source;
  const { path, shiftMs } = sourceOf(source);
  const value = getPath(input, path);
  if (shiftMs === 0 || isEmpty(value)) return value;
  const time = momentMs(value);
  return time === null ? value : new Date(time + shiftMs).toISOString();
}

/** `input.startTime+1d`: the field, and by how much its time is moved. */
export function sourceOf(source: string): { path: string; shiftMs: number } {
  const [, path = "", sign, by] = /^input\.([^+-]+)(?:([+-])(\w+))?$/.exec(source) ?? [];
  return { path, shiftMs: by ? parseDuration(by) * (sign === "-" ? -1 : 1) : 0 };
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

function same(a: unknown, b: unknown): boolean {
  const [left, right] = [plain(a), plain(b)];
  return left === right || sameMoment(left, right);
}
const plain = (value: unknown): string => textOf(value).trim().toLowerCase();
