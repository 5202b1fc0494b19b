import { defined } from "#kernel/defined.ts";
import type { ErrorCode, MillraceError } from "#kernel/errors.ts";
import type { Run, Waiting } from "../types/runs.ts";
import type { StepAttempt } from "../types/steps.ts";

/** Pure: what a run waits for, in words. When it goes on is its due time. */

/** A call that failed and is made again. */
export function retryWaiting(error: MillraceError, step: string, attempts: readonly StepAttempt[]): Waiting {
  const { app, host } = error.details;
  return {
    kind: "retry",
    reason: faultWords(error),
    step,
    attempts: attempts.length,
    ...defined({ since: attempts[0]?.at, app: textIn(app), host: host === app ? undefined : textIn(host) }),
  };
}

/** A call that was not made, because its host does not answer. The reason is the same for all runs that wait for the host. */
export function downWaiting({ details: { app, host, reason } }: MillraceError, step: string, attempts: readonly StepAttempt[]): Waiting {
  return {
    kind: "retry",
    reason: `${String(host)} does not answer (${String(reason)})`,
    step,
    attempts: attempts.length,
    ...defined({ app: app === "" ? undefined : textIn(app), host: textIn(host) }),
  };
}

/** Its connection is refused. The error names the connection. */
export function connectionWaiting(
  { code, details: { app, connection, connectionId } }: MillraceError,
  step: string,
  since: number,
): Waiting {
  return {
    kind: "connection",
    reason: `Waits for the connection '${String(connection)}': ${loginFaults[code] ?? "its login is refused"}`,
    step,
    since,
    ...defined({ app: textIn(app), connection: textIn(connectionId) }),
  };
}

const loginFaults: Partial<Record<ErrorCode, string>> = {
  CONNECTION_REVOKED: "its login is no longer accepted",
  CONNECTION_EXPIRED: "its login has expired",
  APP_UNINSTALLED: "the app was uninstalled there",
  CLIENT_REFUSED: "the app's own client id or secret is refused",
  CLOCK_OFF: "the clock of the machine that runs Millrace is wrong",
  CONNECTION_PAUSED: "its sub-account is not active",
  SECRET_UNREADABLE: "its login cannot be opened",
};

const textIn = (detail: unknown): string | undefined => (typeof detail === "string" ? detail : undefined);

/** The same words for the same fault, whatever the call was about, so that the runs that wait for it can be counted together. */
function faultWords({ code, message, details: { app, status } }: MillraceError): string {
  if (code === "OUTBOUND_FAILED" && app !== undefined) return `${String(app)} answered ${String(status)}`;
  return message.replace(/\.$/, "");
}

/** The request budget is used up for now, or something else delays the call. */
export function quotaWaiting({ code, message, details }: MillraceError, step: string): Waiting {
  const { app, limit, windowMs } = details;
  const hasFigures = code === "QUOTA_WAIT" && typeof app === "string" && typeof limit === "number" && typeof windowMs === "number";
  return {
    kind: "quota",
    step,
    reason: hasFigures ? `Quota: ${app} takes ${limit} requests in ${Math.round(windowMs / 1000)} s` : message.replace(/\.$/, ""),
  };
}

/** A run that has been in the queue for less than this is not shown as waiting. */
const momentMs = 2_000;

export const settlingWaiting: Waiting = { kind: "settling", reason: "Gathers further changes of its record" };
export const onHoldWaiting: Waiting = { kind: "place", reason: "On hold: nothing is executed until Millrace is resumed" };
export const behindWaiting = (runId: string): Waiting => ({ kind: "behind", reason: `Behind run ${runId} of the same record` });

/** Null: it has only just come, or is due later. */
export function placeWaiting({ dueAt, createdAt }: Run, now: number, running: number): Waiting | null {
  if (now - Math.max(dueAt, createdAt) < momentMs) return null;
  return {
    kind: "place",
    reason:
      running > 0 ? `Waits for a free place: ${running} ${running === 1 ? "run is" : "runs are"} under way` : "Waits for a free place",
  };
}
