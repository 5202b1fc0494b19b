import type { Clock } from "#kernel/clock.ts";
import { emailKey } from "#kernel/email.ts";
import { MillraceError } from "#kernel/errors.ts";
import { senderOf } from "../http/rate-limit.ts";

/** Where a password or code is entered. */
export interface Guesser {
  address: string;
  /** A browser in which somebody has signed in before, and to which account. */
  browser?: { id: string; accountId: string } | undefined;
}

/** Somebody who is in already, or holds a link for a new password: no stranger. */
export const insider: Guesser = { address: "inside" };

/** Wrong passwords and codes for one account from one address or known browser; beyond it even the right one waits. */
const maxAttempts = 20;
/** The same from all unknown browsers together, and from all known ones, so that guessing from many places is slow too. */
const mostTogether = 100;
const attemptWindowMs = 15 * 60_000;
const mostCounted = 10_000;
const mostMails = 3;

/**
 * Counts wrong passwords and codes by account and by where they come from. A stranger who guesses does not lock out the person whom the account
 * belongs to: a browser in which that person signed in before has a count of its own. In memory, and bounded.
 */
export class WrongPasswords {
  readonly #clock: Clock;
  #counts = new Map<string, number>();
  /** The bounds of accounts that exist. There are a few for each account, so none is ever dropped to make room. */
  #ofAccounts = new Map<string, number>();
  #mails = new Map<string, number>();
  #endsAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt. Throws TOO_MANY_WRONG_PASSWORDS beyond the limit. */
  count(email: string, guesser: Guesser, accountId?: string): void {
    this.#startWindow();
    const counters = countersOf(emailKey(email), guesser, accountId);
    if (counters.some(({ key, most, isKept }) => (this.#mapOf(isKept).get(key) ?? 0) >= most))
      throw new MillraceError("TOO_MANY_WRONG_PASSWORDS", { details: { seconds: Math.ceil((this.#endsAt - this.#clock.now()) / 1000) } });
    for (const { key, isKept } of counters) bump(this.#mapOf(isKept), key, isKept ? Infinity : mostCounted);
  }

  /** Takes an attempt back that did not fail. */
  undo(email: string, guesser: Guesser, accountId?: string): void {
    for (const { key, isKept } of countersOf(emailKey(email), guesser, accountId)) {
      const counts = this.#mapOf(isKept);
      const count = (counts.get(key) ?? 0) - 1;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    }
  }

  /** Whether one more mail may go to an address. */
  mayMail(email: string): boolean {
    this.#startWindow();
    return bump(this.#mails, emailKey(email), mostCounted) <= mostMails;
  }

  #mapOf = (isKept: boolean): Map<string, number> => (isKept ? this.#ofAccounts : this.#counts);

  #startWindow(): void {
    const now = this.#clock.now();
    if (now < this.#endsAt) return;
    this.#endsAt = now + attemptWindowMs;
    this.#counts = new Map();
    this.#ofAccounts = new Map();
    this.#mails = new Map();
  }
}

interface Counter {
  key: string;
  most: number;
  isKept: boolean;
}

function countersOf(email: string, guesser: Guesser, accountId: string | undefined): Counter[] {
  const { address, browser } = guesser;
  const isKept = accountId !== undefined;
  if (guesser === insider) return [{ key: `inside ${email}`, most: maxAttempts, isKept }];
  const isOwn = browser !== undefined && browser.accountId === accountId;
  const own = isOwn ? `browser ${browser.id}` : `address ${senderOf(address)} ${email}`;
  return [
    { key: own, most: maxAttempts, isKept: false },
    { key: `${isOwn ? "known" : "strangers"} ${email}`, most: mostTogether, isKept },
  ];
}

/** Adds one. Beyond the most entries the oldest goes. */
function bump(counts: Map<string, number>, key: string, most: number): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  if (counts.size > most) counts.delete(counts.keys().next().value!);
  return count;
}
