import { Foreign } from "./foreign.ts";

/** How much later than its grant a request may reach the other side, as a share of the window. What it costs is throughput. */
const slackShare = 0.025;

/**
 * The grants of the last `windowMs`, as a ring in the order of granting: each step costs the same however many there are.
 * A grant counts from the latest moment at which it can have arrived: its answer, or the slack after it where that is
 * sooner. So no window of the other side holds more than the limit, however the network delays one request and not the next.
 */
export class SlidingWindow {
  limit: number;
  windowMs: number;
  /** Grants in the window, by lane. */
  readonly used: number[];
  #count = 0;
  #nextSeq = 0;
  #head = 0;
  #at: Float64Array;
  #lane: Uint8Array;
  /** How many grants the window held when this one was made: what the other side can have seen of ours when it arrived. */
  #inWindow: Float64Array;
  #foreign = new Foreign();
  #reserve = 0;

  constructor(limit: number, windowMs: number, lanes: number) {
    this.limit = limit;
    this.windowMs = windowMs;
    this.used = new Array<number>(lanes).fill(0);
    this.#at = new Float64Array(limit);
    this.#lane = new Uint8Array(limit);
    this.#inWindow = new Float64Array(limit);
  }

  /** Lets grants go whose time is over. Call it before reading anything else. */
  expire(now: number): void {
    while (this.#count > 0 && this.#isOver(this.#at[this.#head]!, now)) {
      const lane = this.#lane[this.#head]!;
      this.used[lane] = this.used[lane]! - 1;
      this.#head = (this.#head + 1) % this.#at.length;
      this.#count--;
    }
    this.#reserve = this.#foreign.reserve(this.limit, now, this.windowMs);
  }

  /** A grant that lies far ahead was made before the clock was set back. */
  #isOver(at: number, now: number): boolean {
    return at + this.windowMs <= now || at > now + 2 * this.windowMs;
  }

  /** Grants not yet out of the window, and what is left to others with the same budget. */
  get total(): number {
    return this.#count + this.#reserve;
  }

  /** Whether others have used the budget lately. */
  shared(now: number): boolean {
    return this.#foreign.shared(now);
  }

  get free(): number {
    return this.limit - this.total;
  }

  /** The soonest time at which a slot comes free, if nothing is answered meanwhile. */
  nextFreeAt(now: number): number {
    if (this.free > 0) return now;
    const ours = this.#count > 0 ? this.#at[this.#head]! + this.windowMs : Infinity;
    const theirs = this.#reserve > 0 ? this.#foreign.untilAt : Infinity;
    const at = Math.min(ours, theirs);
    return Number.isFinite(at) ? Math.max(now, at) : now + this.windowMs;
  }

  /** Counts one grant and gives its number, by which `answer` finds it again. */
  grant(now: number, lane: number): number {
    if (this.#count === this.#at.length) this.#resize(this.#count * 2);
    const tail = (this.#head + this.#count) % this.#at.length;
    this.#at[tail] = now + this.windowMs * slackShare;
    this.#lane[tail] = lane;
    this.used[lane] = this.used[lane]! + 1;
    this.#inWindow[tail] = ++this.#count;
    return this.#nextSeq++;
  }

  /**
   * An answer came: the request arrived by now. When the other side says how many remain, whatever it has counted beyond
   * the requests of ours that it can have seen by then was made by others.
   */
  answer(seq: number, now: number, remaining?: number, refused = false): void {
    this.expire(now);
    const place = seq - (this.#nextSeq - this.#count);
    if (place < 0) return; // so late that it tells nothing of this window
    const index = (this.#head + place) % this.#at.length;
    this.#at[index] = Math.min(this.#at[index]!, now);
    if (remaining === undefined) return;
    const ours = this.#inWindow[index]! + this.#nextSeq - 1 - seq; // those that left after it may have overtaken it
    this.#foreign.seen(Math.min(this.limit, Math.max(refused ? 1 : 0, this.limit - remaining - ours)), now, this.windowMs);
    this.#reserve = this.#foreign.reserve(this.limit, now, this.windowMs);
  }

  /** Adopts what the other side says of itself. Grants already made go on counting. */
  adopt(limit: number, windowMs: number): void {
    this.limit = limit;
    this.windowMs = windowMs;
    const room = Math.max(limit, this.#count);
    if (room > this.#at.length) this.#resize(room);
  }

  #resize(room: number): void {
    const order = Array.from({ length: this.#count }, (_, i) => (this.#head + i) % this.#at.length);
    const [at, lane, inWindow] = [new Float64Array(room), new Uint8Array(room), new Float64Array(room)];
    order.forEach((from, to) => {
      at[to] = this.#at[from]!;
      lane[to] = this.#lane[from]!;
      inWindow[to] = this.#inWindow[from]!;
    });
    [this.#at, this.#lane, this.#inWindow, this.#head] = [at, lane, inWindow, 0];
  }
}
