import type { ConnectionView } from "#api/schemas.ts";
import { permissionWords } from "#surfaces/permission-words.ts";
import { ApiError } from "./api.ts";
import { messageOf } from "./query.ts";
import { listed } from "./words.ts";

/** Why names cannot be offered. */
export interface LookUpProblem {
  says: string;
  /** The connection whose login needs more scopes. */
  renew?: string;
}

/** What keeps the names of a field from being looked up with a connection: it is not that there are none. */
export function lookUpProblem(error: unknown, connection: Pick<ConnectionView, "id" | "title"> | undefined): LookUpProblem {
  if (connection === undefined || !(error instanceof ApiError) || error.code !== "SCOPE_MISSING") return { says: messageOf(error) };
  const { scopes } = error.details;
  const lacking = Array.isArray(scopes) ? scopes.map(String) : [];
  const may = lacking.length === 0 ? "look this up" : permissionWords(lacking);
  const lack = lacking.length === 0 ? "it lacks a scope" : `it lacks the scope${lacking.length === 1 ? "" : "s"} ${listed(lacking)}`;
  return { says: `The login of '${connection.title}' may not ${may}: ${lack}.`, renew: connection.id };
}
