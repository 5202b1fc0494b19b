import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { CancelRequest, CancelResult, ReplayRequest, ReplayResult, RunChange } from "../api.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { RunStore } from "../ports/run-store.ts";
import { cancelRuns } from "./cancel.ts";
import { findRun } from "./find-run.ts";
import type { Journal } from "./journal.ts";
import { replay } from "./replay.ts";
import type { StateGuard } from "./states.ts";
import type { Worker } from "./worker.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  worker: Worker;
  queue: RunQueue;
  flows: FlowRegistry;
  guard: StateGuard;
  clock: Clock;
  pace: Pace;
  log: (message: string, error: unknown) => void;
  /** Called with runs that were cancelled. */
  changed: (change: RunChange) => void;
}

/** What people do with runs: replay, cancel, dismiss. */
export class RunControl {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly replay = (workspaceId: string, request: ReplayRequest): Promise<ReplayResult> => replay(this.#parts, workspaceId, request);

  readonly cancelMany = (workspaceId: string, request: CancelRequest): Promise<CancelResult> =>
    cancelRuns(this.#parts, workspaceId, request);

  readonly cancel = async (workspaceId: string, runId: string): Promise<void> => {
    const { refused } = await this.cancelMany(workspaceId, { ids: [runId] });
    if (refused[0]) throw new MillraceError(refused[0].error.code, { details: refused[0].error.details });
  };

  /** Somebody asked for it at another process, and this one owns the runs. */
  cancelAsked(runs: readonly { id: string }[]): void {
    for (const { id } of runs)
      this.#cancelOwn(id).catch((error: unknown) => this.#parts.log(`Run ${id} could not be cancelled; it is tried again shortly`, error));
  }

  readonly dismiss = async (workspaceId: string, runId: string, { undo } = { undo: false }): Promise<void> => {
    const { store, guard } = this.#parts;
    const { run } = await findRun(store, workspaceId, runId);
    const rests = run.state === "failed" || run.state === "held";
    if (undo && (!rests || (await store.doneBy(workspaceId, [runId])).has(runId))) return;
    const write = { was: run, patch: { attention: undo } };
    if (run.attention !== undo && guard.allows(write)) await store.commit({ accept: [], steps: [], runs: [write] });
  };

  async #cancelOwn(id: string): Promise<void> {
    const context = await this.#parts.store.load(id);
    if (context) await this.cancelMany(context.run.workspaceId, { ids: [id] });
  }
}
