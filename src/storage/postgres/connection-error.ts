/** The server went away, is going, or is not there yet: what was sent may or may not have been done. */
const lostStates = /^(08|57P0[1-5]$)/;
const lostCodes = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/;
/** What the driver says without a code. */
const lostWords =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout e(xpired|xceeded)|timeout exceeded when trying to connect)/;

/** The SQLSTATE of PostgreSQL, or the code of the operating system. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** The same whatever it was, for whoever asks for the code of the store's errors. */
export class ConnectionLost extends Error {
  readonly code = "08006";

  constructor(cause: Error) {
    super(cause.message || codeOf(cause), { cause });
  }
}

export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return lostStates.test(code) || lostCodes.test(code) || (code === "" && error instanceof Error && lostWords.test(error.message));
}

/** Two transactions were in each other's way and this one was rolled back whole: done again, it works. */
export const isConflict = (error: unknown): boolean => /^(40001|40P01)$/.test(codeOf(error));
