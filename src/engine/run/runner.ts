import { cutText } from "#kernel/characters.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError, type StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { eachAtPace, type Pace } from "#kernel/pace.ts";
import { repeatable, type PretendedEffect } from "#catalog/types.ts";
import { withChange, type ChangeFacts } from "./change.ts";
import { resolveWait, type CompiledFlow, type CompiledStep } from "../flow/flow.ts";
import { answerKey } from "../mapping/answers.ts";
import type { Scope } from "../mapping/mapping.ts";
import { isBlank } from "../mapping/text.ts";
import { defaultRetryLimits, nextAttempt } from "./retry.ts";
import { RunBounds } from "./bounds.ts";
import { answerOf, attemptsWithAnswer } from "./step-answer.ts";
import type { RunContext, Waiting } from "../types/runs.ts";
import type { StepAttempt, StepRecord } from "../types/steps.ts";
import type { StepCall, StepCallResult, StepCaller } from "../ports/caller.ts";
import { downWaiting, quotaWaiting, retryWaiting } from "./waiting.ts";

/** Of a condition that a run's summary repeats. */
const longestCondition = 200;

/** How one pass over a run ends. `paused` goes on at `dueAt`; only a durable pause is written to the row. `parked` waits for a place. */
export type Ending =
  | { kind: "succeeded" | "filtered"; reason?: string }
  | { kind: "failed" | "held"; error: StoredError }
  | { kind: "paused"; dueAt: number; durable: boolean; waiting: Waiting; trouble?: Trouble }
  | { kind: "parked"; host: string }
  | { kind: "cancelled" };

/** Why a run waits to call again: the host is `down` and not asked for now, or the call was `failing`. */
export type Trouble = "down" | "failing";

/** What keeps a call from being made now: there is no place for it, or its host does not answer. */
export interface Barrier {
  host: string;
  refusal?: MillraceError;
}

/** Where the results go: the journal for a real run, a list for a dry one. */
export interface Recorder {
  put(step: StepRecord): void;
  /** Resolves when it is certain that a crash would find this step begun. */
  begin(step: StepRecord): Promise<void>;
  /** Resolves when all that was put is written: asked by a run whose results are large. */
  written(): Promise<void>;
}

export interface RunnerParts {
  caller: StepCaller;
  clock: Clock;
  random: () => number;
  recorder: Recorder;
  /** Shared by all runs of the process: between steps it gives the event loop to the others. */
  pace: Pace;
  /** Set in a dry run: collects what would have been written. */
  dry?: { effects: (PretendedEffect & { step: string })[]; skipped: { step: string; why: string }[] };
  /** For a flow that is told what changed. */
  change?: ChangeFacts;
  /** Asked between steps. */
  cancelled?: () => boolean;
  /** Asked before anything is sent or said to begin. Null: go. */
  barrier?: (call: StepCall) => Barrier | null;
  signal?: AbortSignal;
}

type ActionStep = Extract<CompiledStep, { kind: "action" }>;
type ForEachStep = Extract<CompiledStep, { kind: "forEach" }>;
type WaitStep = Extract<CompiledStep, { kind: "wait" }>;

const nothingKnown: ChangeFacts = { volatile: [], at: null };
const longestLoop = 10_000;

/** Walks one run through its flow from wherever it stands, until it ends or has to wait. Never throws: what fails is its ending. */
export async function advance(context: RunContext, flow: CompiledFlow, parts: RunnerParts): Promise<Ending> {
  try {
    const pass = new Pass(context, flow, parts);
    await pass.recall();
    return (await pass.steps(flow.steps, "", pass.scope)) ?? { kind: "succeeded" };
  } catch (thrown) {
    return { kind: "failed", error: toStored(toMillraceError(thrown)) };
  }
}

class Pass {
  readonly scope: Scope;
  readonly #done = new Map<string, StepRecord>();
  readonly #bounds: RunBounds;

  readonly context: RunContext;
  readonly flow: CompiledFlow;
  readonly parts: RunnerParts;

  constructor(context: RunContext, flow: CompiledFlow, parts: RunnerParts) {
    this.context = context;
    this.flow = flow;
    this.parts = parts;
    this.#bounds = new RunBounds(context.steps.length);
    const trigger = flow.changes ? withChange(context, parts.change ?? nothingKnown) : context.event.payload;
    this.scope = { trigger, run: { id: context.run.id }, flow: { id: context.run.flowId } };
  }

  /** Looks through what is recorded already: thousands of steps, where a long run goes on. */
  recall(): Promise<void> {
    return eachAtPace(this.context.steps, this.parts.pace, (step) => {
      this.#done.set(step.path, step);
      this.#bounds.addResult(step);
    });
  }

  async steps(steps: readonly CompiledStep[], prefix: string, scope: Scope): Promise<Ending | null> {
    const { pace, cancelled } = this.parts;
    for (const step of steps) {
      if (pace.due()) await pace.rest();
      if (cancelled?.()) return { kind: "cancelled" };
      this.#bounds.checkBytes();
      if (this.#bounds.mustWait()) await this.parts.recorder.written();
      const ending = await this.#step(step, prefix + step.id, scope);
      if (ending) return ending;
    }
    return null;
  }

  #step(step: CompiledStep, path: string, scope: Scope): Promise<Ending | null> | Ending | null {
    switch (step.kind) {
      case "action":
        return this.#action(step, path, scope);
      case "filter":
        return this.#filter(step, path, scope);
      case "branch":
        return this.#branch(step, path, scope);
      case "forEach":
        return this.#forEach(step, path, scope);
      case "wait":
        return this.#wait(step, path, scope);
      case "format":
        return this.#format(step, path, scope);
      case "stop":
        return this.#stop(step, path, scope);
    }
  }

  async #format(step: Extract<CompiledStep, { kind: "format" }>, path: string, scope: Scope): Promise<null> {
    scope[step.id] = (await this.#decide(path, () => step.value.unhurried(scope, this.parts.pace) as Json)).output;
    return null;
  }

  async #stop(step: Extract<CompiledStep, { kind: "stop" }>, path: string, scope: Scope): Promise<Ending> {
    const reason = step.reason === undefined ? undefined : String((await step.reason.unhurried(scope, this.parts.pace)) ?? "");
    await this.#decide(path, () => ({ stopped: step.as, ...(reason && { reason }) }));
    if (step.as === "failed")
      return { kind: "failed", error: toStored(new MillraceError("FLOW_STOPPED", { details: { reason: reason || "no reason given" } })) };
    return { kind: step.as === "success" ? "succeeded" : "filtered", ...(reason && { reason }) };
  }

  /** A step without a call: its result is worked out once, recorded, and never again. */
  async #decide(path: string, work: () => Json | Promise<Json>): Promise<StepRecord> {
    const prior = this.#done.get(path);
    if (prior?.state === "succeeded") return prior;
    const now = this.parts.clock.now();
    const record = this.#record(path, prior, now);
    try {
      const made = work();
      this.#put({ ...record, state: "succeeded", output: made instanceof Promise ? await made : made, finishedAt: now });
    } catch (thrown) {
      this.#put({ ...record, state: "failed", error: toStored(toMillraceError(thrown)), finishedAt: now });
      throw thrown;
    }
    return this.#done.get(path)!;
  }

  async #filter(step: Extract<CompiledStep, { kind: "filter" }>, path: string, scope: Scope): Promise<Ending | null> {
    const { output } = await this.#decide(path, async () => ({ passed: await step.condition.unhurried(scope, this.parts.pace) }));
    const { passed } = output as { passed: boolean };
    if (passed) return null;
    this.parts.dry?.skipped.push({ step: path, why: "the filter's condition does not hold" });
    return { kind: "filtered", reason: step.title ?? `${cutText(step.written, longestCondition)} does not hold` };
  }

  async #branch(step: Extract<CompiledStep, { kind: "branch" }>, path: string, scope: Scope): Promise<Ending | null> {
    const { output } = await this.#decide(path, async () => ({
      taken: (await step.condition.unhurried(scope, this.parts.pace)) ? "then" : "else",
    }));
    const { taken } = output as { taken: "then" | "else" };
    return this.steps(taken === "then" ? step.then : step.else, `${path}/`, scope);
  }

  async #forEach(step: ForEachStep, path: string, scope: Scope): Promise<Ending | null> {
    const isNew = !this.#done.has(path);
    const { output } = await this.#decide(path, async () => ({
      items: listOf(await step.list.unhurried(scope, this.parts.pace), step.id),
    }));
    const { items } = output as { items: Json[] };
    this.#bounds.enter(step, items.length, isNew);
    for (let i = 0; i < items.length; i++) {
      const ending = await this.steps(step.body, `${path}[${i}]/`, { ...scope, [step.as]: items[i], [`${step.as}_index`]: i });
      if (ending) return ending;
    }
    this.#bounds.leave();
    return null;
  }

  async #wait(step: WaitStep, path: string, scope: Scope): Promise<Ending | null> {
    const prior = this.#done.get(path);
    if (prior?.state === "succeeded") return null;
    const now = this.parts.clock.now();
    const record = this.#record(path, prior, now);
    const until =
      (prior?.output as { until: number } | undefined)?.until ??
      resolveWait(await step.value.unhurried(scope, this.parts.pace), now, this.flow.settings.zone);
    if (this.parts.dry) {
      this.#put({ ...record, state: "skipped", output: { until }, finishedAt: now });
      this.parts.dry.skipped.push({ step: path, why: `would wait until ${new Date(until).toISOString()}` });
      return null;
    }
    if (until <= now) {
      this.#put({ ...record, state: "succeeded", output: { until }, finishedAt: now });
      return null;
    }
    this.#put({ ...record, state: "waiting", output: { until } });
    return { kind: "paused", dueAt: until, durable: true, waiting: { kind: "wait", reason: `Waits in step '${path}'`, step: path } };
  }

  #facts({ app, operation }: ActionStep, input?: Record<string, unknown>) {
    return this.parts.caller.facts(this.context.run.workspaceId, app, operation, input);
  }

  async #action(step: ActionStep, path: string, scope: Scope): Promise<Ending | null> {
    const prior = this.#done.get(path);
    if (prior && isOver(prior, step)) {
      this.#give(step, scope, prior.output, prior);
      return null;
    }
    const facts = this.#facts(step);
    const record = this.#record(path, prior, this.parts.clock.now());
    record.app = step.app;
    record.operation = step.operation;
    record.effect = facts?.effect ?? null;
    try {
      // What was sent once is sent again unchanged: a second attempt must be the same request.
      record.input = record.attempts.length > 0 && record.input !== undefined ? record.input : await this.#input(step, scope);
    } catch (thrown) {
      return this.#rest(step, record, toStored(toMillraceError(thrown)), scope);
    }
    const careful = needsCare(this.#facts(step, record.input as Record<string, unknown>)) && !this.parts.dry;
    return this.#attempt(step, record, scope, careful, careful && prior !== undefined && isDoubtful(prior));
  }

  /** Nearly always it is there at once, and no turn is waited. */
  #input(step: ActionStep, scope: Scope): Json | Promise<Json> {
    const input = step.input.unhurried(scope, this.parts.pace);
    return input instanceof Promise ? input.then((value: unknown) => (value ?? {}) as Json) : ((input ?? {}) as Json);
  }

  async #attempt(step: ActionStep, record: StepRecord, scope: Scope, careful: boolean, doubtful: boolean): Promise<Ending | null> {
    const call = this.#call(step, record);
    const began = this.parts.clock.now();
    let doubt = doubtful;
    const barrier = this.parts.barrier?.(call);
    if (barrier && !barrier.refusal) return { kind: "parked", host: barrier.host };
    try {
      if (barrier?.refusal) throw barrier.refusal;
      if (doubt) {
        const found = await this.#look(record, call);
        if (found === "held") return this.#hold(step, record);
        if (found)
          return this.#succeed(step, record, scope, began, found, "Looked before writing again: the earlier attempt had taken effect.");
        doubt = false;
      }
      if (careful) await this.parts.recorder.begin({ ...record, state: "running" });
      const result = await this.parts.caller.call(call);
      if (result.effects) for (const effect of result.effects) this.parts.dry?.effects.push({ ...effect, step: record.path });
      return this.#succeed(step, record, scope, began, result, result.notes?.join(" "));
    } catch (thrown) {
      return this.#failed(step, record, scope, began, toMillraceError(thrown), careful, doubt);
    }
  }

  #call(step: ActionStep, record: StepRecord): StepCall {
    const { run } = this.context;
    return {
      workspaceId: run.workspaceId,
      app: step.app,
      operation: step.operation,
      input: record.input as Record<string, unknown>,
      settings: step.meant,
      lane: run.lane,
      dry: this.parts.dry !== undefined,
      idempotencyKey: `${run.origin ?? run.id}/${record.path}`,
      ...(step.rows !== undefined && { rows: step.rows }),
      ...(step.connection !== undefined && { connection: step.connection }),
      ...(this.flow.answers.has(step.id) && { keepHeaders: true }),
      ...(this.parts.signal && { signal: this.parts.signal }),
    };
  }

  /** After an attempt nobody knows the outcome of: what it made, null when it made nothing, or `held` when there is no way to tell. */
  async #look(record: StepRecord, call: StepCall): Promise<StepCallResult | null | "held"> {
    const found = await this.parts.caller.confirmed(call, record.startedAt);
    if (found !== undefined) return found;
    return this.flow.settings.unknownOutcome === "retry" ? null : "held";
  }

  #succeed(step: ActionStep, record: StepRecord, scope: Scope, began: number, result: StepCallResult, note?: string): null {
    const now = this.parts.clock.now();
    const { output, exchanges, list } = result;
    const attempt: StepAttempt = { at: began, durationMs: now - began, exchanges, ...(note && { note }), ...(list && { list }) };
    record.attempts = record.attempts.length ? [...record.attempts, attempt] : [attempt];
    record.state = "succeeded";
    record.output = output as Json;
    record.error = null;
    record.finishedAt = now;
    this.#put(record);
    this.#give(step, scope, output, record);
    return null;
  }

  /** What later steps read of this one: its result and, beside it, its answer. */
  #give(step: ActionStep, scope: Scope, output: unknown, record: StepRecord): void {
    scope[step.id] = output;
    const answer = answerOf(record);
    const isPretended = this.flow.answers.has(step.id) && this.parts.dry && record.state === "succeeded" && answer._status === undefined;
    if (isPretended)
      this.parts.dry?.skipped.push({ step: record.path, why: "nothing was sent, so its _status is 200 and its _headers are empty" });
    scope[answerKey(step.id)] = isPretended ? { ...pretendedAnswer, ...answer } : answer;
  }

  async #failed(
    step: ActionStep,
    record: StepRecord,
    scope: Scope,
    began: number,
    error: MillraceError,
    careful: boolean,
    doubt: boolean,
  ): Promise<Ending | null> {
    const now = this.parts.clock.now();
    if (error.code === "QUOTA_WAIT" && !this.parts.dry) {
      return { kind: "paused", dueAt: timeIn(error, now + 1000), durable: false, waiting: quotaWaiting(error, record.path) };
    }
    const isDown = error.code === "HOST_DOWN";
    if (isDown && !this.parts.dry && !this.#isOverdue(record, now)) {
      // No attempt was made, and a doubt stays one. What was never sent is worked out again.
      const { input, ...rest } = record;
      this.#put({
        ...rest,
        input: record.attempts.length > 0 ? input : undefined,
        state: doubt ? record.state : "waiting",
        error: toStored(error),
      });
      const waiting = downWaiting(error, record.path, record.attempts);
      return { kind: "paused", dueAt: timeIn(error, now + 1000), durable: true, waiting, trouble: "down" };
    }
    const unknown = careful && (doubt || error.details.outcome === "unknown"); // the looking has failed: still nobody knows
    if (isGoneAlready(error, record))
      return this.#succeed(step, record, scope, began, gone(error), "Gone already: an earlier attempt had taken effect.");
    record.attempts = [
      ...record.attempts,
      { at: began, durationMs: now - began, error: toStored(error), ...(unknown && { unknown }), exchanges: exchangesOf(error) },
    ];
    if (this.parts.dry) return this.#rest(step, record, toStored(error), scope);
    const counted = record.attempts.length;
    const next = nextAttempt({
      error,
      attempt: counted,
      firstAt: isDown ? record.startedAt : record.attempts[0]!.at,
      now,
      random: this.parts.random,
      limits: this.flow.settings.retry,
    });
    if ("retryAt" in next) {
      if (unknown && !this.#facts(step)?.confirm && this.flow.settings.unknownOutcome !== "retry") return this.#hold(step, record);
      this.#put({ ...record, state: "waiting", error: toStored(error) });
      const waiting = retryWaiting(error, record.path, record.attempts);
      return { kind: "paused", dueAt: next.retryAt, durable: true, waiting, trouble: "failing" };
    }
    const made = unknown ? await this.parts.caller.confirmed(this.#call(step, record), record.startedAt).catch(() => undefined) : undefined;
    if (made === null) record.attempts.at(-1)!.unknown = false; // looked, and it is not there: no longer a doubt
    if (made) return this.#succeed(step, record, scope, now, made, "Refused, and yet it had taken effect: found on looking.");
    return this.#rest(step, record, toStored(next.rest === "exhausted" ? exhausted(error, step) : error), scope);
  }

  /** Whether the step has been tried, or has waited to be, for as long as its flow allows. */
  #isOverdue({ attempts, startedAt }: StepRecord, now: number): boolean {
    const { maxElapsedMs } = { ...defaultRetryLimits, ...this.flow.settings.retry };
    return now - (attempts[0]?.at ?? startedAt) >= maxElapsedMs;
  }

  /** A step that will not heal by itself ends here; the run with it, unless the flow says to go on. */
  #rest(step: ActionStep, record: StepRecord, failure: StoredError, scope: Scope): Ending | null {
    // Which step named it: with that a person mends the flow from wherever the error is shown.
    const error = failure.details["reference"] === undefined ? failure : { ...failure, details: { ...failure.details, step: step.id } };
    this.#put({
      ...record,
      state: "failed",
      error,
      finishedAt: this.parts.clock.now(),
      ...(step.onError === "continue" && { output: { error: asJson(error) } }),
    });
    if (step.onError !== "continue") return { kind: "failed", error };
    this.#give(step, scope, { error }, record);
    return null;
  }

  #hold(step: ActionStep, record: StepRecord): Ending {
    const title = this.#facts(step)?.title ?? step.operation;
    const error = toStored(new MillraceError("UNKNOWN_OUTCOME", { details: { operation: title } }));
    this.#put({ ...record, state: "held", error, finishedAt: this.parts.clock.now() });
    return { kind: "held", error };
  }

  #record(path: string, prior: StepRecord | undefined, now: number): StepRecord {
    if (prior) return { ...prior };
    return {
      runId: this.context.run.id,
      path,
      seq: this.#bounds.nextStep(),
      state: "running",
      app: null,
      operation: null,
      effect: null,
      input: undefined,
      output: undefined,
      attempts: [],
      error: null,
      startedAt: now,
      finishedAt: null,
    };
  }

  #put(record: StepRecord): void {
    this.#done.set(record.path, withoutAttempts(record));
    this.#bounds.addResult(record);
    this.parts.recorder.put(record);
  }
}

/** The answer of a write that a dry run does not send. */
const pretendedAnswer = { _status: 200, _headers: {} };

/** What later steps need of one that is over: its result, and its answer where they read that. The requests and answers of ten thousand calls are on the disk, and need not be in memory. */
export function withoutAttempts(step: StepRecord): StepRecord {
  if (step.state !== "succeeded" || step.app === null) return step;
  const { runId, path, seq, state, app, operation, effect, output, error, startedAt, finishedAt } = step; // by name: each step passes here
  const attempts = attemptsWithAnswer(step);
  return { runId, path, seq, state, app, operation, effect, input: undefined, output, attempts, error, startedAt, finishedAt };
}

/** A deletion whose answer was lost, tried again: what is not there any more is what was wanted. */
const isGoneAlready = (error: MillraceError, { effect, attempts }: StepRecord): boolean =>
  effect === "delete" && error.code === "OUTBOUND_NOT_FOUND" && attempts.some((attempt) => attempt.error?.details["outcome"] === "unknown");

const gone = (error: MillraceError): StepCallResult => ({ output: {}, exchanges: exchangesOf(error) });

/** Whether a repeat would do harm: it makes something new each time, and the other side cannot tell a repeat. */
const needsCare = (facts: ReturnType<StepCaller["facts"]>): boolean =>
  facts !== null && !repeatable.has(facts.effect) && !facts.idempotencyKey;

/** Begun, and no word of how it ended: cut off by a crash, or by a last attempt whose outcome is unknown. */
const isDoubtful = (prior: StepRecord): boolean => prior.state === "running" || prior.attempts.at(-1)?.unknown === true;

const isOver = (prior: StepRecord, step: ActionStep): boolean =>
  prior.state === "succeeded" || prior.state === "skipped" || (prior.state === "failed" && step.onError === "continue");

function listOf(value: unknown, step: string): Json[] {
  if (isBlank(value)) return [];
  if (!Array.isArray(value)) throw new MillraceError("MAPPING_FAILED", { details: { field: `${step}.forEach`, problem: noList(value) } });
  if (value.length > longestLoop) {
    throw new MillraceError("MAPPING_FAILED", {
      details: { field: `${step}.forEach`, problem: `the list has ${value.length} items; ${longestLoop} are the most` },
    });
  }
  return value as Json[];
}

function noList(value: unknown): string {
  if (typeof value === "string" && /^\s*\[/.test(value)) return "this is the text of a list; write | parse_json after it to make it one";
  if (typeof value === "string") return "this is a text and not a list; write | split_list after it where it has several parts";
  return `this is ${typeof value === "object" ? "an object" : `a ${typeof value}`} and not a list; write | to_list after it for a list of one`;
}

/** An error as it is stored with a run: the exchanges are kept with the attempt already. */
function toStored(error: MillraceError): StoredError {
  const { exchange: _, exchanges: __, ...details } = error.details;
  return { code: error.code, message: error.message, details };
}

function exchangesOf(error: MillraceError): unknown[] {
  const { exchange, exchanges } = error.details as { exchange?: unknown; exchanges?: unknown[] };
  return exchanges ?? (exchange === undefined ? [] : [exchange]);
}

const exhausted = (error: MillraceError, step: ActionStep) =>
  new MillraceError("RETRIES_EXHAUSTED", {
    cause: error,
    details: { ...error.details, operation: step.operation, problem: error.message, code: error.code },
  });

const timeIn = (error: MillraceError, otherwise: number): number =>
  typeof error.details.retryAt === "number" ? error.details.retryAt : otherwise;
const asJson = (error: StoredError): Json => ({ code: error.code, message: error.message });
