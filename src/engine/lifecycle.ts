import { sleep, type Clock } from "#kernel/clock.ts";
import type { PeopleIndexer } from "./people/index-loop.ts";
import type { RunQueue } from "./ports/queue.ts";
import type { Scripts } from "./ports/scripts.ts";
import type { Execution } from "./run/execution.ts";
import type { Sweep } from "./run/sweep.ts";
import type { Scheduler } from "./triggers/scheduler.ts";

interface Parts {
  execution: Execution;
  scripts: Scripts;
  sweep: Sweep;
  scheduler: Scheduler;
  people: PeopleIndexer;
  queue: Pick<RunQueue, "close">;
  /** Aborted when the engine closes. */
  closing: AbortController;
  clock: Clock;
  log: (message: string, error: unknown) => void;
}

/** The time that writing gets at the end, however long the runs took to finish. */
const leastWritingMs = 1_000;

/** Starts and stops the engine. */
export class Lifecycle {
  readonly #parts: Parts;
  #isHeld = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly start = async ({ held = false }: { held?: boolean } = {}): Promise<void> => {
    const { execution, sweep, people, closing } = this.#parts;
    await execution.ownership.start();
    await execution.suspects.judge();
    await sweep.run();
    this.#isHeld = held;
    if (!held) this.#work();
    void sweep.keep(closing.signal);
    void execution.ownership.keep(closing.signal);
    people.soon();
  };

  readonly release = (): void => {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#work();
  };

  readonly isHeld = (): boolean => this.#isHeld;

  readonly close = async (graceMs = 10_000): Promise<void> => {
    const { execution, scripts, scheduler, queue, closing, clock } = this.#parts;
    const began = performance.now();
    closing.abort();
    await Promise.all([scheduler.close(graceMs), Promise.race([queue.close(), sleep(clock, graceMs)])]);
    execution.worker.abort();
    await scripts.close();
    await execution.suspects.clear();
    await execution.journal.close(Math.max(leastWritingMs, graceMs - (performance.now() - began)));
    await execution.ownership.release();
  };

  #work(): void {
    const { execution, scheduler, closing, log } = this.#parts;
    execution.work();
    scheduler.start();
    execution.suspects
      .takeUp(closing.signal)
      .catch((error: unknown) => log("Runs that were executing in a crash could not be continued; the next start continues them", error));
  }
}
