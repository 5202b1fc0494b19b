import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Call } from "#catalog/types.ts";
import type { Exchange } from "./types.ts";

/** How long the pages of one list wait for the budget, all together. */
const longestListWaitMs = 5 * 60_000;
const shortestQuotaWaitMs = 50;
/** How many of a list's first answers are kept, besides its last: their rows are in the result. */
const keptAnswers = 5;

/** A list of many pages may use up the budget. It then waits for the next slot: if it started over, it would use it up again. */
export function patient(call: Call, clock: Clock, signal: AbortSignal | undefined): Call {
  let begun = false;
  let waitedMs = 0;
  return async (id, input, next) => {
    for (;;) {
      try {
        const answer = await call(id, input, next);
        begun = true;
        return answer;
      } catch (thrown) {
        const waitMs = begun ? quotaWaitMs(thrown, clock.now()) : null;
        if (waitMs === null || waitedMs + waitMs > longestListWaitMs || signal?.aborted) throw thrown;
        waitedMs += waitMs;
        await sleep(clock, waitMs, signal);
      }
    }
  };
}

/** Until when the budget allows no request, as a time to wait; null for any other failure. */
function quotaWaitMs(thrown: unknown, now: number): number | null {
  if (!(thrown instanceof MillraceError) || thrown.code !== "QUOTA_WAIT") return null;
  const { retryAt } = thrown.details;
  return typeof retryAt === "number" ? Math.max(retryAt - now, shortestQuotaWaitMs) : null;
}

/** Once another page has arrived, the answer before it is no longer kept. */
export function leaveOutAnswer(exchanges: Exchange[]): void {
  const at = exchanges.length - 2;
  if (at < keptAnswers) return;
  const { received: _, ...rest } = exchanges[at]!;
  exchanges[at] = { ...rest, note: rest.note ?? "One of many pages: its rows are in the result." };
}
