import { unauthorized } from "../refusal.ts";
import type { Grant, Grants } from "../oauth/grants.ts";

/** What an endpoint asks of a token. */
export interface Demands {
  access: readonly ("location" | "agency")[];
  oauthOnly?: readonly ("location" | "agency")[] | undefined;
  scopes: readonly string[];
}

const versions = new Set(["2021-04-15", "2021-07-28", "2023-02-21", "v3", "legacy"]);

/** Whose token it is. Each refusal reads as the vendor's does. */
export function identify(grants: Grants, authorization: string | undefined): Grant {
  const token = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1];
  if (!token) throw unauthorized("Invalid JWT");
  const state = grants.look(token);
  if (typeof state === "object") return state.grant;
  if (token.startsWith("pit-")) throw unauthorized("Invalid Private Integration token");
  throw unauthorized(state === "unknown" ? "Invalid JWT" : "Invalid token: access token is invalid");
}

/** `needed` is false where the vendor's description declares none. */
export function checkVersion(version: string | undefined, needed: boolean): void {
  if (!version && !needed) return;
  if (!version) throw unauthorized("version header was not found.");
  if (!versions.has(version.trim())) throw unauthorized("version header is invalid");
}

/** Class before scope: a scope of the wrong class of token would mean nothing. */
export function checkGrant(grant: Grant, { access, oauthOnly, scopes }: Demands): void {
  if (access.length > 0 && !access.includes(grant.access)) throw unauthorized("Token's user type mismatch!");
  if (grant.kind === "pit" && oauthOnly?.includes(grant.access))
    throw unauthorized("This authClass type is not allowed to access this scope.");
  if (!scopes.every((scope) => grant.scopes.includes(scope))) throw unauthorized("The token is not authorized for this scope.");
}
