import { cutText } from "#kernel/characters.ts";
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import { tokenUrl } from "#catalog/logins/oauth2.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { MillraceError, type ErrorCode } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { FormPost, Secret } from "./types.ts";

export type OAuthScheme = Extract<AuthScheme, { kind: "oauth2" }>;

/** What a token answer gives: the new secret, and what it tells of whom it is for. */
export interface Tokens {
  accessToken: string;
  /** Absent when the login server keeps the old one valid. */
  refreshToken?: string;
  expiresAt?: number;
  facts: Pick<ConnectionFacts, "locationId" | "companyId" | "scopes" | "access">;
}

/** Why a login server refused, and what it means for the connection. */
export interface TokenRefusal {
  /** `again` heals by itself; the others are for a person. */
  meaning: "again" | "paused" | "spent" | "client" | "other";
  message: string;
}

const dayMs = 86_400_000;

/** The secret with new tokens in place of the old ones; a refresh token that the login server keeps valid stays. */
export function withTokens(secret: Secret, { accessToken, refreshToken, expiresAt }: Omit<Tokens, "facts">): Secret {
  const { expiresAt: _, ...rest } = secret;
  return {
    ...rest,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(expiresAt !== undefined && { expiresAt: String(expiresAt) }),
  };
}

/** Reads a token answer. Undefined when it is none, whatever its status says. */
export function readTokens(body: unknown, now: number): Tokens | undefined {
  if (!isObject(body)) return undefined;
  const text = (name: string): string | undefined => (typeof body[name] === "string" && body[name] !== "" ? body[name] : undefined);
  const accessToken = text("access_token");
  if (accessToken === undefined) return undefined;
  const seconds = Number(body["expires_in"]);
  const userType = text("userType");
  const facts = {
    locationId: text("locationId"),
    companyId: text("companyId"),
    scopes: text("scope")?.split(/\s+/),
    access: userType === "Company" ? ("agency" as const) : userType === "Location" ? ("location" as const) : undefined,
  };
  return {
    accessToken,
    ...(text("refresh_token") && { refreshToken: text("refresh_token") }),
    ...(seconds > 0 && { expiresAt: now + Math.min(seconds * 1000, 3650 * dayMs) }),
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
  };
}

/** What a refusal of the login server means. */
export function readRefusal(status: number, body: unknown): TokenRefusal {
  const message = messageOf(body) || `status ${status}`;
  if (/location is not active/i.test(message)) return { meaning: "paused", message };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { meaning: "again", message };
  if (/invalid[ _]grant|refresh token is invalid/i.test(message)) return { meaning: "spent", message };
  return { meaning: status === 401 || status === 403 ? "client" : "other", message };
}

function messageOf(body: unknown): string {
  if (!isObject(body)) return "";
  const message = [body["message"], body["error_description"], body["error"]].flat().find((v) => typeof v === "string" && v !== "");
  return cutText(String(message ?? ""), 200);
}

/** The page where a person allows the app, to be opened in the browser. */
export function consentUrl(
  scheme: OAuthScheme,
  ask: { clientId: string; redirectUri: string; scopes: readonly string[]; state: string },
): string {
  const url = new URL(scheme.authorizeUrl);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: ask.clientId,
    redirect_uri: ask.redirectUri,
    scope: ask.scopes.join(" "),
    state: ask.state,
  }).toString();
  return url.href;
}

/** Exchanges the code that came back from the consent page for the secret to seal and the facts of whom it is for. */
export async function exchangeCode(
  post: FormPost,
  scheme: OAuthScheme,
  request: { baseUrl?: string; clientId: string; clientSecret: string; code: string; redirectUri: string; access?: "location" | "agency" },
  now: () => number,
): Promise<{ secret: Secret; facts: Tokens["facts"] }> {
  const { clientId, clientSecret, code, redirectUri, access } = request;
  const { status, body } = await post(tokenUrl(scheme, request.baseUrl), {
    grant_type: "authorization_code",
    client_id: clientId,
    client_secret: clientSecret,
    code,
    redirect_uri: redirectUri,
    ...(access && { user_type: access === "agency" ? "Company" : "Location" }),
  });
  const tokens = status < 300 ? readTokens(body, now()) : undefined;
  if (!tokens) throw notExchanged(status, body);
  const { facts, ...pair } = tokens;
  return { secret: withTokens({ clientId, clientSecret }, pair), facts };
}

function notExchanged(status: number, body: unknown): MillraceError {
  const { meaning, message } = readRefusal(status, body);
  const code: ErrorCode = meaning === "again" ? "OUTBOUND_FAILED" : "BAD_INPUT";
  return new MillraceError(code, {
    details: {
      app: "The login server",
      operation: "the exchange of the code",
      status,
      message,
      field: "code",
      problem: `the login server refused it: ${message}`,
    },
  });
}
