import { createHash } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { Refusal } from "../refusal.ts";
import type { Records } from "../records.ts";
import { Table, type Row } from "../table.ts";

/** A token or a code, by the digest of its text. */
interface TokenRow extends Row {
  use: "access" | "refresh" | "code";
  scopes: string[];
  expiresAt: number;
  spentAt?: number;
  /** Of a code: where it is sent, and the digest of the verifier (PKCE). */
  redirectUri?: string;
  challenge?: string;
}

/** What a request for consent asks. */
export interface TwinAsk {
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  challenge: string;
}

type Form = Readonly<Record<string, string | undefined>>;
/** Ways to get a token that a twin has. */
export type GrantType = "authorization_code" | "client_credentials";

interface Parts {
  name: string;
  scopes: readonly string[];
  grants: readonly GrantType[];
  records: Records;
  clock: Clock;
}

export const accessLifeMs = 3_600_000;
const refreshLifeMs = 90 * 86_400_000;
const codeLifeMs = 600_000;
/** For so long a spent refresh token gives another pair: the answer to its first use may have been lost. */
const graceMs = 30_000;

/** The logins of a twin: a key, and tokens by OAuth 2.0. One client is registered. Its secret and the key are made once for each data file. */
export class TwinLogins {
  readonly #parts: Parts;
  readonly #tokens: Table<TokenRow>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#tokens = new Table<TokenRow>(parts.records, `${parts.name}Token`);
  }

  get scopes(): readonly string[] {
    return this.#parts.scopes;
  }

  get key(): string {
    return this.#once("key");
  }

  get client(): { id: string; secret: string } {
    return { id: `${this.#parts.name}-client`, secret: this.#once("secret") };
  }

  /** What a key or token may do; a refusal where it is none, or not good any more. */
  scopesOf({ key, bearer }: { key?: string | undefined; bearer?: string | undefined }): readonly string[] {
    if (key !== undefined && key === this.key) return this.scopes;
    if (bearer === undefined) throw unauthorized(key === undefined ? "A key or a token is needed" : "The key is not known");
    const token = this.#tokens.get(digestOf(bearer));
    if (token?.use !== "access") throw unauthorized("The token is not known");
    if (token.expiresAt <= this.#now) throw unauthorized("The token has expired");
    return token.scopes;
  }

  /** Ends an access token before its time. */
  expire(bearer: string): void {
    const token = this.#tokens.get(digestOf(bearer));
    if (token) this.#tokens.put({ ...token, expiresAt: 0 });
  }

  /** Takes away every token there is. The key and the client stay. */
  revoke(): void {
    for (const { id } of this.#tokens.all()) this.#tokens.delete(id);
  }

  /** What is asked at the consent page, or what is wrong with it. It leads back to this machine alone. */
  readAsk(form: Form): TwinAsk | string {
    if (form["client_id"] !== this.client.id) return "No app is registered under this client id.";
    const redirectUri = form["redirect_uri"] ?? "";
    if (!isLoopback(redirectUri)) return "The redirect address has to be at this machine.";
    if (form["response_type"] !== "code") return "Only response_type=code is known.";
    const challenge = form["code_challenge"];
    if (!challenge || form["code_challenge_method"] !== "S256") return "A code_challenge by S256 is needed (PKCE).";
    const scopes = wordsOf(form["scope"]);
    const unknown = scopes.filter((scope) => !this.scopes.includes(scope));
    if (unknown.length > 0) return `There is no scope ${unknown.join(", ")}.`;
    return { redirectUri, scopes, state: form["state"], challenge };
  }

  /** Where the browser goes once a person has allowed it. */
  allow({ redirectUri, scopes, state, challenge }: TwinAsk): string {
    const code = this.#issue({ use: "code", scopes, expiresAt: this.#now + codeLifeMs, redirectUri, challenge });
    const url = new URL(redirectUri);
    url.searchParams.set("code", code);
    if (state !== undefined) url.searchParams.set("state", state);
    return url.href;
  }

  /** Tokens for a code, for a refresh token, or for the client itself. */
  exchange(form: Form): Record<string, unknown> {
    const { id, secret } = this.client;
    if (form["client_id"] !== id || form["client_secret"] !== secret) throw invalid("invalid_client", "The client is not known", 401);
    const grant = form["grant_type"] ?? "";
    if (grant === "client_credentials" && this.#has(grant)) return this.#answer(this.#asked(form), false);
    if (grant === "authorization_code" && this.#has(grant)) return this.#answer(this.#ofCode(form), true);
    if (grant === "refresh_token" && this.#has("authorization_code")) return this.#answer(this.#ofRefresh(form), true);
    throw invalid("unsupported_grant_type", `The grant type '${grant}' is not known`);
  }

  #has(grant: GrantType): boolean {
    return this.#parts.grants.includes(grant);
  }

  #asked(form: Form): string[] {
    const asked = wordsOf(form["scope"]);
    const unknown = asked.filter((scope) => !this.scopes.includes(scope));
    if (unknown.length > 0) throw invalid("invalid_scope", `There is no scope ${unknown.join(", ")}`);
    return asked.length > 0 ? asked : [...this.scopes];
  }

  #ofCode(form: Form): string[] {
    const code = this.#tokens.get(digestOf(form["code"] ?? ""));
    if (code?.use !== "code" || code.expiresAt <= this.#now) throw invalid("invalid_grant", "The code is not known, or was used");
    this.#tokens.delete(code.id);
    if (code.redirectUri !== form["redirect_uri"]) throw invalid("invalid_grant", "The redirect address is another");
    const verifier = createHash("sha256")
      .update(form["code_verifier"] ?? "")
      .digest("base64url");
    if (verifier !== code.challenge) throw invalid("invalid_grant", "The code_verifier is wrong");
    return code.scopes;
  }

  #ofRefresh(form: Form): string[] {
    const token = this.#tokens.get(digestOf(form["refresh_token"] ?? ""));
    const isSpent = token?.spentAt !== undefined && this.#now - token.spentAt > graceMs;
    if (token?.use !== "refresh" || token.expiresAt <= this.#now || isSpent)
      throw invalid("invalid_grant", "The refresh token is not good any more");
    this.#tokens.put({ ...token, spentAt: token.spentAt ?? this.#now });
    return token.scopes;
  }

  #answer(scopes: string[], isRefreshable: boolean): Record<string, unknown> {
    const access = this.#issue({ use: "access", scopes, expiresAt: this.#now + accessLifeMs });
    const refresh = isRefreshable ? this.#issue({ use: "refresh", scopes, expiresAt: this.#now + refreshLifeMs }) : undefined;
    const token = { access_token: access, token_type: "Bearer", expires_in: accessLifeMs / 1000, scope: scopes.join(" ") };
    return refresh === undefined ? token : { ...token, refresh_token: refresh };
  }

  #issue(about: Omit<TokenRow, "id">): string {
    for (const { id, expiresAt } of this.#tokens.all()) if (expiresAt <= this.#now) this.#tokens.delete(id);
    const text = newToken(24);
    this.#tokens.put({ id: digestOf(text), ...about });
    return text;
  }

  #once(what: string): string {
    const { records, name } = this.#parts;
    const saved = records.getMeta(`${name}.${what}`);
    if (saved !== undefined) return saved;
    const made = `${what}_${newToken(24)}`;
    records.setMeta(`${name}.${what}`, made);
    return made;
  }

  get #now(): number {
    return this.#parts.clock.now();
  }
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const wordsOf = (text = ""): string[] => text.split(/\s+/).filter(Boolean);

function isLoopback(uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}

const unauthorized = (message: string) => new Refusal(401, { statusCode: 401, message });
/** As a token server refuses (RFC 6749 section 5.2). */
const invalid = (error: string, description: string, status = 400) => new Refusal(status, { error, error_description: description });
