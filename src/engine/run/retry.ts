import { errorCodes, type MillraceError } from "#kernel/errors.ts";

/** Pure: when a failed attempt is tried again, or why it is not. */
export interface RetryLimits {
  /** Attempts in all. */
  maxAttempts: number;
  /** From the first attempt, ms. */
  maxElapsedMs: number;
}

/** About a day: long enough for an outage over night. */
export const defaultRetryLimits: RetryLimits = { maxAttempts: 200, maxElapsedMs: 24 * 3_600_000 };

const baseMs = 1000;
const capMs = 600_000;

/**
 * Only what can heal is retried: network, 408, 425, 429, 5xx (the error table's `retry`). The wait doubles from a second to ten minutes
 * with full jitter, so that a thousand runs do not come back together; a time the other side named (`retryAt`) is obeyed if it is later.
 */
export function nextAttempt({
  error,
  attempt,
  firstAt,
  now,
  random,
  limits,
}: {
  error: MillraceError;
  /** Attempts made so far, this one included; from 1. */
  attempt: number;
  firstAt: number;
  now: number;
  random: () => number;
  limits?: Partial<RetryLimits>;
}): { retryAt: number } | { rest: "refused" | "exhausted" } {
  if (!errorCodes[error.code].retry) return { rest: "refused" };
  const { maxAttempts, maxElapsedMs } = { ...defaultRetryLimits, ...limits };
  if (attempt >= maxAttempts || now - firstAt >= maxElapsedMs) return { rest: "exhausted" };
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 20));
  const wait = Math.max(100, ceiling * (0.5 + random() / 2));
  const named = typeof error.details.retryAt === "number" ? error.details.retryAt + random() * 1000 : 0;
  return { retryAt: Math.round(Math.max(now + wait, named)) };
}
