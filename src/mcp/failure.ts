/** Pure: what went wrong, as a tool reports it. */
import { type ErrorCode, toMillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Answer } from "./answer.ts";

/** An error of the API: of the table, with its sentence. */
export interface ApiError {
  code: string;
  message: string;
  details: Record<string, unknown>;
}

/** Whatever was thrown, as an error of the table. A fault of ours says nothing of its cause. */
export function apiErrorOf(thrown: unknown): ApiError {
  const { code, message, details } = (
    isObject(thrown) && typeof thrown["code"] === "string" && thrown instanceof Error ? thrown : {}
  ) as Partial<ApiError>;
  if (code !== undefined && /^[A-Z_]+$/.test(code) && message !== undefined)
    return { code, message, details: isObject(details) ? details : {} };
  const fault = toMillraceError(thrown);
  return { code: fault.code, message: fault.message, details: {} };
}

/** A failed call as an answer: the code, what to do about it, and the sentence, which may quote what others wrote. */
export function failureOf(thrown: unknown): Answer {
  const { code, message, details } = apiErrorOf(thrown);
  return { says: `It failed with ${code}.`, data: { code, message, details }, next: [adviceOn(code)], failed: true };
}

const reconnect = "A person has to connect it again: give them the address of the page of connections.";
const wait = "Wait, then call again; do not call in a loop.";

const advice = {
  BAD_INPUT: "Correct the field that the message names, and call again.",
  NOT_FOUND: "Look the id up first: list_flows, list_runs, find_templates and list_connections show what is there.",
  NOT_SIGNED_IN: "Your sign-in to Millrace has ended. A person has to sign you in again.",
  FORBIDDEN: "You may not do that. Tell the person; do not look for another way.",
  NEEDS_APPROVAL:
    "A person decides this: request_publish, request_switch_on, request_replay and call_operation ask. An address that you chose is called by a person only, in dry runs too. Anything else a person does on the page.",
  CONFLICT: "Read the message: what is there now contradicts the request.",
  OPERATION_UNKNOWN: "Look for it with find_operations, and pass its app and key as they are there.",
  CONNECTION_UNKNOWN: "Use the name of a connection from list_connections, of the app of the operation.",
  CONNECTION_WRONG_KIND: "Choose another connection from list_connections.",
  SCOPE_MISSING: "A person has to give the login that permission and connect it again.",
  STEP_INPUT_INVALID: "Read the inputs with describe_operation, correct the field that the message names, and call again.",
  FLOW_INVALID: "Correct each place in `problems`, and send the whole definition again. read_flow_format says what a flow may have.",
  FLOW_NOT_READY: "Correct each place in `problems` with draft_flow, then try again.",
  FLOW_WOULD_FAIL: "Correct what `findings` names, and remove the `todo` of what is done; propose_fix replaces names that are gone.",
  FLOW_CHANGED: "Somebody saved it since. Read it again with get_flow, and put your change into what is there now.",
  FLOW_NOT_PUBLISHED: "It has no published version yet: request_publish asks a person for it.",
  RUN_NOT_REPLAYABLE: "Read the run with explain_run: only runs that failed, were held or ended can be replayed.",
  UNKNOWN_OUTCOME: "Do not call it again: it may have taken effect. Look with a read operation first.",
  DUPLICATE_RECORD: "The record is there already: `existingId` names it. Update that one, or use an operation that creates or updates.",
  OUTBOUND_REFUSED: "The app refused the input. Read its message, correct the input, and call again once.",
  OUTBOUND_NOT_FOUND: "The app has no such record: check the id with a read operation.",
  CONNECTION_EXPIRED: reconnect,
  CONNECTION_REVOKED: reconnect,
  CONNECTION_PAUSED: reconnect,
  APP_UNINSTALLED: reconnect,
  CLIENT_REFUSED: reconnect,
  SECRET_UNREADABLE: reconnect,
  HOST_NOT_ALLOWED: "It is an address of a private network. Only the person who runs this Millrace can allow it, under Settings.",
  TOO_MANY_REQUESTS: wait,
  RATE_LIMITED: wait,
  QUOTA_WAIT: wait,
  HOST_DOWN: wait,
  OUTBOUND_UNREACHABLE: wait,
  OUTBOUND_TIMEOUT: wait,
  SERVER_UNREACHABLE: "Millrace does not run there. A person has to start it, or to correct MILLRACE_URL.",
  INTERNAL: "Tell the person; the log of Millrace has the details.",
} as const satisfies Partial<Record<ErrorCode, string>>;

const adviceOn = (code: string): string =>
  (advice as Readonly<Record<string, string>>)[code] ?? "Read the message, and tell the person if it is not yours to correct.";
