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
import { MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { AccountStore } from "#storage/account-store.ts";
import { isLoopbackHost } from "../http/access.ts";
import { hashOf } from "./secret-hash.ts";

/** Where people sign in elsewhere, by OpenID Connect. The operator names it, so what it says of an address is believed. */
export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button calls it. */
  name: string;
}

/** Who somebody is there. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Only an address that the provider has verified. */
  email: string | null;
  name: string | null;
}

/** Signing in elsewhere: authorization code with PKCE, state and nonce. */
export interface SingleSignOn {
  name: string;
  /** Where the browser goes. `browser` proves at the end that it is the same one. `note`: what is to come back. */
  begin(note: string): Promise<{ url: string; browser: string }>;
  /** Who came back, and the note. Works once. Throws SINGLE_SIGN_ON_FAILED. */
  finish(came: { state: string; query: string; browser: string }): Promise<{ identity: Identity; note: string }>;
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

const minutes = 10;
/** What is kept between the two halves; the hash of the state is its name. */
interface Begun {
  verifier: string;
  nonce: string;
  browser: string;
  note: string;
}

export function createSingleSignOn({ provider, store, publicUrl, clock, log }: SingleSignOnParts): SingleSignOn {
  let found: Promise<Configuration> | null = null;
  const configuration = () => {
    found ??= discover(provider).catch((thrown: unknown) => {
      found = null; // the next one asks again
      throw failed(log, thrown, `${provider.name} could not be reached`);
    });
    return found;
  };
  const redirectUri = () => `${publicUrl()}${singleSignOnPath}`;
  return {
    name: provider.name,
    async begin(note) {
      const config = await configuration();
      const [state, browser] = [newToken(32), newToken(32)];
      const begun: Begun = { verifier: randomPKCECodeVerifier(), nonce: randomNonce(), browser: hashOf(browser), note };
      const expiresAt = clock.now() + minutes * 60_000;
      await store.addToken(
        { hash: hashOf(state), kind: "single_sign_on", accountId: null, data: JSON.stringify(begun), expiresAt },
        clock.now(),
      );
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri(),
        scope: "openid email profile",
        state,
        nonce: begun.nonce,
        code_challenge: await calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, browser };
    },
    async finish({ state, query, browser }) {
      const token = await store.useToken("single_sign_on", hashOf(state), clock.now());
      const begun = token && (JSON.parse(token.data) as Begun);
      if (!begun || begun.browser !== hashOf(browser))
        throw refused("It was begun in another browser, too long ago, or finished already. Begin again on the page where you sign in");
      const config = await configuration();
      try {
        return { identity: await identityOf(config, provider, new URL(`${redirectUri()}?${query}`), state, begun), note: begun.note };
      } catch (thrown) {
        throw thrown instanceof MillraceError ? thrown : failed(log, thrown, `${provider.name} did not sign you in`);
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

async function identityOf(config: Configuration, { issuer }: Provider, url: URL, state: string, begun: Begun): Promise<Identity> {
  const tokens = await authorizationCodeGrant(config, url, {
    pkceCodeVerifier: begun.verifier,
    expectedState: state,
    expectedNonce: begun.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims()!;
  const { sub: subject } = claims;
  const known = claims["email"] === undefined ? { ...claims, ...(await fetchUserInfo(config, tokens.access_token, subject)) } : claims;
  const email = known["email_verified"] === true && typeof known["email"] === "string" ? known["email"] : null;
  return { issuer, subject, email, name: typeof known["name"] === "string" ? known["name"].slice(0, 80) : null };
}

const refused = (problem: string) => new MillraceError("SINGLE_SIGN_ON_FAILED", { details: { problem } });

/** What exactly went wrong is for the log: it may hold what the provider answered. */
function failed(log: Log, err: unknown, problem: string): MillraceError {
  log.error({ err }, "A sign-in by OpenID Connect failed");
  return refused(`${problem}. Try again, and if it stays so, tell whoever runs this Millrace: the log says more`);
}
