import type { AuthScheme } from "#catalog/types.ts";
import type { ErrorCode } from "#kernel/errors.ts";
import type { Connection, Secret } from "./types.ts";

export type Standing = Pick<Connection, "status" | "reason" | "expiresAt">;

/** How a login stands when its secret has just been given. `reason` is cleared by being there and undefined. */
export function standing(auth: AuthScheme["kind"], secret: Secret, now: number): Standing {
  const { expiresAt } = secret;
  if (auth !== "oauth2" || secret.refreshToken || expiresAt === undefined) return { status: "connected", reason: undefined, expiresAt };
  if (expiresAt <= now) return { status: "broken", reason: "The login has expired. Connect it again.", expiresAt };
  return {
    status: "expiring",
    reason: `The login ends on ${day(expiresAt)} and cannot be renewed by itself. Connect it again before then.`,
    expiresAt,
  };
}

/** How a login stands after the other side refused it; undefined where a refusal says nothing of the login. */
export function standingAfter(code: ErrorCode, app: string, problem?: string): Standing | undefined {
  switch (code) {
    case "CONNECTION_EXPIRED":
      return { status: "broken", reason: `${app} refused the login${problem ? ` (${problem})` : ""}. Connect it again.` };
    case "CONNECTION_REVOKED":
      return { status: "broken", reason: `${app} no longer accepts this login. Connect it again.` };
    case "CONNECTION_PAUSED":
      return {
        status: "paused",
        reason: `The sub-account is not active in ${app}. The login is kept and works again once the sub-account is.`,
      };
    default:
      return undefined;
  }
}

/** How the logins of a place stand after its registration was taken out of it. */
export const uninstalled = (app: string): Standing => ({
  status: "broken",
  reason: `The app was uninstalled in ${app}; install it again, then connect it again.`,
});

/** The same, once the registration is back: the old login stays dead. */
export const reinstalled = (app: string): Standing => ({
  status: "broken",
  reason: `The app was installed again in ${app}; connect it again.`,
});

/** A login that could not be renewed ahead of its end: it works until then. */
export const endsSoon = (expiresAt: number, reason: string): Standing => ({
  status: "expiring",
  reason: `Works until ${day(expiresAt)}. ${reason}`,
});

const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
