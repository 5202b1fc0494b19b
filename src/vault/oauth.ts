import { cutText } from "#kernel/characters.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import type { Secret } from "./types.ts";

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
  const seconds = secondsIn(body["expires_in"]);
  const userType = text("userType");
  const facts = {
    locationId: text("locationId"),
    companyId: text("companyId"),
    scopes: scopesIn(body["scope"]),
    access: userType === "Company" ? ("agency" as const) : userType === "Location" ? ("location" as const) : undefined,
  };
  return {
    accessToken,
    ...(text("refresh_token") && { refreshToken: text("refresh_token") }),
    ...(seconds > 0 && { expiresAt: now + Math.round(Math.min(seconds * 1000, 3650 * dayMs)) }),
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
  };
}

const secondsIn = (value: unknown): number => (typeof value === "number" || typeof value === "string" ? Number(value) : NaN);

/** With spaces between them as the standard has it, with commas as many apps do, or as a list. Undefined where it names none. */
function scopesIn(value: unknown): string[] | undefined {
  const texts = [value].flat().filter((each) => typeof each === "string");
  const scopes = texts.flatMap((text) => text.split(/[\s,]+/)).filter((scope) => scope !== "");
  return scopes.length > 0 ? scopes : undefined;
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
