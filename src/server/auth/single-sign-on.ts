import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  type Configuration,
} from "openid-client";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { AccountStore } from "#storage/account-store.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";
import { hashOf } from "./secret-hash.ts";

/** The OpenID Connect provider. The operator configured it, so its verified addresses are trusted. */
export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button calls it. */
  name: string;
}

/** Who signed in at the provider. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Only an address that the provider has verified. */
  email: string | null;
  name: string | null;
}

/** Single sign-on: authorization code with PKCE, state and nonce. */
export interface SingleSignOn {
  name: string;
  /** The address to send the browser to. `browser` must come back from the same browser. */
  begin(returnData: string): Promise<{ url: string; browser: string }>;
  /** Who signed in, and the data of `begin`. Works once. Throws SINGLE_SIGN_ON_FAILED. */
  finish(response: { state: string; query: string; browser: string }): Promise<{ identity: Identity; returnData: string }>;
}

/** The page that the provider sends the browser back to; it is registered there. */
export const singleSignOnPath = "/single-sign-on";

export interface SingleSignOnParts {
  provider: Provider;
  store: Pick<AccountStore, "addToken" | "useToken">;
  publicUrl: () => string;
  clock: Clock;
  log: Log;
}

/** How long a sign-in may take at the provider. */
const signInMinutes = 10;
/** What is stored until the browser comes back, under the hash of the state. */
interface PendingSignIn {
  verifier: string;
  nonce: string;
  browser: string;
  returnData: string;
}

/** Single sign-on with one OpenID Connect provider, discovered on first use. */
export function createSingleSignOn({ provider, store, publicUrl, clock, log }: SingleSignOnParts): SingleSignOn {
  let discovered: Promise<Configuration> | null = null;
  const configuration = () => {
    discovered ??= discover(provider).catch((thrown: unknown) => {
      discovered = null; // the next one asks again
      throw failed(log, thrown, `${provider.name} could not be reached`);
    });
    return discovered;
  };
  const redirectUri = () => `${publicUrl()}${singleSignOnPath}`;
  return {
    name: provider.name,
    async begin(returnData) {
      const config = await configuration();
      const [state, browser] = [newToken(32), newToken(32)];
      const pending: PendingSignIn = { verifier: randomPKCECodeVerifier(), nonce: randomNonce(), browser: hashOf(browser), returnData };
      const expiresAt = clock.now() + signInMinutes * minuteMs;
      await store.addToken(
        { hash: hashOf(state), kind: "single_sign_on", accountId: null, data: JSON.stringify(pending), expiresAt },
        clock.now(),
      );
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(),
        scope: "openid email profile",
        state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, browser };
    },
    async finish({ state, query, browser }) {
      const token = await store.useToken("single_sign_on", hashOf(state), clock.now());
      const pending = token && (JSON.parse(token.data) as PendingSignIn);
      if (!pending || pending.browser !== hashOf(browser))
        throw refused("The sign-in has expired, was already finished, or was started in another browser. Start again on the sign-in page");
      const config = await configuration();
      try {
        return {
          identity: await identityOf(config, provider, new URL(`${redirectUri()}?${query}`), state, pending),
          returnData: pending.returnData,
        };
      } catch (thrown) {
        throw thrown instanceof MillraceError ? thrown : failed(log, thrown, `${provider.name} rejected the sign-in`);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: Provider): Promise<Configuration> {
  const server = new URL(issuer);
  const checks = [enableNonRepudiationChecks]; // the token's signature too, not only the connection it came by
  const plain = server.protocol === "http:" && isLoopbackHost(server.host); // a provider on this machine, for a trial
  return discovery(server, clientId, clientSecret, undefined, { execute: plain ? [allowInsecureRequests, ...checks] : checks });
}

async function identityOf(config: Configuration, { issuer }: Provider, url: URL, state: string, pending: PendingSignIn): Promise<Identity> {
  const tokens = await authorizationCodeGrant(config, url, {
    pkceCodeVerifier: pending.verifier,
    expectedState: state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims()!;
  const { sub: subject } = claims;
  const known = claims["email"] === undefined ? { ...claims, ...(await fetchUserInfo(config, tokens.access_token, subject)) } : claims;
  const email = known["email_verified"] === true && typeof known["email"] === "string" ? known["email"] : null;
  return { issuer, subject, email, name: typeof known["name"] === "string" ? known["name"].slice(0, 80) : null };
}

const refused = (problem: string) => new MillraceError("SINGLE_SIGN_ON_FAILED", { details: { problem } });

/** Details go to the log only: they may contain the provider's reply. */
function failed(log: Log, err: unknown, problem: string): MillraceError {
  log.error({ err }, "OpenID Connect sign-in failed");
  return refused(`${problem}. Try again. If it keeps failing, ask your administrator to check the log`);
}
