import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { CompiledFlow } from "../flow/flow.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { StepCall, StepCaller } from "../ports/caller.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { Run, RunContext } from "../types/runs.ts";
import type { ActiveRun } from "./active-runs.ts";
import type { ChangeFacts } from "./change.ts";
import type { Journal } from "./journal.ts";
import type { Barrier, Ending, RunnerParts } from "./parts.ts";
import type { PassEndings } from "./pass-endings.ts";
import { PassRecorder, type AttemptCount } from "./pass-recorder.ts";
import type { PausedRuns } from "./paused-runs.ts";
import type { Places } from "./places.ts";
import { queuedRun } from "./queued-run.ts";
import { sizeOf, type Remembered } from "./remembered.ts";
import { advance } from "./runner.ts";

export interface ExecutorParts {
  store: Pick<RunStore, "load" | "owner">;
  journal: Journal;
  queue: Pick<RunQueue, "add" | "wake">;
  flows: Pick<FlowRegistry, "compiled">;
  caller: StepCaller;
  messages?: RunnerParts["messages"];
  scripts: Scripts;
  syncs: Syncs | undefined;
  places: Pick<Places, "weigh" | "take">;
  changeFacts: (workspaceId: string, trigger: CompiledFlow["trigger"]) => ChangeFacts;
  clock: Clock;
  pace: Pace;
  random: () => number;
  log: (message: string, error: unknown) => void;
  /** Whether the runs of this process are still its own. */
  isOwner: () => boolean;
  remembered: Remembered;
  paused: PausedRuns;
  endings: PassEndings;
  count: AttemptCount;
  /** Aborted when the worker stops. */
  stopping: AbortSignal;
}

/** Executes one pass of a run: reads it, claims it where that is needed, takes its next steps, and sees to how that ends. */
export class Executor {
  readonly #parts: ExecutorParts;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  async execute(runId: string, active: ActiveRun): Promise<void> {
    const { store, flows, log, remembered, paused, endings, stopping } = this.#parts;
    const context = remembered.take(runId) ?? (await store.load(runId).catch(ifUnreadable));
    if (context === "unreadable") return endings.later(runId);
    paused.endPause(runId);
    if (!context || context.run.finishedAt !== null || stopping.aborted || active.cancelled) return;
    try {
      const flow = await flows.compiled(context.run);
      const asks = mustAsk(context.run, flow);
      const begun = asks || !this.#isOwn(context.run) ? await this.#claim(context.run, active, asks ? flow : null) : context;
      if (begun) await this.#pass(begun, flow, active);
    } catch (thrown) {
      if (isStoreUnavailable(thrown)) return endings.later(runId);
      // The runner turns failures into endings; what is still thrown is a fault of Millrace, and the run must rest where people see it.
      log(`Run ${runId} failed because of a fault in Millrace`, thrown);
      if (!active.cancelled) endings.end(context.run, context.steps, { kind: "failed", error: toMillraceError(thrown).toJSON() });
    }
  }

  /** Whether the run can go on without being claimed. */
  #isOwn({ lease, cancelRequested }: Run): boolean {
    return lease.owner === this.#parts.store.owner && !cancelRequested;
  }

  /**
   * Claims a run that is not this process's, and begins one of a record (`begins`: its flow) if its turn has come. If not, it stays in its
   * row: one that settles comes back when it is due, one that is behind another is queued by the end of that other, one that another
   * process executes is left to it, and the sweep finds what a crash lost of this.
   */
  async #claim(run: Run, active: ActiveRun, begins: CompiledFlow | null): Promise<RunContext | null> {
    const { journal, queue, endings, clock } = this.#parts;
    const claim = { runId: run.id, now: clock.now(), ...(begins && { begin: { inTurn: begins.settings.order } }) };
    const claimed = await journal.claim(claim).catch(ifUndecided);
    if (claimed?.kind === "claimed") return claimed.context;
    if (active.cancelled) return null;
    if (!claimed) endings.later(run.id);
    else if (claimed.kind === "settling") queue.add([queuedRun(run, claimed.dueAt)]);
    else if (claimed.kind === "toCancel") endings.end(claimed.context.run, claimed.context.steps, { kind: "cancelled" });
    return null;
  }

  async #pass(context: RunContext, flow: CompiledFlow, active: ActiveRun): Promise<void> {
    const { caller, messages, scripts, syncs, clock, pace, random, journal, changeFacts, isOwner, stopping, count } = this.#parts;
    active.bytes = sizeOf(context);
    const recorder = new PassRecorder(context, active, journal, count);
    const began = (active.began = clock.now());
    const ending = await advance(context, flow, {
      caller,
      messages,
      scripts,
      syncs,
      clock,
      pace,
      random,
      ...(flow.changes && { change: changeFacts(context.run.workspaceId, flow.trigger) }),
      signal: stopping,
      cancelled: () => active.cancelled || stopping.aborted || !isOwner(),
      barrier: (call) => this.#barrier(context.run, active, call),
      room: (host) => this.#takePlace(context.run, active, host),
      recorder,
    });
    if (stopping.aborted && ending.kind !== "succeeded") return; // the next start goes on from the rows
    if (active.cancelled) return; // its row says so already
    this.#ended(context, recorder, ending, active, workedBefore(context) + clock.now() - began);
  }

  #ended(context: RunContext, recorder: PassRecorder, ending: Ending, active: ActiveRun, workedMs: number): void {
    const { endings } = this.#parts;
    const people = recorder.newPeople();
    if (ending.kind !== "cancelled" && ending.kind !== "paused" && ending.kind !== "parked")
      return endings.end(context.run, recorder.steps.values(), ending, { ...people, workedMs });
    const left = { ...context, run: { ...context.run, workedMs }, steps: [...recorder.steps.values()] };
    // Its lease may have run out: it goes on once that is renewed, or another process has claimed it.
    if (ending.kind === "cancelled") return endings.breakOff(left, active);
    if (ending.kind === "paused") return endings.pause(left, ending, active, people);
    endings.park(left, ending.host, active);
  }

  /** Takes a place for a call of the run, unless its host is down. Returns what keeps the call from being made. */
  #barrier(run: Run, active: ActiveRun, call: StepCall): Barrier | null {
    const { host, refusal } = this.#parts.caller.destination(call);
    if (refusal) {
      active.host = host;
      return { host, refusal };
    }
    return this.#takePlace(run, active, host) ? null : { host };
  }

  #takePlace({ id, flowId }: Run, active: ActiveRun, host: string): boolean {
    const { places, queue } = this.#parts;
    const isElsewhere = active.host !== undefined && active.host !== host;
    active.host = host;
    places.weigh(id, active.bytes);
    const hasPlace = places.take(id, flowId, host);
    if (isElsewhere) queue.wake(); // the place at the other host is free
    return hasPlace;
  }
}

/** Whether a run has to ask before it begins, because it still settles or goes in order. One that has begun goes on. */
const mustAsk = ({ record, state, settling }: Run, { settings }: CompiledFlow): boolean =>
  record !== null && state === "queued" && (settling || settings.order);

/** How long earlier passes worked on a run; for one that an earlier release began, the time of its attempts. */
const workedBefore = ({ run, steps }: RunContext): number =>
  run.workedMs ?? steps.reduce((sum, step) => sum + step.attempts.reduce((ms, attempt) => ms + attempt.durationMs, 0), 0);

const isStoreUnavailable = (error: unknown): boolean => error instanceof MillraceError && error.code === "STORE_UNAVAILABLE";

/** A store that cannot write has decided nothing: the run asks again. */
function ifUndecided(error: unknown): null {
  if (isStoreUnavailable(error)) return null;
  throw error;
}

/** A store that cannot be read just now says nothing of a run. */
function ifUnreadable(error: unknown): "unreadable" {
  if (isStoreUnavailable(error)) return "unreadable";
  throw error;
}
