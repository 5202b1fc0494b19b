import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { repeatable } from "#catalog/types.ts";
import type { Scope } from "../../../mapping/mapping.ts";
import type { StepCall, StepCallResult, StepCaller } from "../../../ports/caller.ts";
import type { Ending } from "../../../run/parts.ts";
import { nextAttempt } from "../../../run/retry.ts";
import { exchangesOf, toStored } from "../../../run/stored-error.ts";
import { quotaWaiting, retryWaiting } from "../../../run/waiting.ts";
import type { StepAttempt, StepRecord } from "../../../types/steps.ts";
import type { Walk } from "../../compiled.ts";
import { hold, isOverdue, rest, timeIn, waitForConnection, waitForHost } from "./failure.ts";
import { keepPolicy } from "./message.ts";
import { callOf, give, inputOf, type ActionPlan, type ActionWork } from "./work.ts";

/** Makes the call of an action step, unless it was made already. */
export async function executeAction(plan: ActionPlan, walk: Walk, path: string, scope: Scope): Promise<Ending | null> {
  const prior = walk.recorded(path);
  if (prior && isOver(prior, plan)) {
    give(plan, walk, scope, prior.output, prior);
    return null;
  }
  const { caller, clock, dry } = walk.parts;
  const { workspaceId } = walk.context.run;
  const facts = caller.facts(workspaceId, plan.app, plan.operation);
  const record = walk.record(path, prior, clock.now());
  record.app = plan.app;
  record.operation = plan.operation;
  record.effect = facts?.effect ?? null;
  const attempt = new Attempt(plan, walk, record, scope);
  try {
    // What was sent once is sent again unchanged: a second attempt must be the same request.
    record.input = record.attempts.length > 0 && record.input !== undefined ? record.input : await inputOf(attempt);
  } catch (thrown) {
    return rest(attempt, toStored(toMillraceError(thrown)));
  }
  attempt.careful = needsCare(caller.facts(workspaceId, plan.app, plan.operation, record.input as Record<string, unknown>)) && !dry;
  attempt.message = facts?.message ?? false;
  attempt.doubtful = attempt.careful && prior !== undefined && isDoubtful(prior);
  return attempt.make();
}

/** One attempt at the call of an action step: looks before it repeats a harmful one, and decides what a failure means. */
class Attempt implements ActionWork {
  readonly plan: ActionPlan;
  readonly walk: Walk;
  readonly record: StepRecord;
  readonly scope: Scope;
  #began = 0;
  /** Whether a repeat would do harm. */
  careful = false;
  /** Whether it sends a message to a person. */
  message = false;
  /** Whether nobody knows if an earlier attempt took effect. */
  doubtful = false;

  constructor(plan: ActionPlan, walk: Walk, record: StepRecord, scope: Scope) {
    this.plan = plan;
    this.walk = walk;
    this.record = record;
    this.scope = scope;
  }

  async make(): Promise<Ending | null> {
    const { clock, barrier: barrierTo } = this.walk.parts;
    const call = callOf(this);
    this.#began = clock.now();
    const barrier = barrierTo?.(call);
    if (barrier && !barrier.refusal) return { kind: "parked", host: barrier.host };
    try {
      if (barrier?.refusal) throw barrier.refusal;
      return await this.#send(call);
    } catch (thrown) {
      return this.#failed(toMillraceError(thrown));
    }
  }

  async #send(call: StepCall): Promise<Ending | null> {
    const { recorder, caller, dry } = this.walk.parts;
    if (this.doubtful) {
      const made = await this.#look(call);
      if (made === "held") return hold(this);
      if (made) return this.#succeed(made, "Looked before writing again: the earlier attempt had taken effect.");
      this.doubtful = false;
    }
    const kept = this.message ? await keepPolicy(this, call) : null;
    if (kept && !kept.send) return kept.ending;
    if (this.careful) await recorder.begin({ ...this.record, state: "running" });
    const result = await caller.call(this.message ? callOf(this) : call);
    if (result.effects) for (const effect of result.effects) dry?.effects.push({ ...effect, step: this.record.path });
    return this.#succeed(result, kept?.note === undefined ? result.notes?.join(" ") : [kept.note, ...(result.notes ?? [])].join(" "));
  }

  /** Looks up what an attempt with an unknown outcome did: its result, null when it had no effect, or `held` when that cannot be found out. */
  async #look(call: StepCall): Promise<StepCallResult | null | "held"> {
    const made = await this.walk.parts.caller.confirmed(call, this.record.startedAt);
    if (made !== undefined) return made;
    return this.#mayRepeat() ? null : "held";
  }

  #mayRepeat(): boolean {
    return this.walk.flow.settings.unknownOutcome === "retry";
  }

  #succeed({ output, exchanges, list }: StepCallResult, note?: string): null {
    const record = this.record;
    const now = this.walk.parts.clock.now();
    const attempt: StepAttempt = {
      at: this.#began,
      durationMs: now - this.#began,
      exchanges,
      ...(note && { note }),
      ...(list && { list }),
    };
    record.attempts = record.attempts.length ? [...record.attempts, attempt] : [attempt];
    record.state = "succeeded";
    record.output = output as Json;
    record.error = null;
    record.finishedAt = now;
    this.walk.put(record);
    give(this.plan, this.walk, this.scope, output, record);
    return null;
  }

  async #failed(error: MillraceError): Promise<Ending | null> {
    const record = this.record;
    const { clock, dry } = this.walk.parts;
    const now = clock.now();
    if (error.code === "QUOTA_WAIT" && !dry)
      return { kind: "paused", dueAt: timeIn(error, now + 1000), durable: false, waiting: quotaWaiting(error, record.path) };
    if (error.code === "HOST_DOWN" && !dry && !isOverdue(this, now)) return waitForHost(this, error, now, this.doubtful);
    const wait = this.#mayHaveDone(error) ? null : waitForConnection(this, error, now, this.doubtful);
    if (wait) return wait;
    const unknown = this.careful && (this.doubtful || error.details.outcome === "unknown"); // the look-up failed, so the outcome is still unknown
    if (isGoneAlready(error, record)) return this.#succeed(gone(error), "Gone already: an earlier attempt had taken effect.");
    record.attempts = [
      ...record.attempts,
      {
        at: this.#began,
        durationMs: now - this.#began,
        error: toStored(error),
        ...(unknown && { unknown }),
        exchanges: exchangesOf(error),
      },
    ];
    return dry ? rest(this, toStored(error)) : this.#retry(error, unknown, now);
  }

  /** Whether this attempt may have done a part of what a repeat would do again. A look before it did nothing. */
  #mayHaveDone(error: MillraceError): boolean {
    return this.careful && !this.doubtful && (error.details.outcome === "unknown" || exchangesOf(error).length > 1);
  }

  /** Tries again later, where that can help and may not do harm. */
  async #retry(error: MillraceError, unknown: boolean, now: number): Promise<Ending | null> {
    const record = this.record;
    const { app, operation } = this.plan;
    const { caller, random, messages } = this.walk.parts;
    const next = nextAttempt({
      error,
      attempt: record.attempts.length,
      firstAt: error.code === "HOST_DOWN" ? record.startedAt : record.attempts[0]!.at,
      now,
      random,
      limits: this.walk.flow.settings.retry,
    });
    if ("retryAt" in next) {
      if (unknown && !caller.facts(this.walk.context.run.workspaceId, app, operation)?.confirm && !this.#mayRepeat()) return hold(this);
      this.walk.put({ ...record, state: "waiting", error: toStored(error) });
      const waiting = retryWaiting(error, record.path, record.attempts);
      return { kind: "paused", dueAt: next.retryAt, durable: true, waiting, trouble: "failing" };
    }
    const made = unknown ? await caller.confirmed(callOf(this), record.startedAt).catch(() => undefined) : undefined;
    if (made === null) record.attempts.at(-1)!.unknown = false; // looked up and not there: the outcome is known now
    if (made) {
      this.#began = now;
      return this.#succeed(made, "Refused, and yet it had taken effect: found on looking.");
    }
    if (this.message && (made === null || !unknown)) await messages?.notSent(callOf(this));
    return rest(this, toStored(next.rest === "exhausted" ? exhausted(error, operation) : error));
  }
}

/** Whether a repeated deletion finds the record gone because an earlier attempt, whose answer was lost, deleted it. */
const isGoneAlready = (error: MillraceError, { effect, attempts }: StepRecord): boolean =>
  effect === "delete" && error.code === "OUTBOUND_NOT_FOUND" && attempts.some((attempt) => attempt.error?.details["outcome"] === "unknown");

const gone = (error: MillraceError): StepCallResult => ({ output: {}, exchanges: exchangesOf(error) });

/** Whether a repeat would do harm: it makes something new each time, and the other side cannot tell a repeat. */
const needsCare = (facts: ReturnType<StepCaller["facts"]>): boolean =>
  facts !== null && !repeatable.has(facts.effect) && !facts.idempotencyKey;

/** Whether it began and its outcome is unknown: a crash cut it off, or its last attempt got no clear answer. */
const isDoubtful = (prior: StepRecord): boolean => prior.state === "running" || prior.attempts.at(-1)?.unknown === true;

const isOver = (prior: StepRecord, { onError }: ActionPlan): boolean =>
  prior.state === "succeeded" || prior.state === "skipped" || (prior.state === "failed" && onError === "continue");

const exhausted = (error: MillraceError, operation: string) =>
  new MillraceError("RETRIES_EXHAUSTED", {
    cause: error,
    details: { ...error.details, operation, problem: error.message, code: error.code },
  });
