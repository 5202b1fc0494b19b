import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import type { Account } from "#storage/account-store.ts";
import type { Sealer } from "#vault/seal.ts";
import { hashOf } from "./secret-hash.ts";
import type { Guesser } from "./wrong-passwords.ts";

/** For so long a browser is known after somebody signed in there. */
export const knownForSeconds = 365 * 24 * 3600;

interface Parts {
  sealer: Sealer;
  accounts: { get(id: string): Pick<Account, "passwordHash"> | undefined };
  clock: Clock;
}

/**
 * A sealed mark in a browser says which account signed in there. It signs nobody in: it keeps others' wrong passwords from counting there. It
 * ends after a year, and with a new password: whoever knew the old one is a stranger again.
 */
export class KnownBrowsers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** For a browser in which somebody has just signed in. `id`: of the mark that is there, so that a browser keeps its count. */
  mark(accountId: string, id: string = newToken(16)): Promise<string> {
    const { sealer, clock } = this.#parts;
    return sealer.seal(seal, { id, accountId, at: String(clock.now()), password: this.#passwordMark(accountId) });
  }

  /** Whose a mark is; undefined for one that this Millrace has not made, or that has ended. */
  async read(mark: string | undefined): Promise<Guesser["browser"]> {
    if (mark === undefined) return undefined;
    const { sealer, accounts, clock } = this.#parts;
    const { id, accountId, at, password } = await sealer.open(seal, mark).catch(() => ({}) as Record<string, string>);
    if (id === undefined || accountId === undefined || !accounts.get(accountId)) return undefined;
    const isOver = !(clock.now() < Number(at) + knownForSeconds * 1000) || password !== this.#passwordMark(accountId);
    return isOver ? undefined : { id, accountId };
  }

  #passwordMark = (accountId: string): string => hashOf(this.#parts.accounts.get(accountId)?.passwordHash ?? "").slice(0, 16);
}

/** What a mark is sealed for, so that no other sealed text passes for one. */
const seal = "known browser";
