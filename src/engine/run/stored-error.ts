import type { MillraceError, StoredError } from "#kernel/errors.ts";

/** An error as it is stored with a run: the exchanges are kept with the attempt already. */
export function toStored(error: MillraceError): StoredError {
  const { exchange: _, exchanges: __, ...details } = error.details;
  return { code: error.code, message: error.message, details };
}

/** The requests and answers that an error carries. */
export function exchangesOf(error: MillraceError): unknown[] {
  const { exchange, exchanges } = error.details as { exchange?: unknown; exchanges?: unknown[] };
  return exchanges ?? (exchange === undefined ? [] : [exchange]);
}
