import { minuteMs } from "#kernel/durations.ts";
import type { RetryPolicy } from "./oauth/app.ts";

/** What a receiver said: a status, or why there was none. */
export type Answered = number | string;

export const wasTaken = (answer: Answered): boolean => typeof answer === "number" && answer >= 200 && answer < 300;

/**
 * How long to wait before a webhook is sent again; undefined when that was all. Two official texts disagree: only 429 makes it come
 * again, six times, ten minutes apart; or any failure does, twelve times, each wait twice the one before, give or take a quarter.
 * `roll` is between 0 and 1.
 */
export function retryAfterMs(policy: RetryPolicy, answer: Answered, attempts: number, roll: number): number | undefined {
  if (wasTaken(answer)) return undefined;
  if (policy === "throttled") return answer === 429 && attempts <= 6 ? 10 * minuteMs : undefined;
  return attempts <= 12 ? Math.round(0.5 * minuteMs * 2 ** (attempts - 1) * (0.75 + roll / 2)) : undefined;
}
