import { MillraceError } from "#kernel/errors.ts";
import { contentHash } from "#kernel/digest.ts";
import { getPath, isObject, type Json } from "#kernel/json.ts";
import { whyNoList } from "./no-list.ts";
import type { KeyedRows, Operation } from "./types.ts";

/**
 * The record or list in an answer. A list that is not where it should be is an error rather than an empty one:
 * a poll would take it for "everything was deleted". `app` is what the error calls the other side.
 */
export function unwrap(operation: Operation, body: unknown, app = operation.app): unknown {
  const paths = [operation.result, ...(operation.resultOr ?? [])];
  const values = paths.map((path) => getPath(body, path)).filter((value) => value !== undefined);
  if (!operation.list) return values.length > 0 ? values[0] : (body ?? null);
  const rows = operation.keyed ? keyedRows(operation.keyed, values[0]) : values.find(Array.isArray);
  if (rows) return rows;
  if (operation.anyList && paths[0] !== "" && values[0] === null) return []; // how many programs write an empty list
  if (operation.lone && isObject(values.at(-1)) && identityIn(operation, values.at(-1))) return [values.at(-1)];
  throw new MillraceError("OUTBOUND_FAILED", {
    details: {
      app,
      operation: operation.title,
      status: 200,
      message: `the answer has no list${operation.result === "" ? "" : ` at '${operation.result}'`}: ${whyNoList(body, operation.result)}`,
      outcome: "refused",
    },
  });
}

function keyedRows({ pattern, key, list, item }: KeyedRows, body: unknown): unknown[] | undefined {
  if (!isObject(body)) return undefined;
  const isKey = new RegExp(pattern);
  return Object.entries(body)
    .filter(([name]) => isKey.test(name))
    .flatMap(([name, value]) => {
      const items = getPath(value, list);
      return Array.isArray(items) ? items.map((one: unknown) => ({ [key]: name, [item]: one })) : [];
    });
}

const identityIn = ({ identity }: Operation, row: unknown): boolean => identity !== undefined && getPath(row, identity) !== undefined;

/** The id of a row, as text; the hash of its content where nothing tells rows apart. */
export const identityOf = (operation: Operation, row: unknown): string => idOf(operation, row) ?? versionOf(operation, row);

/** The id of a row, as text; undefined where it has none. */
export function idOf({ identity = "id", identityOr = [] }: Operation, row: unknown): string | undefined {
  const paths = [identity, "id", "_id", ...identityOr];
  const match = paths.map((path) => getPath(row, path)).find((id) => (typeof id === "string" && id !== "") || typeof id === "number");
  return match === undefined ? undefined : String(match);
}

/** Without the rows that are there only to say that they were deleted. */
export function withoutGone<Rows>({ gone }: Operation, rows: Rows): Rows {
  if (!gone || !Array.isArray(rows)) return rows;
  return rows.filter((row) => !gone.values.includes(getPath(row, gone.row) as Json)) as Rows;
}

/** Changes when the row does: a hash of its content without the keys that move by themselves. */
export function versionOf(operation: Operation, row: unknown): string {
  if (!isObject(row)) return contentHash(row);
  const still = { ...row };
  for (const key of [...alwaysVolatile, ...(operation.volatile ?? [])]) delete still[key];
  return contentHash(still);
}

const alwaysVolatile = ["traceId"];
