import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { hashOf } from "./secret-hash.ts";

/** The tokens of one-time links. Whoever reads the terminal or the key file has one; a request that merely comes from nearby has none. */
export interface SignInLinks {
  /** A new token of 256 bits. It is kept as a hash, in memory only. */
  make(): { token: string; expiresAt: number };
  /** Whether a token still signs in. */
  isOpen(token: string): boolean;
  /** Uses a token up; false for one that is unknown, used or too old. */
  redeem(token: string): boolean;
  /** Ends all of them. */
  endAll(): void;
}

/** How long a link can be used. */
export const linkMinutes = 15;
const mostOpen = 20;

export function createSignInLinks(clock: Clock): SignInLinks {
  const open = new Map<string, number>();
  const isOpen = (token: string) => (open.get(hashOf(token)) ?? 0) > clock.now();
  return {
    make() {
      for (const [hash, expiresAt] of open) if (expiresAt <= clock.now() || open.size >= mostOpen) open.delete(hash);
      const token = newToken(32);
      const expiresAt = clock.now() + linkMinutes * 60_000;
      open.set(hashOf(token), expiresAt);
      return { token, expiresAt };
    },
    isOpen,
    redeem: (token) => isOpen(token) && open.delete(hashOf(token)),
    endAll: () => open.clear(),
  };
}
