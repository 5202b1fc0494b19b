import type { StoredError } from "./api.ts";

/** What a person can do about a failed run. */
export type Remedy = "replay" | "connection" | "flow" | "address";

export interface Fix {
  /** Our explanation: why it stopped and what helps. */
  explain: string;
  remedy: Remedy;
}

const fixes: Record<string, Fix> = {
  CONNECTION_UNKNOWN: { explain: "The flow names a connection that does not exist here. Add it, then replay.", remedy: "connection" },
  CONNECTION_EXPIRED: {
    explain: "Nothing is wrong with the event. Reconnect, then replay: the steps already done are kept.",
    remedy: "connection",
  },
  CONNECTION_REVOKED: {
    explain: "Nothing is wrong with the event. Reconnect, then replay: the steps already done are kept.",
    remedy: "connection",
  },
  APP_UNINSTALLED: {
    explain: "Nothing is wrong with the event. Reconnect, which installs the app, then replay: the steps already done are kept.",
    remedy: "connection",
  },
  CLIENT_REFUSED: {
    explain: "Nothing is wrong with the event. Reconnect with the right client id and secret of the app, then replay.",
    remedy: "connection",
  },
  CLOCK_OFF: { explain: "Nothing is wrong with the event or the login. Set the clock of the machine, then replay.", remedy: "connection" },
  CONNECTION_PAUSED: { explain: "The login itself is fine. Once the sub-account is active again, replay.", remedy: "connection" },
  SCOPE_MISSING: { explain: "The login may not do this. Add the scope, reconnect, then replay.", remedy: "connection" },
  WRONG_LOCATION: {
    explain: "The step used a connection of another sub-account. Choose the right one in the flow, then replay by the published version.",
    remedy: "flow",
  },
  CONNECTION_WRONG_KIND: {
    explain: "The step needs another kind of login. Choose it in the flow, publish, then replay by the published version.",
    remedy: "flow",
  },
  SECRET_UNREADABLE: { explain: "Nothing is wrong with the event. Reconnect, then replay.", remedy: "connection" },
  SLOT_TAKEN: { explain: "Somebody was faster. A replay from the start asks for the free times again.", remedy: "replay" },
  FLOW_STOPPED: { explain: "A stop step of the flow ended the run here. Change the flow or the record, then replay.", remedy: "flow" },
  MAPPING_FAILED: {
    explain:
      "A field could not be filled from this event. Correct the data of this run; or correct the field in the flow, publish, and replay by the published version.",
    remedy: "flow",
  },
  STEP_INPUT_INVALID: {
    explain: "The step was given a value it cannot use. Correct the field in the flow, publish, then replay by the published version.",
    remedy: "flow",
  },
  OPERATION_UNKNOWN: {
    explain:
      "The flow names an operation that does not exist. Choose another and publish, or restore a version of the app that has it; then replay by the published version.",
    remedy: "flow",
  },
  SCRIPT_FAILED: {
    explain: "The same event would stop it again. Correct the script, publish, then replay by the published version.",
    remedy: "flow",
  },
  OUTBOUND_REFUSED: {
    explain: "The same data would be refused again. Correct the data of this run, or the step for all further runs, then replay.",
    remedy: "flow",
  },
  OUTBOUND_NOT_FOUND: {
    explain:
      "There is nothing at the place that the step called: its record may have been deleted or merged, or its address may be wrong. Check both in the step.",
    remedy: "flow",
  },
  DUPLICATE_RECORD: {
    explain:
      "An operation that creates or updates would have found the record. Change the step, publish, then replay by the published version.",
    remedy: "flow",
  },
  UNKNOWN_OUTCOME: {
    explain:
      "Nobody can tell whether this was written, so it was not tried again. Look in the app: if it is not there, replay; if it is, dismiss.",
    remedy: "replay",
  },
  RETRIES_EXHAUSTED: {
    explain: "The app did not answer properly for longer than the flow waits. Replay from this step: what was done before is kept.",
    remedy: "replay",
  },
  HOST_NOT_ALLOWED: {
    explain: "Nothing was sent. Flows call an address of a private network only if it is in the list under Connections.",
    remedy: "address",
  },
  INTERNAL: { explain: "The event is safe. Replay; if it stops again, the log says more.", remedy: "replay" },
};

const otherwise: Fix = { explain: "Replay once the cause is gone: the steps already done are kept.", remedy: "replay" };

const lostName: Fix = {
  explain: "A name in the flow leads nowhere any more. Choose what to use instead: the flow is tried, published, and the event goes on.",
  remedy: "flow",
};

const wrongAddress: Fix = {
  explain: "There is nothing at the address that the step called. Correct it in the step, publish, then replay by the published version.",
  remedy: "flow",
};

/** What to tell, and to offer, beside an error. */
export function fixFor(error: Pick<StoredError, "code"> & { details?: StoredError["details"] }): Fix {
  if (error.details?.["reference"] !== undefined) return lostName;
  if (error.code === "OUTBOUND_NOT_FOUND" && error.details?.["address"] !== undefined) return wrongAddress;
  return fixes[error.code] ?? otherwise;
}

/** What came with the event may be what is wrong: correcting it helps the run without a change of the flow. */
export const isOfData = ({ code, details }: StoredError): boolean => details["reference"] === undefined && dataErrors.has(code);
const dataErrors: ReadonlySet<string> = new Set(["OUTBOUND_REFUSED", "MAPPING_FAILED", "STEP_INPUT_INVALID"]);

/** The host on a private network that an error is about. */
export function blamedHost({ code, details }: StoredError): string | null {
  const host = details["host"];
  return code === "HOST_NOT_ALLOWED" && typeof host === "string" ? host : null;
}

/** What is wrong with each field, where the error names fields and its sentence does not say it already. */
export function fieldProblems({ message, details }: StoredError): [field: string, problem: string][] {
  const fields = details["fields"];
  if (typeof fields !== "object" || fields === null) return [];
  const problems = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return problems.filter(([, problem]) => !message.includes(problem));
}

/** The other side's own sentence, where the error carries one that our sentence does not say already. */
export function vendorSentence(error: StoredError): string | null {
  const said = error.details["message"];
  return typeof said === "string" && said !== "" && !error.message.includes(said) ? said : null;
}
