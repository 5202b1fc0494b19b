import type { Clock } from "#kernel/clock.ts";
import type { Lane, QueuedRun, RunQueue } from "#engine/types.ts";

const lanes: readonly Lane[] = ["live", "sync", "backfill"];
/** Of 16 turns, how many are offered to each lane first. No lane is ever left out for ever. */
const turns: readonly Lane[] = [
  "live",
  "live",
  "live",
  "sync",
  "live",
  "live",
  "live",
  "sync",
  "live",
  "live",
  "live",
  "backfill",
  "live",
  "live",
  "sync",
  "live",
];

/** A first-in first-out list that gives its memory back. */
class Fifo {
  #items: string[] = [];
  #head = 0;
  push(id: string): void {
    this.#items.push(id);
  }
  shift(): string | undefined {
    const id = this.#items[this.#head];
    if (id === undefined) return undefined;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return id;
  }
  get size(): number {
    return this.#items.length - this.#head;
  }
}

/** One lane: groups take turns, runs of a group go in order. */
class FairLane {
  #groups = new Map<string, Fifo>();
  size = 0;
  push(id: string, group: string): void {
    let fifo = this.#groups.get(group);
    if (!fifo) this.#groups.set(group, (fifo = new Fifo()));
    fifo.push(id);
    this.size++;
  }
  shift(): string | undefined {
    for (const [group, fifo] of this.#groups) {
      const id = fifo.shift();
      if (this.#groups.size > 1 || fifo.size === 0) {
        this.#groups.delete(group); // to the end of the round, or gone when empty
        if (fifo.size > 0) this.#groups.set(group, fifo);
      }
      if (id !== undefined) {
        this.size--;
        return id;
      }
    }
    return undefined;
  }
}

/** The queue of one process. What is due later waits on the clock; nothing here survives the process, and nothing needs to. */
export function createInProcessQueue({ clock }: { clock: Clock }): RunQueue {
  const ready: Record<Lane, FairLane> = { live: new FairLane(), sync: new FairLane(), backfill: new FairLane() };
  /** Every id that is ready, later or being worked on. A later entry keeps its way to be cancelled. */
  const known = new Map<string, "ready" | "running" | (() => void)>();
  /** Ids that came again while they were being worked on: they go round once more. */
  const again = new Map<string, QueuedRun>();
  let handler: ((runId: string) => Promise<void>) | null = null;
  let limit = 0;
  let running = 0;
  let turn = 0;
  let closed = false;
  let pumping = false;
  let idle: (() => void) | null = null;

  function add(runs: readonly QueuedRun[]): void {
    if (closed) return;
    for (const run of runs) addOne(run);
    wake();
  }

  function addOne(run: QueuedRun): void {
    const state = known.get(run.id);
    if (state === "ready") return;
    if (state === "running") return void again.set(run.id, run);
    if (state) state();
    const wait = run.dueAt - clock.now();
    if (wait > 0)
      known.set(
        run.id,
        clock.after(wait, () => due(run)),
      );
    else makeReady(run);
  }

  function due(run: QueuedRun): void {
    known.delete(run.id);
    addOne(run);
    wake();
  }

  function makeReady(run: QueuedRun): void {
    known.set(run.id, "ready");
    ready[run.lane].push(run.id, run.group);
  }

  function next(): string | undefined {
    const first = turns[turn++ % turns.length]!;
    const id = ready[first].shift();
    if (id !== undefined) return id;
    for (const lane of lanes) {
      const other = lane === first ? undefined : ready[lane].shift();
      if (other !== undefined) return other;
    }
    return undefined;
  }

  /** Starts work in the next turn of the event loop, so that a batch of answers goes out before its runs begin. */
  function wake(): void {
    if (pumping || !handler || running >= limit) return;
    pumping = true;
    setImmediate(() => {
      pumping = false;
      pump();
    });
  }

  function pump(): void {
    while (!closed && handler && running < limit) {
      const id = next();
      if (id === undefined) return;
      known.set(id, "running");
      running++;
      handler(id).then(
        () => finished(id),
        () => finished(id),
      );
    }
  }

  function finished(id: string): void {
    running--;
    known.delete(id);
    const repeat = again.get(id);
    if (repeat) {
      again.delete(id);
      addOne(repeat);
    }
    if (closed) {
      if (running === 0) idle?.();
    } else pump();
  }

  return {
    add,
    work(fn, concurrency) {
      handler = fn;
      limit = concurrency;
      wake();
    },
    depth: () => ({ live: ready.live.size, sync: ready.sync.size, backfill: ready.backfill.size }),
    async close() {
      closed = true;
      for (const state of known.values()) if (typeof state === "function") state();
      if (running > 0) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}
