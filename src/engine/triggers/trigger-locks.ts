import { sleep, type Clock } from "#kernel/clock.ts";

interface Work {
  controller: AbortController;
  done: Promise<unknown>;
}

/** One piece of work at a trigger at a time, in this process: a poll, a schedule's event, or a change by a person. */
export class TriggerLocks {
  readonly #held = new Map<string, Work>();
  /** Triggers changed since `forgetChanges`. */
  readonly #changed = new Set<string>();

  get size(): number {
    return this.#held.size;
  }

  isHeld(triggerId: string): boolean {
    return this.#held.has(triggerId);
  }

  /** Whether it was changed since the changes were last forgotten: a row read before then may be old. */
  hasChanged(triggerId: string): boolean {
    return this.#changed.has(triggerId);
  }

  forgetChanges(): void {
    this.#changed.clear();
  }

  /** Works at a trigger that is free. The signal says that somebody wants to change it. */
  hold<T>(triggerId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const result = work(controller.signal);
    const done = result
      .then(
        () => {},
        () => {},
      )
      .then(() => this.#held.delete(triggerId));
    this.#held.set(triggerId, { controller, done });
    return result;
  }

  /**
   * Runs `change` while the trigger is not at work. A poll of it that is under way is broken off (it has kept nothing yet) or, when
   * it is already being written, waited for. So a change of the trigger's row is not overwritten by the end of an older poll.
   */
  async exclusively<T>(triggerId: string, change: () => Promise<T>): Promise<T> {
    for (let busy = this.#held.get(triggerId); busy; busy = this.#held.get(triggerId)) {
      busy.controller.abort();
      await busy.done;
    }
    this.#changed.add(triggerId);
    return this.hold(triggerId, change);
  }

  /** Lets what is at work finish within `graceMs`, and then breaks it off. */
  async finish(graceMs: number, clock: Clock): Promise<void> {
    const all = [...this.#held.values()];
    const finished = Promise.all(all.map(({ done }) => done));
    const grace = new AbortController();
    await Promise.race([finished.then(() => grace.abort()), sleep(clock, graceMs, grace.signal)]);
    for (const { controller } of all) controller.abort();
    await finished;
  }
}
