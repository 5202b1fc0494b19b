/**
 * Long work on the event loop, cut into pieces: whoever works asks `due()` now and then, and awaits `rest()` when it says so.
 * All who share one pace share the time of a turn, so that sixty-four of them together hold the loop no longer than one.
 */
export interface Pace {
  /** Whether this turn of the event loop has been worked in for long enough. */
  due(): boolean;
  /** Resolves in a later turn of the event loop, after those who asked before. */
  rest(): Promise<void>;
}

const sliceMs = 8;

/**
 * A pace by the real event loop. Times are of the machine, since a test's clock stands still while work is done.
 * `later`: how work is put off to a later turn, where that is not a server's way.
 */
export function createPace(later: (work: () => void) => void = setImmediate): Pace {
  const waiting: (() => void)[] = [];
  /** When the work of this turn began; null until somebody asks. */
  let began: number | null = null;
  let scheduled = false;

  function nextTurn(): void {
    scheduled = false;
    began = null;
    if (waiting.length === 0) return;
    began = performance.now();
    schedule();
    letGo();
  }
  /** One after another, each with what it does at once, until the turn is over. */
  function letGo(): void {
    waiting.shift()?.();
    if (waiting.length > 0 && began !== null && performance.now() - began < sliceMs) queueMicrotask(letGo);
  }
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    later(nextTurn);
  }
  return {
    due() {
      if (began !== null) return performance.now() - began > sliceMs;
      began = performance.now();
      schedule();
      return false;
    },
    rest: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        schedule();
      }),
  };
}

/** Does `work` to each item, giving the event loop back in between when it is time. */
export async function eachAtPace<T>(items: Iterable<T>, pace: Pace, work: (item: T) => void): Promise<void> {
  for (const item of items) {
    if (pace.due()) await pace.rest();
    work(item);
  }
}
