/** What is seen counts for six to twelve windows: others that come in bursts are not forgotten between them. */
const heldWindows = 6;
/** How long after they were last seen a budget counts as shared. */
const sharedMs = 3_600_000;
/** Beyond this share of the limit others are no strays, and what they leave is not taken whole: two that see each other so meet in the middle. */
const strayShare = 0.1;
const ourShare = 0.65;
/** How far above what was seen of them strays may go: in standard deviations of a crowd that comes at random. */
const deviations = 4;
/** So many are reckoned with, as a share of the limit, as long as a budget counts as shared: our figures and theirs are of different windows, and few do not show. */
const fewShare = 0.03;
/** By how much of the limit our part grows in a window. */
const growthShare = 0.02;

/**
 * What others take of the same budget, as the other side's figures show it. The figures are late by a journey and tell of windows
 * that are not ours, so what counts is the most that was seen, and some room above it is left alone.
 */
export class Foreign {
  #firstSeenAt: number | null = null;
  /** What was taken before our time; it goes with its window. */
  #before = 0;
  #beforeUntil = 0;
  #most = 0;
  #mostBefore = 0;
  #turnAt = 0;
  #seenAt = -Infinity;
  /** What is taken by us, and when it last grew. */
  #ours = Infinity;
  #grownAt = 0;

  /** `count`: requests in the window that were not ours; at least one where we were refused. */
  seen(count: number, now: number, windowMs: number): void {
    this.#firstSeenAt ??= now;
    if (now < this.#firstSeenAt + windowMs) {
      this.#before = Math.max(this.#before, count);
      this.#beforeUntil = this.#firstSeenAt + windowMs;
      return;
    }
    this.#turn(now, windowMs);
    if (count <= 0) return;
    this.#most = Math.max(this.#most, count);
    this.#seenAt = now;
  }

  /** How much of the limit is left to them. */
  reserve(limit: number, now: number, windowMs: number): number {
    this.#turn(now, windowMs);
    const before = now < this.#beforeUntil ? this.#before : 0;
    const most = Math.max(this.#most, this.#mostBefore, this.shared(now) ? limit * fewShare : 0);
    this.#grow(limit, most, now, windowMs);
    return Math.min(limit - 1, Math.max(before, limit - Math.floor(this.#ours))); // one is always tried: it brings news
  }

  /** Down at once, up by and by: several who grow together see each other before it is too much. */
  #grow(limit: number, most: number, now: number, windowMs: number): void {
    const target = most === 0 ? limit : partBeside(limit, most);
    const grown = this.#ours + (limit * growthShare * (now - this.#grownAt)) / windowMs;
    this.#ours = most === 0 ? limit : Math.min(target, grown);
    this.#grownAt = now;
  }

  /** When the reserve may shrink. */
  get untilAt(): number {
    return Math.max(this.#beforeUntil, this.#most + this.#mostBefore > 0 ? this.#turnAt : 0);
  }

  /** Whether others have been seen lately. */
  shared(now: number): boolean {
    return now - this.#seenAt < sharedMs;
  }

  #turn(now: number, windowMs: number): void {
    if (now < this.#turnAt) return;
    this.#mostBefore = now < this.#turnAt + heldWindows * windowMs ? this.#most : 0;
    this.#most = 0;
    this.#turnAt = now + heldWindows * windowMs;
  }
}

function partBeside(limit: number, others: number): number {
  const left = limit - others;
  return Math.floor(others <= limit * strayShare ? left - deviations * Math.sqrt(others) - 1 : ourShare * left);
}
