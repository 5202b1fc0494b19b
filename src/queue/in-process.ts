import type { Clock } from "#kernel/clock.ts";
import type { Lane } from "#engine/types/runs.ts";
import type { QueuedRun, RunQueue, WorkLimits } from "#engine/ports/queue.ts";

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
  first(): string {
    return this.#items[this.#head]!;
  }
  shift(): string {
    const id = this.#items[this.#head++]!;
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

/** Round robin: a list that was served goes to the end, or is dropped when it is empty. */
function served<K, V>(round: Map<K, V>, key: K, value: V, isEmpty: boolean): void {
  if (round.size === 1 && !isEmpty) return;
  round.delete(key);
  if (!isEmpty) round.set(key, value);
}

type Admit = (id: string, group: string, call: string) => boolean;

/** The runs of one group: those that wait for a call to the same host go in order, and do not keep the others waiting. */
class Group {
  readonly name: string;
  #lines = new Map<string | undefined, Fifo>();
  constructor(name: string) {
    this.name = name;
  }
  push({ id, call }: QueuedRun): void {
    let line = this.#lines.get(call);
    if (!line) this.#lines.set(call, (line = new Fifo()));
    line.push(id);
  }
  shift(admit: Admit): string | undefined {
    for (const [call, line] of this.#lines) {
      if (call !== undefined && !admit(line.first(), this.name, call)) continue;
      const id = line.shift();
      served(this.#lines, call, line, line.size === 0);
      return id;
    }
    return undefined;
  }
  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }
}

/** One lane: groups take turns. */
class FairLane {
  #groups = new Map<string, Group>();
  size = 0;
  push(run: QueuedRun): void {
    let group = this.#groups.get(run.group);
    if (!group) this.#groups.set(run.group, (group = new Group(run.group)));
    group.push(run);
    this.size++;
  }
  shift(isBusy: (group: string) => boolean, admit: Admit): { id: string; group: string } | undefined {
    if (this.size === 0) return undefined;
    for (const [name, group] of this.#groups) {
      const id = isBusy(name) ? undefined : group.shift(admit);
      if (id === undefined) continue;
      served(this.#groups, name, group, group.isEmpty);
      this.size--;
      return { id, group: name };
    }
    return undefined;
  }
}

/** Runs that need no call may never leave the microtasks: after so many, or so long, timers and sockets get their turn. */
const begunPerTurn = 16;
const turnMs = 5;

const nothingYet: WorkLimits = { atOnce: 0, perGroup: 0, admit: () => false };

/** The queue of one process. What is due later waits on the clock; nothing here survives the process, and nothing needs to. */
export const createInProcessQueue = ({ clock }: { clock: Clock }): RunQueue => new InProcessQueue(clock);

class InProcessQueue implements RunQueue {
  readonly #clock: Clock;
  readonly #ready: Record<Lane, FairLane> = { live: new FairLane(), sync: new FairLane(), backfill: new FairLane() };
  /** Every id that is ready, later or being worked on. A later entry keeps its way to be cancelled. */
  readonly #entries = new Map<string, "ready" | "running" | (() => void)>();
  /** Ids that came again while they were being worked on: they go round once more. */
  readonly #again = new Map<string, QueuedRun>();
  /** Handlers at work, by group. */
  readonly #busy = new Map<string, number>();
  #handler: ((runId: string) => Promise<void>) | null = null;
  #limits = nothingYet;
  #running = 0;
  #turn = 0;
  #closed = false;
  #pumping = false;
  /** Runs begun in this turn of the event loop, and when it has lasted long enough. */
  #begun = 0;
  #turnUntil = 0;
  #idle: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(runs: readonly QueuedRun[]): void {
    if (this.#closed) return;
    for (const run of runs) this.#addOne(run);
    this.wake();
  }

  work(handler: (runId: string) => Promise<void>, limits: WorkLimits): void {
    this.#handler = handler;
    this.#limits = limits;
    this.wake();
  }

  /** Starts work in the next turn of the event loop, so that a batch of answers goes out before its runs begin. */
  wake(): void {
    if (this.#pumping || !this.#handler || this.#running >= this.#limits.atOnce) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  depth(): Record<Lane, number> {
    return { live: this.#ready.live.size, sync: this.#ready.sync.size, backfill: this.#ready.backfill.size };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const state of this.#entries.values()) if (typeof state === "function") state();
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #addOne(run: QueuedRun): void {
    const state = this.#entries.get(run.id);
    if (state === "ready") return;
    if (state === "running") return void this.#again.set(run.id, run);
    if (state) state();
    const wait = run.dueAt - this.#clock.now();
    if (wait > 0)
      this.#entries.set(
        run.id,
        this.#clock.after(wait, () => this.#due(run)),
      );
    else this.#makeReady(run);
  }

  #due(run: QueuedRun): void {
    this.#entries.delete(run.id);
    this.#addOne(run);
    this.wake();
  }

  #makeReady(run: QueuedRun): void {
    this.#entries.set(run.id, "ready");
    this.#ready[run.lane].push(run);
  }

  #next(): { id: string; group: string } | undefined {
    const first = turns[this.#turn++ % turns.length]!;
    const next = this.#ready[first].shift(this.#isBusy, this.#limits.admit);
    if (next) return next;
    for (const lane of lanes) {
      const other = lane === first ? undefined : this.#ready[lane].shift(this.#isBusy, this.#limits.admit);
      if (other) return other;
    }
    return undefined;
  }

  readonly #isBusy = (group: string): boolean => (this.#busy.get(group) ?? 0) >= this.#limits.perGroup;

  #pump(): void {
    while (!this.#closed && this.#handler && this.#running < this.#limits.atOnce) {
      if (this.#begun >= begunPerTurn || (this.#begun > 0 && performance.now() > this.#turnUntil)) return this.wake();
      const next = this.#next();
      if (!next) return;
      if (this.#begun++ === 0) this.#startTurn();
      this.#begin(next.id, next.group, this.#handler);
    }
  }

  #startTurn(): void {
    this.#turnUntil = performance.now() + turnMs;
    setImmediate(() => (this.#begun = 0));
  }

  #begin(id: string, group: string, handler: (runId: string) => Promise<void>): void {
    this.#entries.set(id, "running");
    this.#running++;
    this.#busy.set(group, (this.#busy.get(group) ?? 0) + 1);
    const end = () => this.#finished(id, group);
    handler(id).then(end, end);
  }

  #finished(id: string, group: string): void {
    this.#running--;
    const left = this.#busy.get(group)! - 1;
    if (left > 0) this.#busy.set(group, left);
    else this.#busy.delete(group);
    this.#entries.delete(id);
    const repeat = this.#again.get(id);
    if (repeat) {
      this.#again.delete(id);
      this.#addOne(repeat);
    }
    if (!this.#closed) return this.#pump();
    if (this.#running === 0) this.#idle?.();
  }
}
