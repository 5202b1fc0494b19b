import { setMaxListeners } from "node:events";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { RunChange } from "../api.ts";
import { ActiveRuns, type ActiveRun } from "./active-runs.ts";
import type { ChangeFacts } from "./change.ts";
import type { CompiledFlow } from "../flow/flow.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { Journal } from "./journal.ts";
import { PausedRuns, type Pause } from "./paused-runs.ts";
import type { Places } from "./places.ts";
import { queuedRun } from "./queued-run.ts";
import { Remembered, sizeOf, stepSize } from "./remembered.ts";
import type { Barrier, Ending } from "./parts.ts";
import { advance, withoutAttempts } from "./runner.ts";
import { cancelledByHand, summarise } from "./summary.ts";
import type { Suspects } from "./suspects.ts";
import { keysOfStep } from "../people/extract.ts";
import type { Event } from "../types/events.ts";
import type { ExecutionMarks } from "../ports/execution-marks.ts";
import type { QueuedRun, RunQueue } from "../ports/queue.ts";
import type { Run, RunContext, RunPatch } from "../types/runs.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { StepCall, StepCaller } from "../ports/caller.ts";
import type { StepRecord } from "../types/steps.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  flows: FlowRegistry;
  caller: StepCaller;
  places: Places;
  changeFacts: (workspaceId: string, trigger: CompiledFlow["trigger"]) => ChangeFacts;
  clock: Clock;
  pace: Pace;
  random: () => number;
  log: (message: string, error: unknown) => void;
  changed: (change: RunChange) => void;
  marks: ExecutionMarks;
  suspects: Suspects;
  /** Whether the runs of this process are still its own. */
  isOwner: () => boolean;
}

export interface Worker {
  /** Keeps a run that was just written, so that its first pass need not read it. A settling run is read: its event may have changed by then. */
  remember(event: Event, run: Run): void;
  /** Reads every run from its rows when it is next worked on. */
  forget(): void;
  handle(runId: string): Promise<void>;
  /**
   * Stops a run before its next step, and keeps it from being executed until `cancelled` is called. It writes no end of its own.
   * Resolves when it is no longer being executed.
   */
  cancel(runId: string): Promise<void>;
  /** Ends a cancellation: the row says so now, or the run could not be cancelled. */
  cancelled(runId: string): void;
  /** Other processes have claimed these runs: they are dropped. */
  lose(runIds: readonly string[]): void;
  /** Runs that have been executing for longer than this. */
  executing(longerThanMs: number): string[];
  running(): number;
  isRunning(runId: string): boolean;
  /** How many runs wait for each host that fails or does not answer. */
  waiting(workspaceId?: string): ReadonlyMap<string, number>;
  /** What a run waits for during a pause too short to be written to its row. */
  pausedFor(runId: string): Pause | null;
  attempts(): number;
  abort(): void;
}

/** Contexts kept between two passes; the rest is read back from its rows. Parsed, a payload may take ten times its text. */
const rememberedBytes = 16 * 1024 * 1024;
/** A pause shorter than this stays in memory; a longer one is a due time on the row. */
const shortPauseMs = 60_000;

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

/** Long enough for a store that did not answer for a moment. */
const soonMs = 1_000;
const soon = (run: Run, clock: Clock): QueuedRun => queuedRun(run, clock.now() + soonMs);

type Paused = Extract<Ending, { kind: "paused" }>;
type Final = Exclude<Ending, { kind: "paused" | "parked" }>;

function summaryOf(ending: Final): string | null {
  if (ending.kind === "cancelled") return cancelledByHand;
  return ending.kind === "filtered" && ending.reason ? `Filtered: ${ending.reason}` : null;
}

/** The people a run's steps read or wrote, written with the run's end or its next wait. */
type PeoplePatch = Pick<RunPatch, "people">;
/** What a pass adds to its run beside how it ended. */
type Learnt = Pick<RunPatch, "people" | "workedMs">;

export const createWorker = (parts: Parts): Worker => new RunWorker(parts);

class RunWorker implements Worker {
  readonly #parts: Parts;
  readonly #remembered = new Remembered(rememberedBytes);
  /** Runs whose last steps are on their way to the disk: until then their rows are behind. */
  readonly #unwritten = new Set<string>();
  readonly #paused = new PausedRuns();
  readonly #active = new ActiveRuns();
  readonly #stopping = new AbortController();
  #attempts = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    setMaxListeners(0, this.#stopping.signal); // every request in flight listens
    parts.caller.onHostBack((host) => this.#requeue(host));
  }

  remember(event: Event, run: Run): void {
    const context = { run, event, steps: [] };
    const bytes = sizeOf(context);
    this.#parts.places.weigh(run.id, bytes);
    if (!run.settling) this.#remembered.keep(context, bytes);
  }

  forget(): void {
    this.#remembered.clear();
  }

  async handle(runId: string): Promise<void> {
    const active: ActiveRun = { began: this.#parts.clock.now(), cancelled: false, bytes: 0, onEnd: [] };
    this.#paused.leaveHost(runId);
    try {
      await this.#work(runId, active);
    } finally {
      this.#parts.places.leave(runId, active.parked ?? false);
    }
  }

  cancel(runId: string): Promise<void> {
    this.#forget(runId);
    return this.#active.cancel(runId);
  }

  #forget(runId: string): void {
    this.#remembered.drop(runId);
    this.#paused.leaveHost(runId);
    this.#paused.endPause(runId);
  }

  cancelled(runId: string): void {
    this.#active.endCancel(runId);
  }

  lose(runIds: readonly string[]): void {
    for (const runId of runIds) {
      this.#forget(runId);
      this.#active.lose(runId);
    }
  }

  executing(longerThanMs: number): string[] {
    return this.#active.begunBefore(this.#parts.clock.now() - longerThanMs);
  }

  running(): number {
    return this.#active.size;
  }

  isRunning(runId: string): boolean {
    return this.#active.has(runId);
  }

  waiting(workspaceId?: string): ReadonlyMap<string, number> {
    return this.#paused.countByHost(workspaceId);
  }

  pausedFor(runId: string): Pause | null {
    return this.#paused.of(runId);
  }

  attempts(): number {
    return this.#attempts;
  }

  abort(): void {
    this.#stopping.abort(new MillraceError("INTERNAL", { details: { problem: "stopping" } }));
  }

  // ---------------------------------------------------------------- one pass

  async #work(runId: string, active: ActiveRun): Promise<void> {
    const { journal, suspects, marks, isOwner } = this.#parts;
    // While its row is behind, or the store cannot write, the run waits a moment rather than repeat what was done.
    const isBehind = journal.isBehind(runId) || this.#unwritten.has(runId);
    if (!journal.healthy() || !isOwner() || (isBehind && !this.#remembered.has(runId))) return this.#later(runId);
    if (this.#active.isCancelling(runId) || suspects.holds(runId)) return;
    this.#active.begin(runId, active); // before the rows are read, so that whoever cancels it meanwhile is noticed
    const mark = marks.begin(runId);
    try {
      await marks.written();
      await this.#execute(runId, active);
    } finally {
      marks.end(mark);
      suspects.left(runId);
      this.#active.end(runId);
    }
  }

  async #execute(runId: string, active: ActiveRun): Promise<void> {
    const { store, flows, log } = this.#parts;
    const context = this.#remembered.take(runId) ?? (await store.load(runId).catch(ifUnreadable));
    if (context === "unreadable") return this.#later(runId);
    this.#paused.endPause(runId);
    if (!context || context.run.finishedAt !== null || this.#stopping.signal.aborted || active.cancelled) return;
    try {
      const flow = await flows.compiled(context.run);
      const asks = mustAsk(context.run, flow);
      const begun = asks || !this.#isOwn(context.run) ? await this.#claim(context.run, active, asks ? flow : null) : context;
      if (begun) await this.#pass(begun, flow, active);
    } catch (thrown) {
      if (isStoreUnavailable(thrown)) return this.#later(runId);
      // The runner turns failures into endings; what is still thrown is a fault of Millrace, and the run must rest where people see it.
      log(`Run ${runId} failed because of a fault in Millrace`, thrown);
      if (!active.cancelled) this.#end(context.run, context.steps, { kind: "failed", error: toMillraceError(thrown).toJSON() });
    }
  }

  /** Whether the run can go on without being claimed. */
  #isOwn({ lease, cancelRequested }: Run): boolean {
    return lease.owner === this.#parts.store.owner && !cancelRequested;
  }

  #later(runId: string): void {
    this.#parts.queue.add([{ id: runId, dueAt: this.#parts.clock.now() + 100, lane: "live", group: runId }]);
  }

  /**
   * Claims a run that is not this process's, and begins one of a record (`begins`: its flow) if its turn has come. If not, it stays in its
   * row: one that settles comes back when it is due, one that is behind another is queued by the end of that other, one that another
   * process executes is left to it, and the sweep finds what a crash lost of this.
   */
  async #claim(run: Run, active: ActiveRun, begins: CompiledFlow | null): Promise<RunContext | null> {
    const { journal, queue, clock } = this.#parts;
    const claim = { runId: run.id, now: clock.now(), ...(begins && { begin: { inTurn: begins.settings.order } }) };
    const claimed = await journal.claim(claim).catch(ifUndecided);
    if (claimed?.kind === "claimed") return claimed.context;
    if (active.cancelled) return null;
    if (!claimed) this.#later(run.id);
    else if (claimed.kind === "settling") queue.add([queuedRun(run, claimed.dueAt)]);
    else if (claimed.kind === "toCancel") this.#end(claimed.context.run, claimed.context.steps, { kind: "cancelled" });
    return null;
  }

  async #pass(context: RunContext, flow: CompiledFlow, active: ActiveRun): Promise<void> {
    const { caller, clock, pace, random, journal, changeFacts, isOwner } = this.#parts;
    const { lease } = context.run;
    const steps = new Map<string, StepRecord>(context.steps.map((s) => [s.path, s]));
    active.bytes = sizeOf(context);
    const people = [...(context.run.people ?? [])];
    for (const step of context.steps) people.push(...keysOfStep(step, people)); // they are written with the end; a crash may have come before
    const began = clock.now();
    const ending = await advance(context, flow, {
      caller,
      clock,
      pace,
      random,
      ...(flow.changes && { change: changeFacts(context.run.workspaceId, flow.trigger) }),
      signal: this.#stopping.signal,
      cancelled: () => active.cancelled || this.#stopping.signal.aborted || !isOwner(),
      barrier: (call) => this.#barrier(context.run, active, call),
      recorder: {
        put: (step) => {
          steps.set(step.path, withoutAttempts(step));
          active.bytes += stepSize(step); // a little too much where it was put before
          this.#attempts++;
          journal.note({ step, lease });
          people.push(...keysOfStep(step, people));
        },
        begin: async (step) => {
          await journal.durable({ step, lease });
          if (active.lost) throw new MillraceError("INTERNAL", { details: { problem: "another process has claimed the run" } });
        },
        written: () => journal.durable(null),
      },
    });
    if (this.#stopping.signal.aborted && ending.kind !== "succeeded") return; // the next start goes on from the rows
    if (active.cancelled) return; // its row says so already
    const workedMs = workedBefore(context) + clock.now() - began;
    const more = people.length > (context.run.people?.length ?? 0) ? { people } : {};
    if (ending.kind !== "cancelled" && ending.kind !== "paused" && ending.kind !== "parked")
      return this.#end(context.run, steps.values(), ending, { ...more, workedMs });
    const left = { ...context, run: { ...context.run, workedMs }, steps: [...steps.values()] };
    // Its lease may have run out: it goes on once that is renewed, or another process has claimed it.
    if (ending.kind === "cancelled") return this.#comeBack(left, soon(left.run, clock), active);
    if (ending.kind === "paused") return this.#pause(left, ending, active, more);
    this.#park(left, ending.host, active);
  }

  /** Takes a place for a call of the run, unless its host is down. Returns what keeps the call from being made. */
  #barrier({ id, flowId }: Run, active: ActiveRun, call: StepCall): Barrier | null {
    const { caller, places, queue } = this.#parts;
    const { host, refusal } = caller.destination(call);
    const isElsewhere = active.host !== undefined && active.host !== host;
    active.host = host;
    if (refusal) return { host, refusal };
    places.weigh(id, active.bytes);
    const hasPlace = places.take(id, flowId, host);
    if (isElsewhere) queue.wake(); // the place at the other host is free
    return hasPlace ? null : { host };
  }

  // ---------------------------------------------------------------- how a pass ends

  #end(run: Run, steps: Iterable<StepRecord>, ending: Final, learnt: Learnt = {}): void {
    const attention = ending.kind === "failed" || ending.kind === "held";
    const titleOf = (app: string, operation: string) => this.#parts.caller.facts(run.workspaceId, app, operation)?.title ?? null;
    this.#write(run, {
      state: ending.kind,
      finishedAt: this.#parts.clock.now(),
      waiting: null,
      attention,
      error: "error" in ending ? ending.error : null,
      summary: summaryOf(ending) ?? summarise(steps, titleOf),
      ...learnt,
    });
    if (run.record !== null) void this.#parts.journal.durable(null); // another may wait for this to be on the disk
  }

  /** A short pause keeps the run's context in memory, if there is room; after a long one it is read back from its rows. */
  #pause(context: RunContext, { dueAt, durable, waiting, trouble }: Paused, active: ActiveRun, people: PeoplePatch): void {
    const { queue, clock } = this.#parts;
    const { run } = context;
    const short = dueAt - clock.now() <= shortPauseMs;
    const patch: RunPatch = durable || !short ? { state: "waiting", dueAt, waiting, ...people } : {};
    if (patch.state) this.#write(run, patch);
    else this.#paused.note(run.id, { waiting, until: dueAt });
    const next = queuedRun(run, dueAt);
    if (trouble) this.#paused.waitForHost(run, next, active.host ?? "", trouble);
    if (short) this.#comeBack({ ...context, run: { ...run, ...patch } }, next, active);
    else queue.add([next]);
  }

  /** There was no place for its next call: it goes back to the queue, which hands it out when one comes free. */
  #park(context: RunContext, host: string, active: ActiveRun): void {
    active.parked = true;
    this.#comeBack(context, { ...queuedRun(context.run, this.#parts.clock.now()), call: host }, active);
  }

  /** Queues the run for its next pass. Where its context is not kept, only once its rows hold all that was done. */
  #comeBack(context: RunContext, next: QueuedRun, { bytes }: ActiveRun): void {
    const { journal, queue } = this.#parts;
    if (this.#remembered.keep(context, bytes)) return queue.add([next]);
    this.#unwritten.add(next.id);
    void journal.durable(null).then(() => {
      this.#unwritten.delete(next.id);
      queue.add([next]);
    });
  }

  /** A host answers again: the runs that were kept from it go on, as places come free. */
  #requeue(host: string): void {
    const { queue, clock } = this.#parts;
    const dueAt = clock.now();
    queue.add(this.#paused.keptFrom(host).map((next) => ({ ...next, dueAt, call: host })));
  }

  #write(run: Run, patch: RunPatch): void {
    this.#parts.journal.note(null, { was: run, patch });
    this.#parts.changed({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: patch.state ?? run.state });
  }
}
