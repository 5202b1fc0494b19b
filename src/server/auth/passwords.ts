import { hash, verify, type Options } from "@node-rs/argon2";
import { MillraceError, badInput } from "#kernel/errors.ts";
import { isLongEnough, shortestPassword } from "#kernel/password-rule.ts";

/** Passwords as they are kept: Argon2id, each with a salt of its own. */
export interface Passwords {
  /** Throws BAD_INPUT for a password that is too short or easy to guess. */
  hash(password: string, about: { email: string; name: string }): Promise<string>;
  /** Takes equally long whether or not there is a password to compare. Throws TOO_MANY_REQUESTS when too many comparisons are waiting. */
  isRight(password: string, kept: string | null): Promise<boolean>;
}

/** In characters. */
const longestPassword = 200;

/** A comparison takes 25 ms of CPU and 19 MiB of memory, so only a few run at a time. */
const maxConcurrent = 2;
const maxQueued = 30;

/** `cost`: what one comparison takes; what the library advises when absent. */
export function createPasswords(cost: Pick<Options, "memoryCost" | "timeCost"> = {}): Passwords {
  const limited = createConcurrencyLimit();
  /** Compared when there is no password, so that the response time does not reveal which addresses have accounts. */
  let dummyHash: Promise<string> | undefined;
  return {
    hash(password, about) {
      checkPassword(password, about);
      return limited(() => hash(password, cost));
    },
    isRight: (password, kept) =>
      limited(async () => {
        const against = kept ?? (await (dummyHash ??= hash("nobody has this password", cost)));
        const same = password.length <= longestPassword && (await verify(against, password).catch(() => false));
        return same && kept !== null;
      }),
  };
}

/** Pure. Length is what makes a password strong; the rest refuses those that are tried first. */
export function checkPassword(password: string, { email, name }: { email: string; name: string }): void {
  const plain = password.toLowerCase();
  const own = [email, email.split("@")[0]!, name].map((text) => text.trim().toLowerCase()).filter((text) => text.length >= 4);
  if (!isLongEnough(password)) throw refused(`needs at least ${shortestPassword} characters`);
  if (password.length > longestPassword) throw refused(`can have at most ${longestPassword} characters`);
  if (new Set(plain).size < 4) throw refused("repeats a few characters. Use several words instead");
  if (own.some((text) => plain === text || plain.replace(/[\d\W_]+$/, "") === text))
    throw refused("is your name or e-mail address, which is easy to guess. Use several words instead");
  if (
    /^(?:password|passwort|millrace|highlevel|gohighlevel|qwerty|qwertz|letmein|welcome|changeme|admin)[\d\W_]*$/.test(plain) ||
    isSequence(plain)
  )
    throw refused("is too common. Use several words instead");
}

/** 1234567890, abcdefghij: each character is the next one. */
const isSequence = (text: string) =>
  [...text].every((char, i, all) => i === 0 || [1, -9].includes(char.charCodeAt(0) - all[i - 1]!.charCodeAt(0)));

const refused = (problem: string) => badInput("password", problem);

/** Runs a few at a time, queues some, and rejects the rest. */
function createConcurrencyLimit() {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= maxConcurrent) {
      if (waiting.length >= maxQueued) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 2 } });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
