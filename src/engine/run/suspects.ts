import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Journal } from "./journal.ts";
import { queuedRun } from "./queued-run.ts";
import type { ExecutionMarks } from "../ports/execution-marks.ts";
import type { QueuedRun, RunQueue } from "../ports/queue.ts";
import type { Run } from "../types/runs.ts";
import type { RunStore } from "../ports/run-store.ts";

/** A run that was executing in this many crashes is set aside: it may have caused them. */
const mostCrashes = 2;
/** How long Millrace waits after a crash before it continues what was executing, so that repeated crashes do not blame innocent runs. */
const quietMs = 2000;
/** They are continued one by one, the next when the last has ended or has been executing for this long. */
const aloneMs = 1000;

/** Runs that were executing when the process before this one crashed. */
export interface Suspects {
  /** Whether the run must not be executed yet. */
  holds(runId: string): boolean;
  /** Counts the crash, and sets aside the runs that were executing in two. Must be awaited before anything runs. */
  judge(): Promise<void>;
  /** Continues the others, one by one. */
  takeUp(signal: AbortSignal): Promise<void>;
  /** A run is no longer being executed. */
  left(runId: string): void;
  /** Called at an orderly stop: no run is a suspect any more. */
  clear(): Promise<void>;
}

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  marks: ExecutionMarks;
  clock: Clock;
  log: (message: string, error: unknown) => void;
}

export const createSuspects = (parts: Parts): Suspects => new CrashSuspects(parts);

class CrashSuspects implements Suspects {
  readonly #parts: Parts;
  /** Not continued yet. */
  readonly #waiting = new Map<string, QueuedRun>();
  /** Continued, and being executed. */
  readonly #onTrial = new Map<string, () => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  holds(runId: string): boolean {
    return this.#waiting.has(runId);
  }

  async judge(): Promise<void> {
    const { marks, store, journal } = this.#parts;
    const { process, runIds } = marks.interrupted ?? { process: "", runIds: [] };
    const crashes = await store.countCrashes(runIds, process);
    const guilty = [...crashes].filter(([, n]) => n >= mostCrashes).map(([id]) => id);
    for (const run of await store.findOpen([...crashes.keys()])) {
      if (guilty.includes(run.id)) this.#setAside(run);
      else this.#waiting.set(run.id, queuedRun(run));
    }
    if (guilty.length > 0) {
      await journal.durable(null);
      await this.#forget(guilty);
    }
    marks.clear();
  }

  async takeUp(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size === 0) return;
    await sleep(this.#parts.clock, quietMs, signal);
    while (this.#waiting.size > 0 && !signal.aborted) await this.#alone(this.#waiting.values().next().value!);
  }

  left(runId: string): void {
    const ended = this.#onTrial.get(runId);
    if (!ended) return;
    this.#onTrial.delete(runId);
    ended();
    void this.#forget([runId]);
  }

  async clear(): Promise<void> {
    await this.#forget([...this.#waiting.keys(), ...this.#onTrial.keys()]);
    this.#parts.marks.close();
  }

  #setAside(was: Run): void {
    const { journal, clock, log } = this.#parts;
    const now = clock.now();
    const error = new MillraceError("RUN_SET_ASIDE").toJSON();
    journal.note(null, { was, patch: { state: "held", attention: true, finishedAt: now, error, summary: "Set aside after two crashes" } });
    log(`Run ${was.id} was executing when Millrace crashed, twice: it is set aside in Needs attention`, new MillraceError("RUN_SET_ASIDE"));
  }

  async #alone(run: QueuedRun): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#onTrial.set(run.id, resolve));
    this.#waiting.delete(run.id);
    this.#parts.queue.add([run]);
    const over = new AbortController();
    await Promise.race([ended, sleep(this.#parts.clock, aloneMs, over.signal)]);
    over.abort();
  }

  #forget(ids: string[]): Promise<void> {
    const { store, log } = this.#parts;
    return store
      .forgetCrashes(ids)
      .catch((error: unknown) =>
        log("The note about a crash could not be removed; runs that were executing in it may be set aside at the next crash", error),
      );
  }
}

/** Keeps nothing: after a crash nobody is a suspect. */
export const noMarks: ExecutionMarks = {
  interrupted: null,
  clear() {},
  begin: () => 0,
  written: () => Promise.resolve(),
  end() {},
  close() {},
};
