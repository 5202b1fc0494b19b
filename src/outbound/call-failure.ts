import { defined } from "#kernel/defined.ts";
import { loginRefusals, MillraceError, toMillraceError } from "#kernel/errors.ts";
import { alikeByWords, nearest } from "#catalog/nearest.ts";
import type { App, ConnectionFacts } from "#catalog/types.ts";
import type { CallRequest } from "./call.ts";
import type { Exchange } from "./types.ts";

/** No such operation, with what was most likely meant; what a run names was there when its flow was published. */
export const unknownOperation = ({ app: id, operation, cause }: Pick<CallRequest, "app" | "operation" | "cause">, app?: App) =>
  new MillraceError("OPERATION_UNKNOWN", {
    details: { app: app?.title ?? id, operation, hint: hintFor(operation, app, cause?.purpose === "run"), outcome: "not_sent" },
  });

/** What was most likely meant: the same operation of the other API version, or one of nearly that name. */
function hintFor(operation: string, app: App | undefined, isOfRun: boolean): string {
  if (!app) return ", and no such app";
  if ([...app.triggers, ...(app.changes ?? []), ...(app.builtIns ?? [])].some(({ id }) => id === operation))
    return ": it is a trigger, which starts a flow";
  const ids = app.operations.map(({ id }) => id);
  const [unmarked = "", mark] = operation.split("@");
  if (mark !== undefined && ids.includes(unmarked)) return `, for the newer API has it not; '${unmarked}' is there`;
  if (isOfRun) return " any more: it was taken out of the definition of the app";
  const guess = nearest(unmarked, alikeByWords(unmarked, ids));
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}

/** For a read of what may not exist. */
export function nullIfNotFound(thrown: unknown): null {
  if (thrown instanceof MillraceError && thrown.code === "OUTBOUND_NOT_FOUND") return null;
  throw thrown;
}

/** The look-up failed, so the call that needed it was certainly not sent. */
export function notBegun(thrown: unknown): MillraceError {
  const { code, cause, details } = toMillraceError(thrown);
  return new MillraceError(code, { cause, details: { ...details, outcome: "not_sent" } });
}

/** A refused login is waited for, so the error says which connection it is. */
export function ofConnection(error: MillraceError, { id, name, title }: Pick<ConnectionFacts, "id" | "name" | "title">): MillraceError {
  if (!loginRefusals.has(error.code)) return error;
  return new MillraceError(error.code, {
    cause: error.cause,
    details: { connection: name, ...defined({ connectionTitle: title }), ...error.details, connectionId: id },
  });
}

/** Keeps the requests that succeeded before the one that failed. */
export function withEarlier(thrown: unknown, earlier: Exchange[]): MillraceError {
  const error = toMillraceError(thrown);
  const { exchange, ...details } = error.details as { exchange?: Exchange };
  if (earlier.length === 0 || details === undefined) return error;
  return new MillraceError(error.code, {
    cause: error.cause,
    details: { ...details, exchanges: exchange ? [...earlier, exchange] : earlier },
  });
}
