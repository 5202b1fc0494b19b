import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { isIP } from "node:net";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Account, AccountStore, Passkey } from "#storage/account-store.ts";
import { hashOf } from "./secret-hash.ts";

/** What a browser is asked; it goes through the page as it is. */
type Options = { [name: string]: unknown; challenge: string };

/** What a browser answers. The library checks the rest of it. */
type BrowserResponse = { [name: string]: unknown; id: string };

/** Signing in with what a device keeps (WebAuthn): no password and no code. */
export interface Passkeys {
  /** Whether the address of this Millrace can have any: a browser wants a name, not a number. */
  isPossible(): boolean;
  offer(account: Account): Promise<Options>;
  /** Throws PASSKEY_REFUSED. */
  add(account: Account, name: string, response: BrowserResponse): Promise<void>;
  list(accountId: string): Promise<Passkey[]>;
  /** False: there is none. */
  remove(accountId: string, id: string): Promise<boolean>;
  challenge(): Promise<Options>;
  /** The account of the passkey. Throws PASSKEY_REFUSED. */
  signIn(response: BrowserResponse): Promise<string>;
}

export interface PasskeysParts {
  store: Pick<AccountStore, "addToken" | "useToken" | "passkeys" | "passkey" | "addPasskey" | "usePasskey" | "removePasskey">;
  publicUrl: () => string;
  clock: Clock;
}

const challengeMinutes = 5;

/** Passkeys with WebAuthn, bound to the host of the public address. */
export function createPasskeys({ store, publicUrl, clock }: PasskeysParts): Passkeys {
  const rpID = () => new URL(publicUrl()).hostname;
  const origin = () => new URL(publicUrl()).origin;
  const storeChallenge = async (challenge: string, accountId: string | null) => {
    const expiresAt = clock.now() + challengeMinutes * minuteMs;
    await store.addToken({ hash: hashOf(challenge), kind: "passkey", accountId, data: "", expiresAt }, clock.now());
  };
  /** Whether a challenge was made here, for that account, and not used yet. */
  const isOwnChallenge = (accountId: string | null) => async (challenge: string) => {
    const token = await store.useToken("passkey", hashOf(challenge), clock.now());
    return token !== null && token.accountId === accountId;
  };
  return {
    isPossible: () => isIP(rpID().replace(/^\[|\]$/g, "")) === 0,
    async offer({ id, email, name }) {
      const own = await store.passkeys(id);
      const options = await generateRegistrationOptions({
        rpName: "Millrace",
        rpID: rpID(),
        userName: email,
        userDisplayName: name,
        userID: Buffer.from(id),
        attestationType: "none",
        excludeCredentials: own.map(({ id: credential, transports }) => ({ id: credential, transports: [...transports] as never })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      });
      await storeChallenge(options.challenge, id);
      return { ...options };
    },
    async add({ id: accountId }, name, response) {
      const { registrationInfo } = await verified(() =>
        verifyRegistrationResponse({
          response: response as unknown as RegistrationResponseJSON,
          expectedChallenge: isOwnChallenge(accountId),
          expectedOrigin: origin(),
          expectedRPID: rpID(),
        }),
      );
      const { id, publicKey, counter, transports = [] } = registrationInfo!.credential;
      const key = Buffer.from(publicKey).toString("base64url");
      await store.addPasskey({ id, accountId, publicKey: key, counter, transports, name, createdAt: clock.now(), usedAt: null });
    },
    list: (accountId) => store.passkeys(accountId),
    remove: (accountId, id) => store.removePasskey(accountId, id),
    async challenge() {
      const options = await generateAuthenticationOptions({ rpID: rpID(), userVerification: "required" });
      await storeChallenge(options.challenge, null);
      return { ...options };
    },
    async signIn(response) {
      const passkey = await store.passkey(response.id);
      if (!passkey) throw new MillraceError("PASSKEY_REFUSED");
      const { id, publicKey, counter } = passkey;
      const credential = { id, publicKey: new Uint8Array(Buffer.from(publicKey, "base64url")), counter };
      const { authenticationInfo } = await verified(() =>
        verifyAuthenticationResponse({
          response: response as unknown as AuthenticationResponseJSON,
          credential,
          expectedChallenge: isOwnChallenge(null),
          expectedOrigin: origin(),
          expectedRPID: rpID(),
        }),
      );
      await store.usePasskey(id, authenticationInfo.newCounter, clock.now());
      return passkey.accountId;
    },
  };
}

/** Whatever is wrong with an answer is one refusal: it says nothing about which part was wrong. */
async function verified<T extends { verified: boolean }>(check: () => Promise<T>): Promise<T> {
  const result = await check().catch(() => null);
  if (!result?.verified) throw new MillraceError("PASSKEY_REFUSED");
  return result;
}
