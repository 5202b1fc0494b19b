import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";

/** Allows so many attempts of each caller in a window, and says when the next may be made. */
export interface Attempts {
  /** Counts one. Throws TOO_MANY_REQUESTS beyond the limit. */
  count(caller: string): void;
}

const mostCallers = 10_000;

export function createAttempts({ clock, limit = 10, windowMs = 60_000 }: { clock: Clock; limit?: number; windowMs?: number }): Attempts {
  let callers = new Map<string, number>();
  let endsAt = 0;
  return {
    count(caller) {
      const now = clock.now();
      if (now >= endsAt || callers.size >= mostCallers) {
        callers = new Map();
        endsAt = now + windowMs;
      }
      const made = (callers.get(caller) ?? 0) + 1;
      callers.set(caller, made);
      if (made > limit) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: Math.ceil((endsAt - now) / 1000) } });
    },
  };
}
