import { sleep, type Clock } from "#kernel/clock.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { DueRun } from "../types/runs.ts";
import { queuedRun } from "./queued-run.ts";

interface Parts {
  store: Pick<RunStore, "due">;
  queue: Pick<RunQueue, "add">;
  flows: Pick<FlowRegistry, "keepsOrder">;
  clock: Clock;
  log: (message: string, error: unknown) => void;
}

const sweepMs = 30_000;
const sweepPage = 5_000;

/** Queues runs that are due and that no other process owns, so that a crash or a lost queue does no harm. */
export class Sweep {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(after?: { dueAt: number; seq: number }): Promise<void> {
    const { store, queue, clock } = this.#parts;
    const due = await store.due(clock.now(), sweepPage, after);
    for (const run of due) if (!(await this.#standsInLine(run))) queue.add([queuedRun(run)]);
    if (due.length === sweepPage) await this.run(due.at(-1)!);
  }

  async keep(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      await sleep(clock, sweepMs, signal);
      if (!signal.aborted)
        await this.run().catch((error: unknown) => log("The sweep for due runs failed; it is tried again shortly", error));
    }
  }

  /** Thousands may wait behind one run of their record, so they are not queued only to find that it is not their turn. */
  async #standsInLine(run: DueRun): Promise<boolean> {
    return run.behind && (await this.#parts.flows.keepsOrder(run));
  }
}
