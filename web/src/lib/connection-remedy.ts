import type { ConnectionView } from "#api/schemas.ts";

/** What helps a connection that does not work, as a button that leads there. */
export interface ConnectionRemedy {
  action: string;
  /** Of the connections page. */
  search: { renew?: string; edit?: string; allow?: string };
}

/** The other side was not there: the login itself may be fine, and a test tells. */
const healsByItself = ["OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_FAILED"];

/** What a new login is called where it is more than that. */
const renewals: Record<string, string> = {
  SCOPE_MISSING: "Allow more scopes",
  APP_UNINSTALLED: "Install the app again",
  CLIENT_REFUSED: "Enter the app's client",
};

/** A new login, another sub-account id, or an address that may be called; null where waiting is all that helps. */
export function remedyOf({
  id,
  status,
  problem,
  baseUrl,
}: Pick<ConnectionView, "id" | "status" | "problem" | "baseUrl">): ConnectionRemedy | null {
  if (status === "connected" || status === "untested" || status === "paused") return null;
  if (problem !== undefined && healsByItself.includes(problem)) return null;
  if (problem === "HOST_NOT_ALLOWED" && baseUrl !== undefined && URL.canParse(baseUrl))
    return { action: "Allow this address", search: { allow: new URL(baseUrl).host } };
  if (problem !== undefined && problem in renewals) return { action: renewals[problem]!, search: { renew: id } };
  if (problem === "WRONG_LOCATION") return { action: "Edit connection", search: { edit: id } };
  return { action: "Reconnect", search: { renew: id } };
}

/** Whether a reconnect link helps: a new login is what is missing, and somebody else may have it. */
export const canSendLink = (connection: Pick<ConnectionView, "id" | "status" | "problem" | "baseUrl" | "auth">): boolean =>
  connection.auth !== "none" && remedyOf(connection)?.search.renew !== undefined;
