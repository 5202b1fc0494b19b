import { setMaxListeners } from "node:events";
import { MillraceError } from "#kernel/errors.ts";
import type { RunChange } from "../api.ts";
import type { ExecutionMarks } from "../ports/execution-marks.ts";
import type { Event } from "../types/events.ts";
import type { Run } from "../types/runs.ts";
import { ActiveRuns, type ActiveRun } from "./active-runs.ts";
import { Executor, type ExecutorParts } from "./executor.ts";
import { PassEndings } from "./pass-endings.ts";
import type { AttemptCount } from "./pass-recorder.ts";
import { PausedRuns, type Pause } from "./paused-runs.ts";
import type { Places } from "./places.ts";
import { Remembered, sizeOf } from "./remembered.ts";
import type { Suspects } from "./suspects.ts";

interface Parts extends Omit<ExecutorParts, "remembered" | "paused" | "endings" | "count" | "stopping"> {
  places: Places;
  marks: ExecutionMarks;
  suspects: Suspects;
  /** Called with each run whose state was written. */
  changed: (change: RunChange) => void;
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

export const createWorker = (parts: Parts): Worker => new RunWorker(parts);

class RunWorker implements Worker {
  readonly #parts: Parts;
  readonly #remembered = new Remembered(rememberedBytes);
  readonly #paused = new PausedRuns();
  readonly #active = new ActiveRuns();
  readonly #stopping = new AbortController();
  readonly #count: AttemptCount = { attempts: 0 };
  readonly #endings: PassEndings;
  readonly #executor: Executor;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { marks: _, suspects: __, changed, ...executing } = parts;
    const { journal, queue, caller, clock } = executing;
    const memory = { remembered: this.#remembered, paused: this.#paused };
    this.#endings = new PassEndings({ ...memory, journal, queue, caller, clock, changed });
    this.#executor = new Executor({
      ...executing,
      ...memory,
      endings: this.#endings,
      count: this.#count,
      stopping: this.#stopping.signal,
    });
    setMaxListeners(0, this.#stopping.signal); // every request in flight listens
    caller.onHostBack((host) => this.#endings.requeue(host));
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
    const active: ActiveRun = { began: null, cancelled: false, bytes: 0, onEnd: [] };
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
    return this.#count.attempts;
  }

  abort(): void {
    this.#stopping.abort(new MillraceError("INTERNAL", { details: { problem: "stopping" } }));
  }

  async #work(runId: string, active: ActiveRun): Promise<void> {
    const { journal, suspects, marks, isOwner } = this.#parts;
    // While its row is behind, or the store cannot write, the run waits a moment rather than repeat what was done.
    const isBehind = journal.isBehind(runId) || this.#endings.isUnwritten(runId);
    if (!journal.healthy() || !isOwner() || (isBehind && !this.#remembered.has(runId))) return this.#endings.later(runId);
    if (this.#active.isCancelling(runId) || suspects.holds(runId)) return;
    this.#active.begin(runId, active); // before the rows are read, so that whoever cancels it meanwhile is noticed
    const mark = marks.begin(runId);
    try {
      await marks.written();
      await this.#executor.execute(runId, active);
    } finally {
      marks.end(mark);
      suspects.left(runId);
      this.#active.end(runId);
    }
  }

  #forget(runId: string): void {
    this.#remembered.drop(runId);
    this.#paused.leaveHost(runId);
    this.#paused.endPause(runId);
  }
}
