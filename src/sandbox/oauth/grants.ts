import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import type { Records } from "../records.ts";
import { Table, type Row } from "../table.ts";
import type { OAuthApp } from "./app.ts";

/** What somebody allowed: an installed app, or a private integration token. */
export interface Grant extends Row {
  kind: "oauth" | "pit";
  access: "location" | "agency";
  /** The app, or the token itself: quota is counted by it. */
  appId: string;
  companyId: string;
  locationId?: string;
  userId: string;
  scopes: string[];
  /** What an agency's person ticked. */
  approved?: { locationIds: string[]; all: boolean; future: boolean };
  revoked: boolean;
}

/** A token by the digest of its text; the text itself is kept nowhere. */
interface TokenRow extends Row {
  use: "access" | "refresh" | "code";
  grantId: string;
  expiresAt: number | null;
  redirectUri?: string;
  spentAt?: number;
}

export interface TokenPair {
  grant: Grant;
  accessToken: string;
  refreshToken: string;
}

export type TokenState = { grant: Grant } | "unknown" | "expired" | "revoked";

export const accessLifeMs = 86_399_000;
const refreshLifeMs = 365 * 86_400_000;
const codeLifeMs = 10 * 60_000;
const graceMs = 30_000;

/** Apps, grants and tokens. Everything is kept but the texts of tokens. */
export class Grants {
  readonly apps;
  readonly grants;
  /** Whether a refresh token used again within 30 seconds gives the same pair once more. */
  grace = true;
  readonly #tokens;
  readonly #clock: Clock;
  readonly #recent = new Map<string, { at: number; pair: TokenPair }>();

  constructor(records: Records, clock: Clock) {
    this.#clock = clock;
    this.apps = new Table<OAuthApp>(records, "app", { clientId: (app) => [app.clientId] });
    this.grants = new Table<Grant>(records, "grant");
    this.#tokens = new Table<TokenRow>(records, "token", { grant: (token) => [token.grantId] });
  }

  appOf(clientId: string): OAuthApp | undefined {
    return this.apps.find("clientId", clientId)[0];
  }

  allow(about: Omit<Grant, "id" | "revoked">): Grant {
    return this.grants.put({ ...about, id: `grant_${newToken(9)}`, revoked: false });
  }

  /** A token that lives until it is revoked. */
  issuePit(about: Omit<Grant, "id" | "revoked" | "kind" | "appId">): { grant: Grant; token: string } {
    const token = `pit-${randomUUID()}`;
    const grant = this.allow({ ...about, kind: "pit", appId: `pit-${digestOf(token).slice(0, 12)}` });
    this.#keep(token, { use: "access", grantId: grant.id, expiresAt: null });
    return { grant, token };
  }

  issueCode(grant: Grant, redirectUri?: string): { code: string; expiresAt: number } {
    const code = newToken(24);
    const expiresAt = this.#clock.now() + codeLifeMs;
    this.#keep(code, { use: "code", grantId: grant.id, expiresAt, ...(redirectUri && { redirectUri }) });
    return { code, expiresAt };
  }

  /** A pair of tokens for a grant. Earlier access tokens live out their time. */
  issuePair(grant: Grant): TokenPair {
    this.#sweep(grant.id);
    const [accessToken, refreshToken, now] = [newToken(48), newToken(36), this.#clock.now()];
    this.#keep(accessToken, { use: "access", grantId: grant.id, expiresAt: now + accessLifeMs });
    this.#keep(refreshToken, { use: "refresh", grantId: grant.id, expiresAt: now + refreshLifeMs });
    return { grant, accessToken, refreshToken };
  }

  /** The grant behind a code, which is spent by this. */
  useCode(code: string): { grant: Grant; redirectUri?: string | undefined } | undefined {
    const row = this.#live(code, "code");
    if (!row) return undefined;
    this.#tokens.delete(row.id);
    return { grant: this.grants.get(row.grantId)!, redirectUri: row.redirectUri };
  }

  /** The grant a refresh token would renew, without spending it. */
  refreshable(token: string): Grant | undefined {
    const row = this.#live(token, "refresh");
    return row && (row.spentAt === undefined || this.#again(row.id)) ? this.grants.get(row.grantId) : undefined;
  }

  /** Spends a refresh token for a new pair; within the grace the same pair comes again. */
  refresh(token: string): TokenPair | undefined {
    const row = this.#live(token, "refresh");
    if (!row) return undefined;
    if (row.spentAt !== undefined) return this.#again(row.id);
    this.#tokens.put({ ...row, spentAt: this.#clock.now() });
    const pair = this.issuePair(this.grants.get(row.grantId)!);
    this.#recent.set(row.id, { at: this.#clock.now(), pair });
    return pair;
  }

  /** Spends a refresh token and gives nothing for it. */
  spend(token: string): void {
    const row = this.#live(token, "refresh");
    if (row) this.#tokens.put({ ...row, spentAt: 0 });
  }

  look(token: string): TokenState {
    const row = this.#tokens.get(digestOf(token));
    const grant = row?.use === "access" ? this.grants.get(row.grantId) : undefined;
    if (!row || !grant) return "unknown";
    if (grant.revoked) return "revoked";
    return row.expiresAt !== null && row.expiresAt <= this.#clock.now() ? "expired" : { grant };
  }

  /** Ends the access tokens of a grant; a refresh heals it. Private tokens do not expire. */
  expire(grantId: string): void {
    for (const token of this.#tokens.find("grant", grantId)) {
      if (token.use === "access" && token.expiresAt !== null) this.#tokens.put({ ...token, expiresAt: this.#clock.now() });
    }
  }

  revoke(grantId: string): void {
    const grant = this.grants.get(grantId);
    if (grant) this.grants.put({ ...grant, revoked: true });
  }

  #again(id: string): TokenPair | undefined {
    const recent = this.#recent.get(id);
    return this.grace && recent && this.#clock.now() - recent.at < graceMs ? recent.pair : undefined;
  }

  #live(token: string, use: TokenRow["use"]): TokenRow | undefined {
    const row = this.#tokens.get(digestOf(token));
    if (!row || row.use !== use || this.grants.get(row.grantId)?.revoked !== false) return undefined;
    return row.expiresAt !== null && row.expiresAt <= this.#clock.now() ? undefined : row;
  }

  #keep(token: string, row: Omit<TokenRow, "id">): void {
    this.#tokens.put({ ...row, id: digestOf(token) });
  }

  /** Drops what nobody can use any more, so that a long life does not pile up. */
  #sweep(grantId: string): void {
    const dead = this.#clock.now() - accessLifeMs;
    for (const token of this.#tokens.find("grant", grantId)) {
      const over = token.spentAt ?? token.expiresAt;
      if (over !== null && over < dead) this.#tokens.delete(token.id);
    }
    for (const [id, { at }] of this.#recent) if (this.#clock.now() - at > graceMs) this.#recent.delete(id);
  }
}

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");
