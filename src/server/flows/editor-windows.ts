import type { Clock } from "#kernel/clock.ts";

/** A window reports every twenty seconds that it is open. */
const presentMs = 45_000;
const mostWindows = 10_000;

/**
 * Which windows have the editor of a flow open. Only in the memory of this process: who uses another process of the same Millrace is not
 * seen here, and a save from an older revision is refused all the same.
 */
export class EditorWindows {
  readonly #clock: Clock;
  /** Ordered by when they last reported, the oldest first. */
  readonly #seen = new Map<string, { flow: string; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that a window has the flow open, or has left it. Returns how many others have. */
  note(workspaceId: string, flowId: string, window: string, isLeaving: boolean): number {
    const flow = `${workspaceId} ${flowId}`;
    const key = `${flow} ${window}`;
    const now = this.#clock.now();
    this.#seen.delete(key);
    if (!isLeaving) this.#seen.set(key, { flow, until: now + presentMs });
    for (const [oldest, { until }] of this.#seen) {
      if (until > now && this.#seen.size <= mostWindows) break;
      this.#seen.delete(oldest);
    }
    return [...this.#seen].filter(([other, seen]) => seen.flow === flow && other !== key && seen.until > now).length;
  }
}
