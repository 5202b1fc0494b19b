import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, badInput } from "#kernel/errors.ts";
import type { Account, AccountStore } from "#storage/account-store.ts";
import type { Sealer } from "#vault/seal.ts";
import { hashOf } from "./secret-hash.ts";

/** Codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost. */
export interface SecondFactor {
  /** A new secret, for an authenticator app. It is not kept until a code of it comes back. */
  offer(account: Pick<Account, "email">): { secret: string; uri: string };
  /** Turns it on, if the code is one of the secret; gives the recovery codes, which can be read only now. Throws CODE_WRONG. */
  turnOn(account: Pick<Account, "id">, secret: string, code: string): Promise<string[]>;
  turnOff(account: Pick<Account, "id">, by: string): Promise<void>;
  /** Checks a code of the app or a recovery code, and uses it up. Throws CODE_NEEDED or CODE_WRONG. Passes who has no second factor. */
  check(account: Account, code: string | undefined): Promise<void>;
  /** Seals the secrets of these accounts with the newest key, where an older one did: after that only the newest is needed. */
  reseal(accounts: readonly Account[]): Promise<void>;
}

export interface SecondFactorParts {
  store: Pick<AccountStore, "setTotp" | "useTotpStep" | "useRecoveryCode" | "reseal">;
  sealer: Sealer;
  clock: Clock;
}

const recoveryCodes = 10;
const periodSeconds = 30;
/** A code counts in the step before and after its own: clocks differ. */
const window = 1;

/** TOTP codes and recovery codes, with the secret sealed by the vault. */
export function createSecondFactor({ store, sealer, clock }: SecondFactorParts): SecondFactor {
  return {
    offer({ email }) {
      const totp = totpOf(new Secret({ size: 20 }), email);
      return { secret: totp.secret.base32, uri: totp.toString() };
    },
    async turnOn({ id }, secret, code) {
      const step = stepOf(secretOf(secret), code, clock.now());
      if (step === null) throw new MillraceError("CODE_WRONG");
      const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
      const jwe = await sealer.seal(id, { totp: secret });
      await store.setTotp(id, { jwe, step, recoveryHashes: codes.map((one) => hashOf(plainCode(one))) }, `account:${id}`);
      return codes;
    },
    turnOff: ({ id }, by) => store.setTotp(id, null, by),
    async check({ id, totpJwe }, code) {
      if (totpJwe === null) return;
      if (code === undefined || code.trim() === "") throw new MillraceError("CODE_NEEDED");
      if (/^[\d ]{6,8}$/.test(code.trim())) {
        const { totp = "" } = await sealer.open(id, totpJwe);
        const step = stepOf(secretOf(totp), code, clock.now());
        if (step === null || !(await store.useTotpStep(id, step))) throw new MillraceError("CODE_WRONG");
      } else if (!(await store.useRecoveryCode(id, hashOf(plainCode(code))))) throw new MillraceError("CODE_WRONG");
    },
    async reseal(accounts) {
      for (const { id, totpJwe } of accounts)
        if (totpJwe !== null && sealer.isStale(totpJwe))
          await store.reseal(id, totpJwe, await sealer.seal(id, await sealer.open(id, totpJwe)));
    },
  };
}

const totpOf = (secret: Secret, label: string) => new TOTP({ issuer: "Millrace", label, secret, digits: 6, period: periodSeconds });

function secretOf(base32: string): Secret {
  try {
    return Secret.fromBase32(base32);
  } catch {
    throw badInput("secret", "is not one that was offered");
  }
}

/** The step that a code belongs to; null for a wrong one. */
function stepOf(secret: Secret, code: string, now: number): number | null {
  const delta = totpOf(secret, "").validate({ token: code.replace(/ /g, ""), timestamp: now, window });
  return delta === null ? null : Math.floor(now / 1000 / periodSeconds) + delta;
}

/** Fifty bits each, in two groups. */
function newRecoveryCode(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789x"; // 32 that nobody confuses, one of them twice
  const text = [...randomBytes(10)].map((byte) => letters[byte & 31]).join("");
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

/** However it was typed. */
const plainCode = (code: string) => code.toLowerCase().replace(/[^a-z0-9]/g, "");
