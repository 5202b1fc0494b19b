import { cutText } from "#kernel/characters.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { dayMs } from "#kernel/durations.ts";
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
  /** `again` heals by itself; the others are for a person. `spent`: used, revoked or ended. `client`: the app's own id or secret is wrong. */
  meaning: "again" | "paused" | "uninstalled" | "spent" | "client" | "clock" | "other";
  message: string;
}

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
    locationId: idIn(body["locationId"]),
    companyId: idIn(body["companyId"]),
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

/** Some systems number their accounts. */
const idIn = (value: unknown): string | undefined =>
  (typeof value === "string" && value !== "") || (typeof value === "number" && Number.isFinite(value)) ? String(value) : undefined;

const secondsIn = (value: unknown): number => (typeof value === "number" || typeof value === "string" ? Number(value) : NaN);

/** With spaces between them as the standard has it, with commas as many apps do, or as a list. Undefined where it names none. */
function scopesIn(value: unknown): string[] | undefined {
  const texts = [value].flat().filter((each) => typeof each === "string");
  const scopes = texts.flatMap((text) => text.split(/[\s,]+/)).filter((scope) => scope !== "");
  return scopes.length > 0 ? scopes : undefined;
}

/** What the words of a refusal mean, whatever its status: login servers answer errors with 200, 400, 401 and 403. The first that fits counts. */
const meanings: readonly [RegExp, TokenRefusal["meaning"]][] = [
  [/location is not active/i, "paused"],
  [/uninstalled|not installed/i, "uninstalled"],
  [/used too early|not yet valid|issued in the future|clock (is )?(skew|off)|check your clock/i, "clock"],
  [/(invalid|unauthorized|bad)[ _]client|incorrect_client_credentials|client[ _](secret|credentials|authentication)/i, "client"],
  [/invalid[ _]grant|(bad|invalid|expired|revoked)[ _]refresh[ _]token|refresh token is invalid|token[ _](revoked|expired)/i, "spent"],
];

/** What a refusal of the login server means. */
export function readRefusal(status: number, body: unknown): TokenRefusal {
  const message = messageOf(body) || `status ${status}`;
  const said = isObject(body) ? [body["error"], body["error_description"], body["message"]].flat().join(" ") : "";
  const meaning = meanings.find(([words]) => words.test(said))?.[1];
  if (meaning === "paused") return { meaning, message };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { meaning: "again", message };
  if (meaning !== undefined) return { meaning, message };
  if (status < 300) return { meaning: "other", message };
  return { meaning: status === 401 || status === 403 ? "client" : "other", message };
}

/** Whether an answer says that it is an error: some login servers give those with status 200. */
export const isTokenError = (body: unknown): boolean => isObject(body) && typeof body["error"] === "string" && body["error"] !== "";

function messageOf(body: unknown): string {
  if (!isObject(body)) return "";
  const message = [body["message"], body["error_description"], body["error"]].flat().find((v) => typeof v === "string" && v !== "");
  return cutText(String(message ?? ""), 200);
}
