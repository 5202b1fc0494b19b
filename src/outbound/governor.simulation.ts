import type { QuotaRules } from "#catalog/types.ts";
import { createGovernor } from "./governor.ts";
import type { Lane } from "./types.ts";

interface Scene {
  limit: number;
  windowMs: number;
  durationMs: number;
  /** So many in each lane ask again as soon as they were let in. */
  callers: Partial<Record<Lane, number>>;
  /** Besides, one live caller at this interval. */
  liveEveryMs?: number;
  baseMs: number;
  jitterMs: number;
  /** Whether the other side tells its figures. */
  headers?: boolean;
  anonymous?: boolean;
  seed: number;
}
interface Caller {
  lane: Lane;
  claim: string | undefined;
  since: number;
  once: boolean;
}

/** Callers, a network that delays each request differently, and a server that counts what arrives. For tests. */
export function simulate(scene: Scene) {
  const random = randomFrom(scene.seed);
  const rules: QuotaRules = { burst: scene, ...(scene.headers ? { headers: { limit: "l", remaining: "r" } } : {}) };
  const governor = createGovernor();
  const agenda = new Agenda();
  const arrivals = new Arrivals(scene.limit, scene.windowMs);
  const byLane: Record<Lane, number> = { live: 0, sync: 0, backfill: 0 };
  const lateMs = scene.windowMs / 400; // nobody comes back on the dot
  let longestLiveWaitMs = 0;
  let made = 0;
  const claim = () => (scene.anonymous ? undefined : `c${made++}`);

  const arrive = (seq: number) => {
    const remaining = arrivals.add(agenda.now);
    const headers: Record<string, string> = scene.headers ? { l: String(scene.limit), r: String(Math.max(0, remaining)) } : {};
    agenda.at(agenda.now + scene.baseMs / 2 + random() * scene.jitterMs, () => governor.onAnswer("k", seq, 200, headers, agenda.now));
  };
  const ask = (caller: Caller) => {
    const slot = governor.take("k", rules, caller.lane, agenda.now, caller.claim);
    if (!slot.granted) return agenda.at(slot.retryAt + random() * lateMs, () => ask(caller));
    byLane[caller.lane]++;
    if (caller.once) longestLiveWaitMs = Math.max(longestLiveWaitMs, agenda.now - caller.since);
    agenda.at(agenda.now + scene.baseMs / 2 + random() * scene.jitterMs, () => arrive(slot.seq));
    if (!caller.once) ask({ ...caller, claim: claim(), since: agenda.now });
  };
  for (const [lane, count] of Object.entries(scene.callers) as [Lane, number][]) {
    for (let i = 0; i < count; i++) agenda.at(random() * 1_000, () => ask({ lane, claim: claim(), since: agenda.now, once: false }));
  }
  for (let t = 0; scene.liveEveryMs && t < scene.durationMs; t += scene.liveEveryMs) {
    agenda.at(t, () => ask({ lane: "live", claim: claim(), since: agenda.now, once: true }));
  }
  agenda.run(scene.durationMs);
  const total = byLane.live + byLane.sync + byLane.backfill;
  return {
    byLane,
    total,
    share: total / ((scene.limit * scene.durationMs) / scene.windowMs),
    mostInAnyWindow: arrivals.most,
    longestLiveWaitMs,
  };
}

/** The server's own count: any window of its time, not ours. */
class Arrivals {
  most = 0;
  readonly #limit: number;
  readonly #windowMs: number;
  #times: number[] = [];
  #first = 0;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  add(now: number): number {
    this.#times.push(now);
    while (this.#times[this.#first]! <= now - this.#windowMs) this.#first++;
    this.most = Math.max(this.most, this.#times.length - this.#first);
    return this.#limit - (this.#times.length - this.#first);
  }
}

/** A binary heap of things to do, earliest first. */
export class Agenda {
  now = 0;
  #heap: { at: number; order: number; todo: () => void }[] = [];
  #order = 0;

  at(at: number, todo: () => void): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order++, todo });
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  run(until: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= until) {
      const { at, todo } = this.#pop();
      this.now = at;
      todo();
    }
  }

  #pop() {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && this.#before(child, least)) least = child;
      if (least === i) return first;
      this.#swap(i, least);
      i = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
