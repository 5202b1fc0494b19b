import type { FlowRegistry } from "../flow/registry.ts";
import type { PeopleIndexer } from "../people/index-loop.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import type { Run } from "../types/runs.ts";
import type { Ownership } from "./ownership.ts";
import { queuedRun } from "./queued-run.ts";
import type { RunChanges } from "./run-changes.ts";
import type { Worker } from "./worker.ts";

interface Parts {
  queue: Pick<RunQueue, "add">;
  flows: Pick<FlowRegistry, "cached">;
  worker: Pick<Worker, "remember">;
  ownership: Pick<Ownership, "hasOwnedSince">;
  changes: RunChanges;
  people: PeopleIndexer;
}

/** After the commit of an event: its runs go to the workers, and whoever watches is notified. */
export class Launcher {
  readonly #parts: Parts;
  #accepted = 0;
  #repeats = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Events since the start. */
  counts(): { accepted: number; repeats: number } {
    return { accepted: this.#accepted, repeats: this.#repeats };
  }

  /** `runs`: null for a repeat. */
  readonly accepted = (event: Event, runs: AcceptedRuns): void => {
    if (runs) this.launch({ event, runs });
    else this.#repeats++;
  };

  readonly launchAll = (acceptances: readonly Acceptance[]): void => {
    for (const acceptance of acceptances) this.launch(acceptance);
  };

  launch({ event, runs }: Acceptance): void {
    const { queue, worker, ownership, changes, people } = this.#parts;
    this.#accepted++;
    people.soon();
    for (const run of runs) {
      if (run.finishedAt !== null) continue;
      if (run.eventId === event.id && ownership.hasOwnedSince(run.createdAt)) worker.remember(event, run);
      queue.add([this.#beginsWithCall(run) ? { ...queuedRun(run), call: "" } : queuedRun(run)]);
      if (changes.isWatched) changes.tell({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: "queued" });
    }
  }

  /** Whether a run's first step is a call, so that a pass without a place would achieve nothing. One of a record may have to wait for its turn first. */
  #beginsWithCall(run: Run): boolean {
    return run.record === null && this.#parts.flows.cached(run)?.steps[0]?.calls === true;
  }
}
