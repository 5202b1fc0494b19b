import type { Trouble } from "./parts.ts";
import type { QueuedRun } from "../ports/queue.ts";
import type { Run, Waiting } from "../types/runs.ts";

/** What a run waits for, and until when. */
export interface Pause {
  waiting: Waiting;
  until: number;
}

/** Short pauses whose reason is kept to be shown. */
const mostPauses = 10_000;

/** The runs that wait between two passes, as far as it is in memory only. */
export class PausedRuns {
  readonly #pauses = new Map<string, Pause>();
  /** Runs that wait to call a host again, with their way back to the queue. */
  readonly #troubled = new Map<string, { workspaceId: string; host: string; trouble: Trouble; next: QueuedRun }>();

  /** Keeps the reason of a pause that is too short for its row to name it. */
  note(runId: string, pause: Pause): void {
    if (this.#pauses.size < mostPauses) this.#pauses.set(runId, pause);
  }

  of(runId: string): Pause | null {
    return this.#pauses.get(runId) ?? null;
  }

  waitForHost({ workspaceId }: Pick<Run, "workspaceId">, next: QueuedRun, host: string, trouble: Trouble): void {
    this.#troubled.set(next.id, { workspaceId, host, trouble, next });
  }

  /** The runs that wait because no calls go to the host for now. */
  keptFrom(host: string): QueuedRun[] {
    return [...this.#troubled.values()].filter((run) => run.trouble === "down" && run.host === host).map(({ next }) => next);
  }

  /** The run was handed out by the queue: it no longer waits for its host. */
  leaveHost(runId: string): void {
    this.#troubled.delete(runId);
  }

  /** The run goes on. */
  endPause(runId: string): void {
    this.#pauses.delete(runId);
  }

  /** How many runs wait for each host: those of a workspace, or of all. */
  countByHost(only?: string): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { workspaceId, host } of this.#troubled.values())
      if (only === undefined || only === workspaceId) counts.set(host, (counts.get(host) ?? 0) + 1);
    return counts;
  }
}
