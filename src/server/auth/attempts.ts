import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { senderOf } from "../http/rate-limit.ts";

export interface WrongKeys {
  /** Counts one wrong key. Throws TOO_MANY_WRONG_KEYS beyond the limit; a right key is never counted and always gets in. */
  count(address: string): void;
}

export interface WrongKeyOptions {
  clock: Clock;
  limit?: number;
  windowMs?: number;
  /** Called once in a window, with the first address that goes beyond the limit. */
  onLimit?: (address: string) => void;
}

const mostAddresses = 10_000;

/** Allows so many wrong keys from each address in a window. */
export function createWrongKeys({ clock, limit = 10, windowMs = 60_000, onLimit = () => {} }: WrongKeyOptions): WrongKeys {
  let counts = new Map<string, number>();
  let endsAt = 0;
  let reported = false;
  return {
    count(address) {
      const now = clock.now();
      if (now >= endsAt) {
        endsAt = now + windowMs;
        reported = false;
        counts = new Map();
      }
      const sender = senderOf(address);
      const wrong = (counts.get(sender) ?? 0) + 1;
      counts.set(sender, wrong);
      if (counts.size > mostAddresses) counts.delete(counts.keys().next().value!); // the oldest; memory stays bounded
      if (wrong <= limit) return;
      if (!reported) onLimit(address);
      reported = true;
      throw new MillraceError("TOO_MANY_WRONG_KEYS", { details: { seconds: Math.ceil((endsAt - now) / 1000) } });
    },
  };
}
