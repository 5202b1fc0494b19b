import { loginRefusals, MillraceError, type StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Ending } from "../../../run/parts.ts";
import { defaultRetryLimits } from "../../../run/retry.ts";
import { toStored } from "../../../run/stored-error.ts";
import { connectionWaiting, downWaiting } from "../../../run/waiting.ts";
import type { Waiting } from "../../../types/runs.ts";
import { give, type ActionWork } from "./work.ts";

/** Ends a step that will not heal by itself, and the run with it unless the flow says to go on. */
export function rest({ plan, walk, record, scope }: ActionWork, failure: StoredError): Ending | null {
  const { id, onError } = plan;
  // With the step's id a person gets to the step, and can repair it, from wherever the error is shown.
  const error = { ...failure, details: { ...failure.details, step: id } };
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
export function hold({ plan: { id, app, operation }, walk, record }: ActionWork): Ending {
  const { caller, clock } = walk.parts;
  const title = caller.facts(walk.context.run.workspaceId, app, operation)?.title ?? operation;
  const error = toStored(
    new MillraceError("UNKNOWN_OUTCOME", { details: { operation: title, step: id, todo: "then replay or dismiss this run" } }),
  );
  walk.put({ ...record, state: "held", error, finishedAt: clock.now() });
  return { kind: "held", error };
}

/** Waits for a host that does not answer. */
export function waitForHost(work: ActionWork, error: MillraceError, now: number, doubtful: boolean): Ending {
  restUnsent(work, error, doubtful);
  const waiting = downWaiting(error, work.record.path, work.record.attempts);
  return { kind: "paused", dueAt: timeIn(error, now + 1000), durable: true, waiting, trouble: "down" };
}

/** No attempt was made, so an unclear outcome stays unclear, and an input that was never sent is computed again. */
function restUnsent({ walk, record }: ActionWork, error: MillraceError, doubtful: boolean): void {
  const { input, ...kept } = record;
  walk.put({
    ...kept,
    input: kept.attempts.length > 0 ? input : undefined,
    state: doubtful ? kept.state : "waiting",
    error: toStored(error),
  });
}

/** Days for which a run waits for its connection. Then it fails, so that a person sees it before retention deletes it. */
const longestWaitMs = 30 * 86_400_000;
/** How soon a run looks again by itself; later each time, because the connection's recovery wakes it anyway. */
const firstLookMs = 60_000;

/**
 * Waits for a connection whose login is refused; null where that is no reason to wait, or no longer one. The refused call did nothing, so it
 * is no attempt. An outcome that was unclear before stays unclear.
 */
export function waitForConnection(work: ActionWork, error: MillraceError, now: number, doubtful: boolean): Ending | null {
  const { walk, record } = work;
  const { connectionId } = error.details;
  if (!loginRefusals.has(error.code) || typeof connectionId !== "string") return null;
  if (walk.parts.barrier === undefined) return null; // somebody tries the step, and wants to see the error
  const since = waitsSince(walk.context.run.waiting, connectionId, record.path) ?? now;
  const until = since + longestWaitMs;
  if (now >= until) return null;
  restUnsent(work, error, doubtful);
  const lookAt = now + Math.max(firstLookMs, now - since) * (1 + walk.parts.random() / 4);
  return {
    kind: "paused",
    dueAt: Math.round(Math.min(lookAt, until)),
    durable: true,
    waiting: connectionWaiting(error, record.path, since),
  };
}

/** Since when the run has waited at this step for this connection; undefined where it has not. */
const waitsSince = (waiting: Waiting | null | undefined, connection: string, step: string): number | undefined =>
  waiting?.kind === "connection" && waiting.connection === connection && waiting.step === step ? waiting.since : undefined;

/** Whether the step has been tried, or has waited to be, for as long as its flow allows. */
export function isOverdue({ walk, record: { attempts, startedAt } }: ActionWork, now: number): boolean {
  const { maxElapsedMs } = { ...defaultRetryLimits, ...walk.flow.settings.retry };
  return now - (attempts[0]?.at ?? startedAt) >= maxElapsedMs;
}

/** When to try again, as an error says. */
export const timeIn = (error: MillraceError, otherwise: number): number =>
  typeof error.details.retryAt === "number" ? error.details.retryAt : otherwise;

const asJson = (error: StoredError): Json => ({ code: error.code, message: error.message });
