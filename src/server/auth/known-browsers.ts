import { newToken } from "#kernel/ids.ts";
import type { Sealer } from "#vault/seal.ts";
import type { Guesser } from "./wrong-passwords.ts";

/** For so long a browser is known after somebody signed in there. */
export const knownForSeconds = 365 * 24 * 3600;

/** A sealed mark in a browser says which account signed in there. It signs nobody in: it keeps others' wrong passwords from counting there. */
export class KnownBrowsers {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  mark = (accountId: string): Promise<string> => this.#sealer.seal(seal, { id: newToken(16), accountId });

  /** Whose a mark is; undefined for one that this Millrace has not made. */
  async read(mark: string | undefined): Promise<Guesser["browser"]> {
    if (mark === undefined) return undefined;
    const { id, accountId } = await this.#sealer.open(seal, mark).catch(() => ({}) as Record<string, string>);
    return id !== undefined && accountId !== undefined ? { id, accountId } : undefined;
  }
}

/** What a mark is sealed for, so that no other sealed text passes for one. */
const seal = "known browser";
