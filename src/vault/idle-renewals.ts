import { loginKinds } from "#catalog/logins/kinds.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Connection, VaultStore } from "./types.ts";

interface Parts {
  store: Pick<VaultStore, "ending">;
  authorizer: Pick<Authorizer, "renewAhead" | "resumeRenewals">;
  /** Whether other processes use the same store: then what they leave unfinished is looked for all the time, else once. */
  shared: boolean;
  clock: Clock;
  /** What wakes it: a clock that a test moves by a day at once would cut off each call that is under way. */
  alarm: Clock;
  log: Log;
}

/** How often idle logins are looked at. */
const everyMs = 900_000;
/** Interrupted renewals are looked for this often: what the vendor gave for a spent token can be had for half a minute. */
const interruptedEveryMs = 4_000;
/** An idle login is renewed so long before it ends, each at its own time, so that not all are renewed at once. */
const leastAheadMs = 2_400_000;
const mostAheadMs = 3_600_000;

/**
 * Keeps logins alive that nobody uses just now: a refresh token that is not used for long ends as well, and a login that was taken back
 * is noticed before it is needed. Goes on with renewals that a crash interrupted.
 */
export class IdleRenewals {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Until the signal aborts. */
  start(signal: AbortSignal): void {
    const { shared, authorizer } = this.#parts;
    const resume = () => authorizer.resumeRenewals();
    void (shared ? this.#repeat(interruptedEveryMs, signal, resume) : this.#try(resume));
    void this.#repeat(everyMs, signal, () => this.renewDue(signal));
  }

  /** One pass over all logins, one after the other. */
  async renewDue(signal?: AbortSignal): Promise<void> {
    const { store, clock } = this.#parts;
    for (const connection of await store.ending(clock.now() + mostAheadMs)) {
      if (signal?.aborted) return;
      if (loginKinds[connection.auth].renewal) await this.#renew(connection);
    }
  }

  async #renew(connection: Connection): Promise<void> {
    const { authorizer, log } = this.#parts;
    await authorizer.renewAhead(connection, aheadOf(connection.id)).catch((error: unknown) => {
      log.warn({ connection: connection.name, err: toMillraceError(error) }, "Could not renew an unused login; will retry");
    });
  }

  async #repeat(ms: number, signal: AbortSignal, pass: () => Promise<void>): Promise<void> {
    for (; !signal.aborted; await sleep(this.#parts.alarm, ms, signal)) await this.#try(pass);
  }

  #try(pass: () => Promise<void>): Promise<void> {
    return pass().catch((err: unknown) => this.#parts.log.warn({ err }, "Could not check logins"));
  }
}

/** Always the same for a connection. */
function aheadOf(id: string): number {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) % 1000;
  return leastAheadMs + ((mostAheadMs - leastAheadMs) * sum) / 1000;
}
