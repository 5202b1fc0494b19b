import { MillraceError } from "#kernel/errors.ts";
import { passingProblem } from "../problems.ts";

/** The server went away, is going, or is not there yet: what was sent may or may not have been done. */
const lostStates = /^(08|57P0[1-5]$)/;
const lostCodes = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/;
/** What the driver says without a code. */
const lostWords =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout expired|timeout exceeded)/;

/** The SQLSTATE of PostgreSQL, or the code of the operating system. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** A fault of the store that passes. Whoever meets it may try again: a step of a run does, and a caller of the API is asked to. */
export class StoreUnavailable extends MillraceError {
  /** Whether the connection broke, so that the outcome of the statement is unknown. */
  readonly lost: boolean;

  constructor(cause: unknown, problem: string, lost: boolean) {
    super("STORE_UNAVAILABLE", { cause, details: { problem, seconds: 10 } });
    this.lost = lost;
  }
}

/** What the driver threw, as a StoreUnavailable where that is what it means. */
export function asStoreError(error: unknown): unknown {
  const isLost =
    lostStates.test(codeOf(error)) || lostCodes.test(codeOf(error)) || (error instanceof Error && lostWords.test(error.message));
  if (isLost) return new StoreUnavailable(error, "PostgreSQL does not answer", true);
  const problem = isConflict(error) ? undefined : passingProblem(error);
  return problem === undefined ? error : new StoreUnavailable(error, problem, false);
}

export const isConnectionLost = (error: unknown): boolean => error instanceof StoreUnavailable && error.lost;

/** Two transactions were in each other's way and this one was rolled back whole: done again, it works. */
export const isConflict = (error: unknown): boolean => /^(40001|40P01)$/.test(codeOf(error));
