import { createHash } from "node:crypto";
import { toMillraceError } from "#kernel/errors.ts";

/** When a poll is due. Each trigger has its own place in the interval, so that thousands of equal intervals do not fall together. */

/** A stable place within `spanMs` for an id. */
export function offsetOf(id: string, spanMs: number): number {
  return createHash("sha256").update(id).digest().readUIntBE(0, 6) % Math.max(1, spanMs);
}

/** The first time after `after` on the trigger's grid. A late poll does not move the grid; one that outlasts its interval skips a place. */
export function nextOnGrid(id: string, everyMs: number, after: number): number {
  const offset = offsetOf(id, everyMs);
  return (Math.floor((after - offset) / everyMs) + 1) * everyMs + offset;
}

const firstRetryMs = 15_000;
const longestHealMs = 5 * 60_000;
const longestRestMs = 60 * 60_000;

/**
 * When to look again after a failure. What heals by itself (network, quota) is tried again within the interval, first after
 * 15 s, then later and later; at the time the other side named where it did. What a person must mend rests longer and longer,
 * up to an hour (or the interval, where that is longer): asking again changes nothing, but the day it is mended the poll comes back unasked.
 */
export function retryAfterFailure({
  id,
  everyMs,
  now,
  failures,
  error,
}: {
  id: string;
  everyMs: number;
  now: number;
  failures: number;
  error: unknown;
}): number {
  const { row, details } = toMillraceError(error);
  const apart = offsetOf(id, 5_000); // those that failed together do not come back together
  if (typeof details.retryAt === "number") return Math.max(now + 1_000, Math.min(details.retryAt, now + 86_400_000)) + apart;
  const doubled = 2 ** Math.min(failures - 1, 20);
  if (!row.retry) return nextOnGrid(id, everyMs, now + Math.min(everyMs * (doubled - 1), Math.max(0, longestRestMs - everyMs)));
  return now + Math.min(firstRetryMs * doubled, Math.max(everyMs, longestHealMs)) + apart;
}
