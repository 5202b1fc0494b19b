import { cutText } from "./characters.ts";

/** How loudly an error is logged: `user` is for a person to fix, `operational` heals by itself, `bug` is our mistake. */
export type ErrorKind = "user" | "operational" | "bug";

interface ErrorRow {
  readonly kind: ErrorKind;
  /** What an HTTP client of Millrace gets. */
  readonly status: number;
  /** Whether the engine may try the same thing again by itself. */
  readonly retry: boolean;
  /** What happened and what to do, in the reader's words. `{name}` is filled from the details. */
  readonly say: string;
}

/** Every error Millrace reports. Codes are public: add, never rename, never reuse. */
export const errorCodes = {
  INTERNAL: {
    kind: "bug",
    status: 500,
    retry: false,
    say: "Millrace met a fault of its own. Nothing accepted was lost; the log has the details.",
  },
  BAD_INPUT: { kind: "user", status: 400, retry: false, say: "{field}: {problem}." },
  BODY_TOO_LARGE: { kind: "user", status: 413, retry: false, say: "The body is larger than {limit}. Send less at a time." },
  BODY_TOO_SLOW: {
    kind: "operational",
    status: 408,
    retry: true,
    say: "The body did not arrive within {seconds} s, so nothing was accepted. Send it again.",
  },
  METHOD_NOT_ALLOWED: {
    kind: "user",
    status: 405,
    retry: false,
    say: "This address takes {allowed}, not {method}. Send it again with {allowed}.",
  },
  UNSUPPORTED_MEDIA: { kind: "user", status: 415, retry: false, say: "Send JSON, XML or a web form; the content type was {type}." },
  NOT_SIGNED_IN: {
    kind: "user",
    status: 401,
    retry: false,
    say: "You are not signed in. A program sends the API key as 'Authorization: Bearer <key>'; a person signs in on the page.",
  },
  FORBIDDEN: { kind: "user", status: 403, retry: false, say: "{problem}." },
  NOT_FOUND: { kind: "user", status: 404, retry: false, say: "There is no {what} '{id}' here." },
  CONFLICT: { kind: "user", status: 409, retry: false, say: "{problem}." },
  TOO_MANY_REQUESTS: { kind: "operational", status: 429, retry: true, say: "Too many requests at once. Try again in {seconds} s." },
  TOO_MANY_WRONG_KEYS: {
    kind: "operational",
    status: 429,
    retry: true,
    say: "Too many wrong API keys or links came from your address. The right one still works; try another in {seconds} s.",
  },
  LINK_INVALID: {
    kind: "user",
    status: 401,
    retry: false,
    say: "This link has been used or has expired. Run 'millrace open' on the machine that runs Millrace to get a new one.",
  },
  LINK_NEEDS_ACCOUNT: {
    kind: "user",
    status: 409,
    retry: false,
    say: "This Millrace requires an account. Open the link in a browser to create the owner's account or to set a new password for an owner.",
  },
  KEY_FOR_PROGRAMS: {
    kind: "user",
    status: 403,
    retry: false,
    say: "API keys are for programs. Sign in with your account, or ask an owner to invite you.",
  },
  KEY_EXPIRED: {
    kind: "user",
    status: 401,
    retry: false,
    say: "The API key '{name}' has expired. An owner can make a new one under People.",
  },
  PASSWORD_WRONG: {
    kind: "user",
    status: 401,
    retry: false,
    say: "Wrong e-mail address or password. Check both, or reset your password.",
  },
  TOO_MANY_WRONG_PASSWORDS: {
    kind: "operational",
    status: 429,
    retry: true,
    say: "Too many failed attempts for this account. Wait {seconds} s, or reset your password.",
  },
  CODE_NEEDED: {
    kind: "user",
    status: 401,
    retry: false,
    say: "Enter the code that your authenticator app shows, or one of your recovery codes.",
  },
  CODE_WRONG: {
    kind: "user",
    status: 401,
    retry: false,
    say: "This code is wrong or was already used. Wait for the next code in your authenticator app.",
  },
  INVITATION_INVALID: {
    kind: "user",
    status: 410,
    retry: false,
    say: "This invitation was used or withdrawn, or has expired. Ask the person who invited you for a new one.",
  },
  RESET_INVALID: {
    kind: "user",
    status: 410,
    retry: false,
    say: "This link was used or has expired. Request a new one on the sign-in page.",
  },
  SINGLE_SIGN_ON_FAILED: { kind: "user", status: 401, retry: false, say: "{problem}." },
  PASSKEY_REFUSED: {
    kind: "user",
    status: 401,
    retry: false,
    say: "This passkey could not be verified. Try again, or sign in with your password.",
  },
  OWNER_FIRST: {
    kind: "user",
    status: 409,
    retry: false,
    say: "Create your own account first, under People. Once anyone has an account, everyone needs one to sign in.",
  },
  NO_ACCOUNT: {
    kind: "user",
    status: 409,
    retry: false,
    say: "This needs an account, and you are signed in without one. Create one under People.",
  },
  NO_WORKSPACE: {
    kind: "user",
    status: 403,
    retry: false,
    say: "Your account is no longer a member of any workspace. Ask an owner to invite you again.",
  },
  WORKSPACE_CHANGED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "You switched to another workspace in a different tab, so nothing was changed. Reload the page.",
  },
  STORE_UNAVAILABLE: {
    kind: "operational",
    status: 429,
    retry: true,
    say: "The store cannot write just now ({problem}). Nothing was saved: send it again in {seconds} s.",
  },
  STARTING: { kind: "operational", status: 503, retry: true, say: "Millrace is starting. Try again in {seconds} s." },
  STORE_MISSING: {
    kind: "user",
    status: 503,
    retry: false,
    say: "The store is missing: {problem}. Restore it from a backup, or start with an empty store: 'millrace start --new'.",
  },
  STORE_UNUSABLE: { kind: "user", status: 503, retry: false, say: "The store cannot be used: {problem}. {todo}." },
  SETTINGS_INVALID: { kind: "user", status: 500, retry: false, say: "Some settings are wrong:\n{problem}" },
  USAGE: { kind: "user", status: 400, retry: false, say: "{problem}." },
  SERVER_UNREACHABLE: { kind: "operational", status: 502, retry: true, say: "No Millrace answers at {url} ({problem})." },
  SERVER_STRANGE: { kind: "operational", status: 502, retry: false, say: "What answers at {url} (with status {status}) is not Millrace." },

  HOOK_UNKNOWN: {
    kind: "user",
    status: 404,
    retry: false,
    say: "No trigger listens at this address. Copy the address from the flow's trigger again; it may have been rotated.",
  },
  HOOK_GONE: {
    kind: "user",
    status: 410,
    retry: false,
    say: "This address is no longer used: its flow was deleted or has another one. Stop sending events here.",
  },
  HOOK_REFUSED: { kind: "user", status: 401, retry: false, say: "The event was refused: {problem}." },
  HOOK_SENDER_REFUSED: {
    kind: "user",
    status: 403,
    retry: false,
    say: "Events from {address} are not accepted here. The owner of the flow can add it to the allowed senders.",
  },
  HOOK_FOREIGN: {
    kind: "user",
    status: 403,
    retry: false,
    say: "The event was refused: {problem}.",
  },
  HOOK_CONTRADICTED: { kind: "user", status: 422, retry: false, say: "The event was refused: {problem}." },
  HOOK_KEY_REUSED: {
    kind: "user",
    status: 422,
    retry: false,
    say: "The event was refused: its Idempotency-Key '{key}' came before with other content. Send it again with a key of its own.",
  },
  HOOK_ADDRESS_LOCAL: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{app} cannot reach this Millrace at {url}, which is an address of this machine. Set MILLRACE_PUBLIC_URL to the address that others use, then restart.",
  },
  HOOK_SUBSCRIBE_UNCLEAR: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{app} did not answer, so it is not known whether it has the address. Look in {app}: if the address is there, remove it, then try again.",
  },
  HOOK_SUBSCRIBE_ANSWER: {
    kind: "user",
    status: 502,
    retry: false,
    say: "The answer of {app} has no {what} at '{path}'. Correct the definition of {app}, then try again.",
  },
  HOOK_UNTIMELY: { kind: "user", status: 422, retry: false, say: "The event was refused: {problem}." },

  POLL_TOO_LONG: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The list is longer than {pages} pages, and only those were looked at. Narrow the trigger's input so that it lists less.",
  },

  POLL_WITHOUT_IDS: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{without} of {rows} items of the list have no id at '{id}', so they are compared by content and one that changes counts as new. Set 'id' in the trigger's input to the path of an item's id. An item has: {fields}.",
  },

  FLOW_INVALID: { kind: "user", status: 422, retry: false, say: "The flow cannot be saved: {problem}." },
  FLOW_NOT_READY: { kind: "user", status: 409, retry: false, say: "'{flow}' is not ready yet. {problem}." },
  STEP_NOT_TESTED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "Nothing was written: it reads {steps}, and what that gave with this sample is not known. Test {steps} for real with this sample first.",
  },
  FLOW_CHANGED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "'{flow}' was saved meanwhile by {who}, so {what}.",
  },
  FLOW_WOULD_FAIL: {
    kind: "user",
    status: 409,
    retry: false,
    say: "'{flow}' was not published, because {because}. {problem}. Fix it, or publish it anyway.",
  },
  FLOW_OF_SYNC: {
    kind: "user",
    status: 409,
    retry: false,
    say: "A sync writes this flow, so it is not changed by itself. Change, pause or delete the sync '{sync}'.",
  },
  SYNC_WOULD_FAIL: { kind: "user", status: 409, retry: false, say: "The sync cannot run like this: {problem}." },
  FLOW_NOT_PUBLISHED: { kind: "user", status: 409, retry: false, say: "The flow '{id}' has no published version. Publish it first." },
  RUN_NOT_REPLAYABLE: { kind: "user", status: 409, retry: false, say: "{problem}." },

  FLOW_STOPPED: { kind: "user", status: 409, retry: false, say: "The flow stopped the run: {reason}." },
  MAPPING_FAILED: { kind: "user", status: 422, retry: false, say: "The mapping of '{field}' failed: {problem}." },
  SCRIPT_FAILED: { kind: "user", status: 422, retry: false, say: "The script failed{place}: {problem}." },
  SCRIPTS_BUSY: { kind: "operational", status: 429, retry: true, say: "Too many scripts are waiting. Try again in {seconds} s." },
  STEP_INPUT_INVALID: { kind: "user", status: 422, retry: false, say: "{field}: {problem}." },
  UNKNOWN_OUTCOME: {
    kind: "user",
    status: 409,
    retry: false,
    say: "It is not known whether {operation} took effect: the request was sent, and no clear answer came back. Look in the app, {todo}.",
  },
  RETRIES_EXHAUSTED: {
    kind: "user",
    status: 502,
    retry: false,
    say: "{operation} kept failing: {problem}. Replay the run once it works again.",
  },

  RUN_TOO_LONG: {
    kind: "user",
    status: 422,
    retry: false,
    say: "A run may take {limit} steps, and this one needs more: {loops}. Send fewer items in one event, or shorten the loop's list in the flow and replay the run.",
  },
  RUN_TOO_LARGE: {
    kind: "user",
    status: 422,
    retry: false,
    say: "The results of this run's steps take more than {limit} together{loops}. Send less in one event, or let the steps return less and replay the run.",
  },
  RUN_SET_ASIDE: {
    kind: "user",
    status: 409,
    retry: false,
    say: "Millrace stopped twice while this run was executing, so the run was set aside and the others go on. Look at its event and its flow, then replay, cancel or dismiss it.",
  },
  DRY_RUN_TOO_LONG: {
    kind: "user",
    status: 422,
    retry: false,
    say: "The dry run was stopped after {seconds} s. Try it on an event with fewer items; a real run may take longer.",
  },

  IDEMPOTENCY_KEY_REUSED: {
    kind: "user",
    status: 422,
    retry: false,
    say: "The idempotency key '{key}' came before with another request, so nothing was called. Give each request a key of its own.",
  },
  CALL_UNDER_WAY: {
    kind: "operational",
    status: 409,
    retry: true,
    say: "The call with the idempotency key '{key}' is still under way. Ask again in {seconds} s.",
  },
  BATCH_TOO_LARGE: {
    kind: "user",
    status: 422,
    retry: false,
    say: "The answers before this one take more than {limit} together, so this call was not made. Send it again in a smaller batch.",
  },

  OPERATION_UNKNOWN: { kind: "user", status: 404, retry: false, say: "There is no operation '{operation}' in {app}{hint}." },
  CONNECTION_UNKNOWN: { kind: "user", status: 404, retry: false, say: "There is no connection '{connection}'. Add it under Connections." },
  CONNECTION_EXPIRED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The login of '{connection}' has expired and could not be renewed ({problem}). Reconnect it.",
  },
  CONNECTION_REVOKED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{app} no longer accepts the connection '{connection}'. Reconnect it.",
  },
  CONNECTION_PAUSED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The sub-account of '{connection}' is not active in {app}. The login is kept and works again once the sub-account is.",
  },
  APP_UNINSTALLED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The app was uninstalled in {app}, so '{connection}' no longer has access. Reconnect it to install the app again.",
  },
  CLIENT_REFUSED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{app} rejected the app's client id or secret, so the token of '{connection}' could not be renewed. Reconnect it with the correct ones.",
  },
  CLOCK_OFF: {
    kind: "user",
    status: 409,
    retry: false,
    say: "{app} refused the login of '{connection}' because the clock of the machine that runs Millrace is wrong. Set the clock, then test the connection.",
  },
  CONNECTION_TEST_FAILED: { kind: "user", status: 422, retry: false, say: "Nothing was saved, because the test failed. {problem}" },
  CONSENT_OVER: {
    kind: "user",
    status: 409,
    retry: false,
    say: "This sign-in was finished already, took longer than an hour, was begun in another browser, or its app was changed meanwhile. Begin it again under Connections.",
  },
  CONSENT_REFUSED: { kind: "user", status: 409, retry: false, say: "{app} gave no login: {problem}. Begin again under Connections." },
  CONSENT_NOT_SAVED: {
    kind: "operational",
    status: 503,
    retry: true,
    say: "{app} gave the login, but it could not be saved: {problem}. Nothing was connected yet. Try again within ten minutes; later, begin again under Connections.",
  },
  RECONNECT_LINK_OVER: {
    kind: "user",
    status: 410,
    retry: false,
    say: "This link was already used or withdrawn, or has expired. Ask the sender for a new one.",
  },
  EMBED_TOKEN_OVER: {
    kind: "user",
    status: 401,
    retry: false,
    say: "This chart cannot be shown any longer. Reload the page that it is on.",
  },
  RECONNECT_REFUSED: { kind: "user", status: 422, retry: false, say: "{problem}." },
  SECRET_UNREADABLE: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The login of '{connection}' cannot be opened: {problem}. Put the earlier key back into MILLRACE_ENCRYPTION_KEY, or reconnect it.",
  },
  SCOPE_MISSING: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The connection '{connection}' lacks the scope {scopes}. Add it in {app} and reconnect.",
  },
  CONNECTION_WRONG_KIND: {
    kind: "user",
    status: 409,
    retry: false,
    say: "'{connection}' is the wrong kind of login for {operation}, which needs {access}. Connect that and choose it here.",
  },
  WRONG_LOCATION: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The connection '{connection}' has no access to the sub-account of {what}. Use an id of its own sub-account, or the connection of that other one.",
  },

  OUTBOUND_REFUSED: { kind: "user", status: 422, retry: false, say: "{app} refused {operation}: {message}" },
  OUTBOUND_NOT_FOUND: { kind: "user", status: 404, retry: false, say: "{app} answered {operation} with 'not found': {message}" },
  DUPLICATE_RECORD: { kind: "user", status: 409, retry: false, say: "{app} already has this record ({existingId}): {message}" },
  SLOT_TAKEN: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The time is no longer free in {app}: {message}. Ask for the free slots again and choose another.",
  },
  OUTBOUND_UNREACHABLE: { kind: "operational", status: 502, retry: true, say: "{host} could not be reached: {problem}." },
  OUTBOUND_TIMEOUT: { kind: "operational", status: 504, retry: true, say: "{host} gave no answer within {seconds} s." },
  HOST_DOWN: {
    kind: "operational",
    status: 503,
    retry: true,
    say: "{host} has not answered since {since} ({reason}), so nothing is sent to it for now; next try {nextTry}.",
  },
  OUTBOUND_FAILED: { kind: "operational", status: 502, retry: true, say: "{app} answered {operation} with status {status}: {message}" },
  OUTBOUND_TOO_LARGE: { kind: "user", status: 502, retry: false, say: "The answer of {host} is larger than {limit}." },
  RATE_LIMITED: { kind: "operational", status: 429, retry: true, say: "{app} asked us to slow down." },
  QUOTA_WAIT: { kind: "operational", status: 429, retry: true, say: "The request budget of this sub-account is used up for about {wait}." },
  HOST_NOT_ALLOWED: {
    kind: "user",
    status: 403,
    retry: false,
    say: "{host} is an address of a private network. {todo}",
  },
  NEEDS_APPROVAL: {
    kind: "user",
    status: 403,
    retry: false,
    say: "An agent may not do this by itself. It can ask a person to publish or turn on a flow, replay runs or call an operation; anything else a person does on the page.",
  },
  MESSAGE_NOT_ALLOWED: {
    kind: "user",
    status: 409,
    retry: false,
    say: "The message was not sent. {problem}. A person can send it all the same, with a reason.",
  },
  DRY_RUN_WRITE: { kind: "bug", status: 500, retry: false, say: "A dry run tried to write ({operation}) and was stopped." },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorCodes;

/** A login is refused, or cannot be opened, whatever is called with it. No call does anything until a person or the other side mends it. */
export const loginRefusals: ReadonlySet<ErrorCode> = new Set([
  "CONNECTION_REVOKED",
  "CONNECTION_EXPIRED",
  "CONNECTION_PAUSED",
  "APP_UNINSTALLED",
  "CLIENT_REFUSED",
  "CLOCK_OFF",
  "SECRET_UNREADABLE",
]);
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** What became of a request that failed: never left here, was answered with a refusal, or nobody can tell. */
export type Outcome = "not_sent" | "refused" | "unknown";

/** An error of the table. `message` is the filled sentence; `details` are safe to show and to store. */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, { cause, details = {} }: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(fill(errorCodes[code].say, details), cause === undefined ? undefined : { cause });
    this.name = "MillraceError";
    this.code = code;
    this.details = details;
  }

  get row(): ErrorRow {
    return errorCodes[this.code];
  }

  toJSON(): StoredError {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** An error as it is kept in a row and shown over the API. */
export interface StoredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** Whatever was thrown, as an error of the table. The cause stays attached for the log. */
export function toMillraceError(thrown: unknown): MillraceError {
  return thrown instanceof MillraceError ? thrown : new MillraceError("INTERNAL", { cause: thrown });
}

function fill(sentence: string, details: ErrorDetails): string {
  const filled = sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    // A field is named as the form names it, if the details say how; its own name stays in the details.
    const value = name === "field" ? (details["label"] ?? details[name]) : details[name];
    if (value === undefined || value === null) return whole === "{id}" ? "?" : "unknown";
    return quotedShortly(Array.isArray(value) ? value.join(", ") : String(value));
  });
  return filled.replace(/(; did you mean '[^']*')\.$/, "$1?");
}

const longestQuote = 200;
const longestValue = 1500;

/** What somebody sent is quoted in sentences by its beginning: it may be as long as a request. */
function quotedShortly(text: string): string {
  const short = text.length <= longestQuote ? text : text.replace(longQuotes, (_, beginning: string) => `'${beginning}…'`);
  return short.length <= longestValue ? short : `${cutText(short, longestValue)}…`;
}
const longQuotes = new RegExp(`'([^']{${longestQuote}})[^']+'`, "g");

/** What a caller sent cannot be used: names the field and says why. */
export const badInput = (field: string, problem: string): MillraceError => new MillraceError("BAD_INPUT", { details: { field, problem } });

/** Throw this where the caller may not do what was asked; the problem is a sentence that says why. */
export const forbidden = (problem: string): MillraceError => new MillraceError("FORBIDDEN", { details: { problem } });

/** Throw this where the request contradicts the current state. */
export const conflict = (problem: string): MillraceError => new MillraceError("CONFLICT", { details: { problem } });

/** Throw this where a record does not exist, or belongs to somebody else. */
export const notFound = (what: string, id: string): MillraceError => new MillraceError("NOT_FOUND", { details: { what, id } });
