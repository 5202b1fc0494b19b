import type { Clock } from "#kernel/clock.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { TriggerFacts } from "../triggers/trigger-facts.ts";
import type { Run, RunContext, RunFilter, RunPage, StepPage, Waiting } from "../types/runs.ts";
import { changeOf, watchedChange, type Change } from "./change.ts";
import { findRun, noRun } from "./find-run.ts";
import type { Ownership } from "./ownership.ts";
import { behindWaiting, onHoldWaiting, placeWaiting, settlingWaiting } from "./waiting.ts";
import type { Worker } from "./worker.ts";

interface Parts {
  store: Pick<RunStore, "get" | "page" | "list" | "ahead">;
  flows: Pick<FlowRegistry, "readable" | "keepsOrder">;
  facts: TriggerFacts;
  worker: Pick<Worker, "isRunning" | "pausedFor" | "running">;
  ownership: Pick<Ownership, "isAlive">;
  /** Nothing is executed until somebody resumes. */
  isHeld: () => boolean;
  clock: Clock;
}

/** Runs as they are shown: their rows, and what is not worth a write. */
export class RunReader {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly list = async (workspaceId: string, filter: RunFilter, page: { before?: string; limit: number }): Promise<Run[]> =>
    Promise.all((await this.#parts.store.list(workspaceId, filter, page)).map((run) => this.#shown(run)));

  readonly get = async (workspaceId: string, id: string): Promise<RunContext> => {
    const context = await findRun(this.#parts.store, workspaceId, id);
    return { ...context, run: await this.#shown(context.run) };
  };

  readonly page = async (workspaceId: string, id: string, page: StepPage): Promise<RunPage> => {
    const context = await this.#parts.store.page(workspaceId, id, page);
    if (!context) throw noRun(id);
    return { ...context, run: await this.#shown(context.run) };
  };

  readonly change = async (context: RunContext): Promise<Change | null> => {
    const { flows, facts } = this.#parts;
    const { workspaceId } = context.run;
    const flow = await flows.readable(context.run);
    if (flow && facts.watch(workspaceId, flow.trigger)) return watchedChange(context.event);
    if (context.run.record === null) return null;
    return flow?.changes ? changeOf(context, facts.changeFacts(workspaceId, flow.trigger)) : null;
  };

  /** The row; of a run of this process also what is not worth a write: that it is executing since a moment ago, or why it pauses for one. */
  async #shown(run: Run): Promise<Run> {
    const { worker, ownership } = this.#parts;
    if (run.finishedAt !== null) return run;
    if (ownership.isAlive(run.lease.owner)) return run; // that process says in the row what it does
    if (worker.isRunning(run.id)) return { ...run, state: "running", waiting: null };
    const pause = worker.pausedFor(run.id);
    if (pause) return { ...run, state: "waiting", waiting: pause.waiting, dueAt: pause.until };
    if (run.state === "waiting") return run;
    // The row of a run of a record says running from its first pass on, even while it waits for a place.
    return { ...run, state: "queued", waiting: await this.#queuedFor(run) };
  }

  async #queuedFor(run: Run): Promise<Waiting | null> {
    const { store, flows, worker, isHeld, clock } = this.#parts;
    if (isHeld()) return onHoldWaiting;
    if (run.settling) return settlingWaiting;
    const ahead = run.record === null || !(await flows.keepsOrder(run)) ? null : await store.ahead(run);
    return ahead === null ? placeWaiting(run, clock.now(), worker.running()) : behindWaiting(ahead);
  }
}
