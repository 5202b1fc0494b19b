import { isIP } from "node:net";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";

/** How often something may happen: so many at once, and so many a second in the long run. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** Counts each caller separately. */
export interface RateLimiter {
  /** Counts one call. Returns 0 when it is within the rate, else the milliseconds until it would be. */
  take(caller: string): number;
}

/** Callers remembered at a time. Beyond that, those not seen for longest start with a full bucket again. */
const mostCallers = 20_000;

/**
 * A token bucket for each caller, in bounded memory: all that is kept is the time at which the bucket is full again. A rate of 0 a second
 * limits nothing.
 */
export function createRateLimiter({ perSecond, burst }: Rate, { clock, most = mostCallers }: { clock: Clock; most?: number }): RateLimiter {
  if (perSecond === 0) return { take: () => 0 };
  const eachMs = 1000 / perSecond;
  // Two generations: dropping the older one at once costs nothing per call, and frequent callers are never only in it.
  let recent = new Map<string, number>();
  let older = new Map<string, number>();

  const remember = (caller: string, fullAt: number): void => {
    if (recent.size >= most / 2 && !recent.has(caller)) {
      older = recent;
      recent = new Map();
    }
    recent.set(caller, fullAt);
  };
  return {
    take(caller) {
      const now = clock.now();
      const fullBefore = recent.get(caller) ?? older.get(caller) ?? now;
      const fullAt = Math.min(Math.max(fullBefore, now), now + burst * eachMs); // also after a clock was set back
      const waitMs = Math.max(0, Math.ceil(fullAt - now - (burst - 1) * eachMs));
      remember(caller, waitMs === 0 ? fullAt + eachMs : fullAt);
      return waitMs;
    },
  };
}

/** Throws TOO_MANY_REQUESTS, with the seconds to wait, for a caller beyond its rate. */
export function checkRate(limiter: RateLimiter, caller: string): void {
  const waitMs = limiter.take(caller);
  if (waitMs > 0) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: Math.ceil(waitMs / 1000) } });
}

/** What a sender is counted by: its address, or for IPv6 its network, since one sender there has 2^64 addresses. */
export function senderOf(remoteAddress: string): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ""); // IPv4 on a socket that listens for both
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]!}]`).hostname.slice(1, -1).split("::");
  const groups = head === "" ? [] : head.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array<string>(zeros).fill("0"), ...(tail ? tail.split(":") : [])].slice(0, 4).join(":");
}
