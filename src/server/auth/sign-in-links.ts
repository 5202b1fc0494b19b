import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { hashOf } from "./secret-hash.ts";

/** The tokens of one-time links. Whoever reads the terminal or the key file has one; a request that merely comes from nearby has none. */
export interface SignInLinks {
  /** A new token of 256 bits for a workspace. It is kept as a hash, in memory only. `canResetOwner`: whether it may set an owner's password. */
  make(workspaceId: string, canResetOwner?: boolean): { token: string; expiresAt: number };
  /** Whether a token still signs in. */
  isOpen(token: string): boolean;
  /** The workspace of an open token, which stays open; null for one that is unknown, used or too old. */
  workspaceOf(token: string): string | null;
  /** Uses a token up; null for one that is unknown, used or too old. */
  redeem(token: string): SignInLink | null;
  /** Makes a redeemed link usable again because the work failed. */
  putBack(link: SignInLink): void;
  /** Ends all of a workspace. */
  endAll(workspaceId: string): void;
}

/** How long a link can be used. */
export const linkMinutes = 15;
/** Of one workspace. */
const mostOpen = 20;

/** An unused link. */
export interface SignInLink {
  hash: string;
  workspaceId: string;
  expiresAt: number;
  /** Whether it may set an owner's password. Only links made on the machine may. */
  canResetOwner: boolean;
}

/** One-time links, in memory: a restart ends them. */
export function createSignInLinks(clock: Clock): SignInLinks {
  let links: SignInLink[] = [];
  const find = (token: string) => {
    const hash = hashOf(token);
    return links.find((link) => link.hash === hash && link.expiresAt > clock.now());
  };
  const own = (workspaceId: string) => links.filter((link) => link.workspaceId === workspaceId);
  return {
    make(workspaceId, canResetOwner = false) {
      links = links.filter(({ expiresAt }) => expiresAt > clock.now());
      const oldest = own(workspaceId).slice(0, -(mostOpen - 1));
      const token = newToken(32);
      const expiresAt = clock.now() + linkMinutes * 60_000;
      links = [...links.filter((link) => !oldest.includes(link)), { hash: hashOf(token), workspaceId, expiresAt, canResetOwner }];
      return { token, expiresAt };
    },
    isOpen: (token) => find(token) !== undefined,
    workspaceOf: (token) => find(token)?.workspaceId ?? null,
    redeem(token) {
      const used = find(token);
      links = links.filter((link) => link !== used);
      return used ?? null;
    },
    putBack: (link) => void (links = [...links, link]),
    endAll: (workspaceId) => void (links = links.filter((link) => link.workspaceId !== workspaceId)),
  };
}
