import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { senderOf } from "../http/rate-limit.ts";

/** Limits failed sign-ins from one address. */
export interface AttemptLimit {
  /**
   * Counts one failed attempt. Throws TOO_MANY_WRONG_KEYS beyond the limit; a right key is never counted and always works. `sender`: who is counted,
   * where that is not the address.
   */
  count(address: string, sender?: string): void;
  /** Throws TOO_MANY_WRONG_KEYS while an address is beyond the limit: where guessing is possible, even the right answer has to wait. */
  check(address: string, sender?: string): void;
}

export interface AttemptLimitOptions {
  clock: Clock;
  limit?: number;
  windowMs?: number;
  /** Called once in a window, with the first address that goes beyond the limit. */
  onLimit?: (address: string) => void;
}

const mostAddresses = 10_000;

/** Limits failed attempts per address in a fixed time window. In memory, and bounded. */
export function createAttemptLimit({ clock, limit = 10, windowMs = 60_000, onLimit = () => {} }: AttemptLimitOptions): AttemptLimit {
  let counts = new Map<string, number>();
  let endsAt = 0;
  let reported = false;
  const startWindow = () => {
    const now = clock.now();
    if (now < endsAt) return;
    endsAt = now + windowMs;
    reported = false;
    counts = new Map();
  };
  const tooMany = () => new MillraceError("TOO_MANY_WRONG_KEYS", { details: { seconds: Math.ceil((endsAt - clock.now()) / 1000) } });
  return {
    check(address, sender = senderOf(address)) {
      startWindow();
      if ((counts.get(sender) ?? 0) > limit) throw tooMany();
    },
    count(address, sender = senderOf(address)) {
      startWindow();
      const wrong = (counts.get(sender) ?? 0) + 1;
      counts.set(sender, wrong);
      if (counts.size > mostAddresses) counts.delete(counts.keys().next().value!); // the oldest; memory stays bounded
      if (wrong <= limit) return;
      if (!reported) onLimit(address);
      reported = true;
      throw tooMany();
    },
  };
}
