import { MillraceError } from "#kernel/errors.ts";
import { contentHash, getPath, isObject } from "#kernel/json.ts";
import type { Operation } from "./types.ts";

/**
 * The record or list in an answer. A list that is not where it should be is an error rather than an empty one:
 * a poll would take it for "everything was deleted".
 */
export function unwrap(operation: Operation, body: unknown): unknown {
  const found = getPath(body, operation.result);
  if (!operation.list) return found === undefined ? (body ?? null) : found;
  if (Array.isArray(found)) return found;
  throw new MillraceError("OUTBOUND_FAILED", {
    details: {
      app: operation.app,
      operation: operation.title,
      status: 200,
      message: `the answer has no list at '${operation.result}'`,
      outcome: "refused",
    },
  });
}

/** The id of a row, as text; the hash of its content where rows have none. */
export function identityOf(operation: Operation, row: unknown): string {
  const id = operation.identity ? getPath(row, operation.identity) : undefined;
  const found = id ?? (isObject(row) ? (row["id"] ?? row["_id"]) : undefined);
  return typeof found === "string" || typeof found === "number" ? String(found) : versionOf(operation, row);
}

/** Changes when the row does: a hash of its content without the keys that move by themselves. */
export function versionOf(operation: Operation, row: unknown): string {
  if (!isObject(row)) return contentHash(row);
  const still = { ...row };
  for (const key of [...alwaysVolatile, ...(operation.volatile ?? [])]) delete still[key];
  return contentHash(still);
}

const alwaysVolatile = ["traceId"];
