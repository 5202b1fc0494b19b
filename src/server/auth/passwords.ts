import { hash, verify, type Options } from "@node-rs/argon2";
import { MillraceError, badInput } from "#kernel/errors.ts";
import { isLongEnough, shortestPassword } from "#kernel/password-rule.ts";

/** Passwords as they are kept: Argon2id, each with a salt of its own. */
export interface Passwords {
  /** Throws BAD_INPUT for one that is too short, or that everybody guesses first. */
  hash(password: string, about: { email: string; name: string }): Promise<string>;
  /** Takes as long for somebody without a password as for a wrong one. Throws TOO_MANY_REQUESTS while too many are being compared. */
  isRight(password: string, kept: string | null): Promise<boolean>;
}

/** In characters. */
const longestPassword = 200;

/** Each comparison takes 25 ms of processor time and 19 MiB, so that a flood of them must not take all there is. */
const atOnce = 2;
const mostWaiting = 30;

/** `cost`: what one comparison takes; what the library advises when absent. */
export function createPasswords(cost: Pick<Options, "memoryCost" | "timeCost"> = {}): Passwords {
  const gate = createGate();
  /** Nobody's: compared where there is no other, so that the time taken does not tell who has an account. */
  let nobodys: Promise<string> | undefined;
  return {
    hash(password, about) {
      checkPassword(password, about);
      return gate(() => hash(password, cost));
    },
    isRight: (password, kept) =>
      gate(async () => {
        const against = kept ?? (await (nobodys ??= hash("nobody has this password", cost)));
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
  if (new Set(plain).size < 4) throw refused("repeats a few characters; use several words instead");
  if (own.some((text) => plain === text || plain.replace(/[\d\W_]+$/, "") === text))
    throw refused("is your name or address, which is guessed first; use several words instead");
  if (
    /^(?:password|passwort|millrace|highlevel|gohighlevel|qwerty|qwertz|letmein|welcome|changeme|admin)[\d\W_]*$/.test(plain) ||
    isRow(plain)
  )
    throw refused("is one of those that are guessed first; use several words instead");
}

/** 1234567890, abcdefghij: each character is the next one. */
const isRow = (text: string) =>
  [...text].every((char, i, all) => i === 0 || [1, -9].includes(char.charCodeAt(0) - all[i - 1]!.charCodeAt(0)));

const refused = (problem: string) => badInput("password", problem);

/** Does so many at once; the others wait, and too many are turned away. */
function createGate() {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= atOnce) {
      if (waiting.length >= mostWaiting) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 2 } });
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
