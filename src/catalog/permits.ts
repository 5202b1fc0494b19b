import { MillraceError } from "#kernel/errors.ts";
import type { LoginKindName } from "./logins/kinds.ts";
import type { ConnectionFacts, InputField, Operation } from "./types.ts";

/** What of a login decides whether it may make a call. */
export type Login = Pick<ConnectionFacts, "name" | "scopes" | "access" | "locationId" | "companyId"> & { auth?: LoginKindName };

/** The scopes an operation wants that a login is known to lack. A private token does not tell its own: nothing is missing for sure. */
export function lackingScopes({ scopes }: Pick<Operation, "scopes">, login: Login): string[] {
  return login.scopes?.length ? scopes.filter((scope) => !login.scopes!.includes(scope)) : [];
}

/** The kind of login an operation wants, in words, where this one is known to be another; null where it will do. */
export function wantedAccess({ access, oauthOnly = [] }: Pick<Operation, "access" | "oauthOnly">, login: Login): string | null {
  const byToken = login.auth === "token" && oauthOnly.length > 0;
  const accepted = byToken ? access.filter((each) => !oauthOnly.includes(each)) : access;
  if (access.length === 0 || (login.access === undefined ? accepted.length > 0 : accepted.includes(login.access))) return null;
  const wanted = access.map((each) => {
    const kind = each === "location" ? "a sub-account login" : "an agency login";
    return oauthOnly.includes(each) ? `${kind} by OAuth` : kind;
  });
  return `${wanted.join(" or ")}${byToken ? ", not by a private token" : ""}`;
}

/** Throws what the other side would refuse for the login's sake. To be asked before anything is sent, look-ups included. */
export function requirePermission(app: { title: string }, operation: Operation, login: Login): void {
  const details = { connection: login.name, app: app.title, operation: operation.title, outcome: "not_sent" };
  const access = wantedAccess(operation, login);
  if (access !== null) throw new MillraceError("CONNECTION_WRONG_KIND", { details: { ...details, access } });
  const scopes = operation.scopesLikely ? [] : lackingScopes(operation, login); // a guess of ours stops nothing
  if (scopes.length > 0) throw new MillraceError("SCOPE_MISSING", { details: { ...details, scopes } });
}

/** Throws where an input names another sub-account or agency than that of the login. */
export function requireOwnPlace(operation: Operation, input: Readonly<Record<string, unknown>>, login: Login): void {
  for (const field of operation.input) {
    const value = input[field.name];
    const place = typeof value === "string" && value !== "" ? placeOf(field, input) : null;
    const own = place && (place === "companyId" ? login.companyId : login.access === "agency" ? undefined : login.locationId);
    if (!own || value === own) continue;
    const thing = place === "companyId" ? "agency" : "sub-account";
    const problem = `'${value as string}' is another ${thing} than that of the connection '${login.name}' (${own}); leave it out, or choose that ${thing}'s connection`;
    throw new MillraceError("STEP_INPUT_INVALID", {
      details: { field: field.name, problem, operation: operation.id, outcome: "not_sent" },
    });
  }
}

/** What a field names by its id: the sub-account, the agency, or neither. */
function placeOf(
  { name, wire = name, fill, lookup }: InputField,
  input: Readonly<Record<string, unknown>>,
): "locationId" | "companyId" | null {
  if (fill && "connection" in fill) return fill.connection;
  if (lookup) return null; // chosen among several on purpose
  if (/^location_?id$/i.test(wire)) return "locationId";
  if (/^company_?id$/i.test(wire)) return "companyId";
  if (wire !== "altId") return null;
  return input["altType"] === "location" ? "locationId" : input["altType"] === "company" ? "companyId" : null;
}
