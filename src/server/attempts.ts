import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";

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
      const place = networkOf(address);
      const wrong = (counts.get(place) ?? 0) + 1;
      counts.set(place, wrong);
      if (counts.size > mostAddresses) counts.delete(counts.keys().next().value!); // the oldest; memory stays bounded
      if (wrong <= limit) return;
      if (!reported) onLimit(address);
      reported = true;
      throw new MillraceError("TOO_MANY_WRONG_KEYS", { details: { seconds: Math.ceil((endsAt - now) / 1000) } });
    },
  };
}

/** Whoever has one IPv6 address has 2^64 of them, so they are counted by their network. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::", 2);
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
