import { createHash } from "node:crypto";
import { baseAddressOf, filledScheme } from "#catalog/address.ts";
import type { Consent, ConsentAnswer, Renewal } from "#catalog/logins/kind.ts";
import { loginKinds, type AuthScheme, type LoginKindName } from "#catalog/logins/kinds.ts";
import { cutText } from "#kernel/characters.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import { checkedAsker, withUsual } from "./changes.ts";
import { bad } from "./credentials.ts";
import { readRefusal, readTokens, withTokens, type Tokens } from "./oauth.ts";
import type { Sealer } from "./seal.ts";
import type { ConsentLogin, ConsentStore, FormPost, LoginApp, LoginCatalog, NewConnection, Secret } from "./types.ts";

export interface ConsentWish {
  workspaceId: string;
  by: string;
  connectionId: string | null;
  login: ConsentLogin;
  /** Who asks: the client of the app's registration. */
  asker: Secret;
  scopes: readonly string[];
  /** Where the app sends the browser afterwards. */
  redirectUri: string;
}

/** What came back to the redirect address. */
export interface ConsentReply {
  state: string;
  code?: string | undefined;
  /** Why there is no code, in the app's words. */
  refusal?: string | undefined;
  /** The login server that answers, as it names itself (RFC 9207). */
  issuer?: string | undefined;
}

export interface GrantedLogin {
  connectionId: string | null;
  login: NewConnection;
}

interface Parts {
  store: ConsentStore;
  sealer: Sealer;
  catalog: LoginCatalog;
  post: FormPost;
  clock: Clock;
  /** The host at which agencies' people allow logins of apps that can be had under another name. */
  consentHost?: string | undefined;
}

/** How a login of an app is allowed. */
interface Way {
  app: LoginApp;
  scheme: AuthScheme;
  consent: Consent<AuthScheme>;
  renewal: Renewal<AuthScheme>;
  tokenUrl: string;
  /** The addresses that get something of the login, as one text. */
  sentTo: string;
}

/** Signing in at an app takes a while: finding the password, the second factor, the right sub-account. */
const lastsMs = 3_600_000;

/** Logins that a person allows at a page of the app (OAuth 2.0, RFC 6749 section 4.1, with PKCE, RFC 7636). */
export class Consents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The page of the app to open. Throws BAD_INPUT where the app has none, or the client is missing. */
  async begin({ asker: pasted, scopes, ...wished }: ConsentWish): Promise<{ url: string; expiresAt: number }> {
    const { store, sealer, clock, catalog, consentHost: host } = this.#parts;
    const wish = { ...wished, login: withUsual(catalog.of(wished.workspaceId).app(wished.login.app), wished.login) };
    const { app, scheme, consent, sentTo } = this.#wayOf(wish.workspaceId, wish.login);
    const asker = checkedAsker(app, wish.login, scheme, consent.asker, pasted);
    const [state, verifier, expiresAt] = [newToken(32), newToken(32), clock.now() + lastsMs];
    const id = digestOf(state);
    const jwe = await sealer.seal(id, { ...asker, verifier, sentTo });
    // An app that does not say what it granted granted what it was asked for (RFC 6749 section 5.1).
    const login = { ...wish.login, ...(scopes.length > 0 && { scopes: [...scopes] }) };
    await store.add({ ...wish, login, id, expiresAt, jwe }, clock.now());
    const ask = { redirectUri: wish.redirectUri, scopes, state, challenge: challengeOf(verifier), ...(host !== undefined && { host }) };
    return { url: consent.page(scheme, wish.login, asker, ask), expiresAt };
  }

  /**
   * Exchanges what came back for the login. It works once, and for whoever began. Throws CONSENT_OVER, CONSENT_REFUSED, or
   * OUTBOUND_FAILED where the app did not answer: its code is spent then, and one begins again.
   */
  async finish(workspaceId: string, by: string, { state, code, refusal, issuer }: ConsentReply): Promise<GrantedLogin> {
    const { store, sealer, clock } = this.#parts;
    const open = await store.use(workspaceId, by, digestOf(state));
    if (open === null || clock.now() >= open.expiresAt) throw over();
    const way = this.#wayOf(workspaceId, open.login);
    checkIssuer(way, open.login.baseUrl, issuer); // before anything else of the answer is believed
    if (code === undefined) throw refused(way.app.title, refusalWords(refusal));
    const unreadable = (cause: unknown) => Promise.reject(over(cause));
    const { verifier = "", sentTo, ...asker } = await sealer.open(open.id, open.jwe).catch(unreadable);
    // Whoever may define an app must not get the client's secret, or the login, sent to another address.
    if (sentTo !== way.sentTo) throw over();
    const { facts, ...tokens } = await this.#exchange(way, asker, { code, redirectUri: open.redirectUri, verifier });
    if (way.app.place && facts.locationId === undefined && facts.companyId === undefined) throw refused(way.app.title, namesNoPlace);
    return { connectionId: open.connectionId, login: { ...open.login, ...facts, secret: withTokens(asker, tokens) } };
  }

  async #exchange({ app, scheme, consent, renewal, tokenUrl }: Way, asker: Secret, answer: ConsentAnswer): Promise<Tokens> {
    const { post, clock } = this.#parts;
    const { status, body } = await post(tokenUrl, consent.form(scheme, asker, answer), renewal.client?.(scheme, asker));
    const tokens = status < 300 ? readTokens(body, clock.now()) : undefined;
    if (!tokens) throw notExchanged(app.title, status, body);
    return tokens;
  }

  #wayOf(workspaceId: string, login: ConsentLogin): Way {
    const { app: id, auth, baseUrl, settings } = login;
    const app = this.#parts.catalog.of(workspaceId).app(id);
    const { consent, renewal } = loginKinds[auth];
    if (!app) throw bad("app", `there is no app '${id}'`);
    const declared = app.auth.find(({ kind }) => kind === auth);
    const scheme = declared && filledScheme(declared, app, login);
    if (!scheme || !consent || !renewal) throw bad("auth", `${app.title} has no page at which this kind of login is allowed`);
    const tokenUrl = renewal.url(scheme, { baseUrl, settings });
    return { app, scheme, consent, renewal, tokenUrl, sentTo: `${baseAddressOf(app, login)} ${tokenUrl}` };
  }
}

/** The part of a login's secret that says who asks for one; empty where its kind is not allowed at a page. */
export function askerIn(auth: LoginKindName, secret: Secret): Secret {
  const names = loginKinds[auth].consent?.asker ?? [];
  return Object.fromEntries(names.flatMap((name) => (secret[name] === undefined ? [] : [[name, secret[name]]])));
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");

const over = (cause?: unknown) => new MillraceError("CONSENT_OVER", { cause });

const refused = (app: string, problem: string) =>
  new MillraceError("CONSENT_REFUSED", { details: { app, problem: cutText(problem, 200) } });

function notExchanged(app: string, status: number, body: unknown): MillraceError {
  const { meaning, message } = readRefusal(status, body);
  if (meaning === "again") return new MillraceError("OUTBOUND_FAILED", { details: { app, operation: "the sign-in", status, message } });
  return refused(app, `${message}; the client id or secret may be wrong`);
}

/** The answer of another login server must not be taken for this one's: its code would be sent to the wrong place (RFC 9207). */
function checkIssuer({ app, scheme, consent }: Way, baseUrl: string | undefined, issuer: string | undefined): void {
  const expected = consent.issuer?.(scheme, baseUrl);
  if (expected === undefined || issuer === expected) return;
  const from = issuer === undefined ? "the answer does not say which login server it is from" : `the answer is from ${issuer}`;
  throw refused(app.title, `${from}, and this app's is ${expected}`);
}

const namesNoPlace =
  "the login names neither a sub-account nor an agency, so nobody can tell what it is for. Choose one on the app's page; where it offers none, install the app there first";

/** The codes with which a person's own no comes back (RFC 6749 section 4.1.2.1). */
const refusalWords = (refusal = "no code came back"): string =>
  refusal === "access_denied" ? "it was cancelled or refused there" : refusal;
