import { MillraceError, type StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Ending } from "../../../run/parts.ts";
import { defaultRetryLimits } from "../../../run/retry.ts";
import { toStored } from "../../../run/stored-error.ts";
import { downWaiting } from "../../../run/waiting.ts";
import { give, type ActionWork } from "./work.ts";

/** Ends a step that will not heal by itself, and the run with it unless the flow says to go on. */
export function rest({ plan, walk, record, scope }: ActionWork, failure: StoredError): Ending | null {
  const { id, onError } = plan;
  // With the step's id a person can repair the flow from wherever the error is shown.
  const error = failure.details["reference"] === undefined ? failure : { ...failure, details: { ...failure.details, step: id } };
  walk.put({
    ...record,
    state: "failed",
    error,
    finishedAt: walk.parts.clock.now(),
    ...(onError === "continue" && { output: { error: asJson(error) } }),
  });
  if (onError !== "continue") return { kind: "failed", error };
  give(plan, walk, scope, { error }, record);
  return null;
}

/** Nobody can tell whether the call took effect: a person decides. */
export function hold({ plan: { app, operation }, walk, record }: ActionWork): Ending {
  const { caller, clock } = walk.parts;
  const title = caller.facts(walk.context.run.workspaceId, app, operation)?.title ?? operation;
  const error = toStored(new MillraceError("UNKNOWN_OUTCOME", { details: { operation: title } }));
  walk.put({ ...record, state: "held", error, finishedAt: clock.now() });
  return { kind: "held", error };
}

/** Waits for a host that does not answer. No attempt was made, so an unclear outcome stays unclear, and an input that was never sent is computed again. */
export function waitForHost({ walk, record }: ActionWork, error: MillraceError, now: number, doubtful: boolean): Ending {
  const { input, ...kept } = record;
  walk.put({
    ...kept,
    input: kept.attempts.length > 0 ? input : undefined,
    state: doubtful ? kept.state : "waiting",
    error: toStored(error),
  });
  const waiting = downWaiting(error, kept.path, kept.attempts);
  return { kind: "paused", dueAt: timeIn(error, now + 1000), durable: true, waiting, trouble: "down" };
}

/** Whether the step has been tried, or has waited to be, for as long as its flow allows. */
export function isOverdue({ walk, record: { attempts, startedAt } }: ActionWork, now: number): boolean {
  const { maxElapsedMs } = { ...defaultRetryLimits, ...walk.flow.settings.retry };
  return now - (attempts[0]?.at ?? startedAt) >= maxElapsedMs;
}

/** When to try again, as an error says. */
export const timeIn = (error: MillraceError, otherwise: number): number =>
  typeof error.details.retryAt === "number" ? error.details.retryAt : otherwise;

const asJson = (error: StoredError): Json => ({ code: error.code, message: error.message });
