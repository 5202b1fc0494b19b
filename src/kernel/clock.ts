/** Time as everything here reads it: passed in, so that tests need not sleep. Times are epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Milliseconds that never go back, even if the clock is set; for measuring durations. */
  monotonic(): number;
  /** Calls `fn` once after `ms`. The returned function cancels it. A real timer never keeps the process alive. */
  after(ms: number, fn: () => void): () => void;
  /**
   * Calls `fn` once after a few milliseconds in which more may be gathered. The returned function cancels it. A real timer keeps the
   * process alive until then; a test's clock need not be moved for it.
   */
  soon(ms: number, fn: () => void): () => void;
}

const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(Math.max(0, ms), longestTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` of the clock's time, or at once when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** A clock that moves only when told. `advance` fires timers in order and lets promises, and what comes soon, settle between them. */
export class TestClock implements Clock {
  #now: number;
  #timers: { at: number; fn: () => void }[] = [];
  readonly #soon = new Set<NodeJS.Immediate>();

  constructor(now = Date.UTC(2026, 0, 15, 9, 30)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  soon(_ms: number, fn: () => void): () => void {
    const turn = setImmediate(() => {
      this.#soon.delete(turn);
      fn();
    });
    this.#soon.add(turn);
    return () => {
      clearImmediate(turn);
      this.#soon.delete(turn);
    };
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#next();
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((t) => t !== next);
      next.fn();
      await this.#settle();
    }
    this.#now = end;
    await this.#settle();
  }

  /** Timers are in the order in which they were set: of those of one time the first comes first. */
  #next(): { at: number; fn: () => void } | undefined {
    let next = this.#timers[0];
    for (const timer of this.#timers) if (timer.at < next!.at) next = timer;
    return next;
  }

  async #settle(): Promise<void> {
    do await turn();
    while (this.#soon.size > 0);
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
