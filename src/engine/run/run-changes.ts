import type { RunChange } from "../api.ts";
import type { RunState } from "../types/runs.ts";

/** Notifies whoever watches runs, and counts the states that they came to. */
export class RunChanges {
  readonly #listeners = new Set<(change: RunChange) => void>();
  readonly #counts: Partial<Record<RunState, number>> = {};

  /** Returns the way to stop listening. */
  readonly onChange = (listener: (change: RunChange) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Changes that the worker wrote since the start, by state. */
  get counts(): Partial<Record<RunState, number>> {
    return this.#counts;
  }

  readonly tell = (change: RunChange): void => {
    for (const listener of this.#listeners) listener(change);
  };

  /** The worker has written the state of a run. */
  written(change: RunChange): void {
    this.#counts[change.state] = (this.#counts[change.state] ?? 0) + 1;
    this.tell(change);
  }
}
