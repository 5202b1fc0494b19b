import { momentInWords } from "#kernel/durations.ts";
import { loginKinds, type LoginKindName } from "#catalog/logins/kinds.ts";
import { loginRefusals, type ErrorCode, type MillraceError } from "#kernel/errors.ts";
import { expiryOf } from "./credentials.ts";
import type { Connection, Secret } from "./types.ts";

export type ConnectionHealth = Pick<Connection, "status" | "reason" | "problem" | "expiresAt">;

const cleared = { reason: undefined, problem: undefined };

/** How a login stands when its secret has just been given: nobody knows yet. `reason` is cleared by being there and undefined. */
export function initialHealth(auth: LoginKindName, secret: Secret, now: number): ConnectionHealth {
  const expiresAt = expiryOf(secret);
  const { renewal } = loginKinds[auth];
  if (!renewal || renewal.isPossible(secret) || expiresAt === undefined) return { status: "untested", ...cleared, expiresAt };
  if (expiresAt <= now)
    return { status: "broken", reason: "The login has expired. Reconnect it.", problem: "CONNECTION_EXPIRED", expiresAt };
  return {
    status: "expiring",
    reason: `The login ends on ${momentInWords(expiresAt)} and cannot be renewed by itself. Reconnect it before then.`,
    problem: undefined,
    expiresAt,
  };
}

/** How a login stands after the other side accepted it. One that ends soon still does. */
export const proven = ({ status, reason, expiresAt }: Pick<Connection, "status" | "reason" | "expiresAt">, now: number) =>
  status === "expiring" && expiresAt !== undefined && expiresAt > now
    ? { status, reason, problem: undefined }
    : { status: "connected" as const, ...cleared };

/** How a login stands after the other side refused it; undefined where a refusal says nothing of the login. */
export function healthAfter(code: ErrorCode, app: string, problem?: string): ConnectionHealth | undefined {
  switch (code) {
    case "CONNECTION_EXPIRED":
      return { status: "broken", problem: code, reason: `${app} refused the login${problem ? ` (${problem})` : ""}. Reconnect it.` };
    case "CONNECTION_REVOKED":
      return { status: "broken", problem: code, reason: `${app} no longer accepts this login. Reconnect it.` };
    case "APP_UNINSTALLED":
      return uninstalled(app);
    case "CLIENT_REFUSED":
      return {
        status: "broken",
        problem: code,
        reason: `${app} refused the app's own client id or secret. The login itself may be fine: reconnect it with the right ones.`,
      };
    case "CLOCK_OFF":
      return {
        status: "paused",
        problem: code,
        reason: `${app} refused the login because the clock of the machine that runs Millrace is wrong. Set the clock, then test the connection.`,
      };
    case "CONNECTION_PAUSED":
      return {
        status: "paused",
        problem: code,
        reason: `The sub-account is not active in ${app}. The login is kept and works again once the sub-account is.`,
      };
    default:
      return undefined;
  }
}

/** Why no call can be made with a connection; null where one may be tried. */
export function refusalOf({ status, problem }: Pick<Connection, "status" | "problem">): ErrorCode | null {
  if (status !== "broken" && status !== "paused") return null;
  if (problem === undefined) return status === "paused" ? "CONNECTION_PAUSED" : "CONNECTION_REVOKED";
  return loginRefusals.has(problem) ? problem : null; // one address of several that is gone says nothing of the others
}

/** How a login stands whose secret cannot be opened: the key it was sealed with is not there. */
export const unreadable = ({ code, message }: MillraceError): ConnectionHealth => ({ status: "failed", problem: code, reason: message });

/** How a login stands after a test that did not get through, for reasons a new secret may not mend. */
export function failedTest(
  { code, message, details }: MillraceError,
  app: string,
  { locationId, companyId }: Connection,
): ConnectionHealth {
  const failed = (reason: string): ConnectionHealth => ({ status: "failed", problem: code, reason });
  switch (code) {
    case "WRONG_LOCATION":
      return failed(
        `${app} says that this login has no access to the sub-account ${locationId ?? companyId ?? "it was asked for"}. Put in the right sub-account id, or a token of that sub-account.`,
      );
    case "CONNECTION_WRONG_KIND":
      if (typeof details["place"] === "string")
        return failed(
          `This login sees the sub-account ${details["place"]} alone, and the connection does not say which one it is for. Put in that sub-account id; or, for a login of the agency, the agency id.`,
        );
      return failed(
        locationId === undefined
          ? `This is the login of a sub-account, and the connection is for an agency. Add the sub-account id, or use an agency login.`
          : `This is an agency login, and the connection is for the sub-account ${locationId}. Use a token that was made in that sub-account.`,
      );
    case "SCOPE_MISSING":
      return failed(
        `${app} accepts the token, but the test could not read anything: it lacks the scope ${scopesOf(details["scopes"])}. Add a scope in ${app}, then test again.`,
      );
    case "HOST_NOT_ALLOWED":
      return failed(`${message} Then test again.`);
    default:
      return failed(
        `${message.replace(/\.$/, "")}. ${retryable(code) ? "The login itself may be fine: test it again once the address answers." : "Look at the address and the secret, then test again."}`,
      );
  }
}

const retryable = (code: ErrorCode): boolean => ["OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_FAILED"].includes(code);
const scopesOf = (scopes: unknown): string => (Array.isArray(scopes) ? scopes.join(", ") : "it needs");

/** How the logins of a place stand after its registration was taken out of it. */
export const uninstalled = (app: string): ConnectionHealth => ({
  status: "broken",
  problem: "APP_UNINSTALLED",
  reason: `The app was uninstalled in ${app}; install it again, then reconnect it.`,
});

/** The same, once the registration is back: the old login stays dead. */
export const reinstalled = (app: string): ConnectionHealth => ({
  status: "broken",
  problem: "CONNECTION_REVOKED",
  reason: `The app was installed again in ${app}; reconnect it.`,
});

/** A login that could not be renewed ahead of its end: it works until then. */
export const endsSoon = (expiresAt: number, reason: string): ConnectionHealth => ({
  status: "expiring",
  problem: undefined,
  reason: `Works until ${momentInWords(expiresAt)}. ${reason}`,
});
