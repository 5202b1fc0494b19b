import { dayMs } from "#kernel/durations.ts";

const bucketMs = 900_000;
/** One more than fill a day, so that the oldest is whole when it is dropped: the sum is never less than the last 24 hours. */
const buckets = dayMs / bucketMs + 1;

/** What a restart must not forget of a day. */
export interface DayCounts {
  limit: number;
  /** Grants by quarter of an hour, counted from the epoch. */
  quarters: [quarter: number, grants: number][];
  /** The other side's own figures, while they are believed. */
  reported: { left: number; until: number } | null;
}

/**
 * The daily budget. What the other side says (left, and when it begins anew) is believed; where it says nothing, our own
 * grants of the last 24 hours are counted in quarters of an hour.
 */
export class Day {
  limit: number;
  #counts = new Uint32Array(buckets);
  #bucket = 0;
  #sum = 0;
  /** Since when there has been no quiet quarter of an hour. */
  #busySince = 0;
  #reported: { left: number; until: number } | null = null;
  /** Grants that a crash may have lost: left alone until the other side says, or the day is over. */
  #unsure = 0;
  #unsureUntil = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  left(now: number): number {
    return Math.max(0, this.limit - this.used(now) - (now < this.#unsureUntil ? this.#unsure : 0));
  }

  /** Grants of the day, as far as they are known. */
  used(now: number): number {
    this.#roll(now);
    if (this.#reported && (now >= this.#reported.until || this.#reported.until > now + 2 * dayMs)) this.#reported = null;
    return this.#reported ? Math.max(0, this.limit - this.#reported.left) : this.#sum;
  }

  /**
   * Requests of the day for people to read. The other side may count a new token from nothing; a count of the day that falls
   * would be taken for an error, so our own grants of that day are shown where they are more.
   */
  made(now: number): number {
    const used = this.used(now);
    if (this.#reported === null) return used;
    const first = Math.round((this.#reported.until - dayMs) / bucketMs);
    const own = this.#quarters().filter(([quarter]) => quarter >= first);
    return Math.max(
      used,
      own.reduce((sum, [, grants]) => sum + grants, 0),
    );
  }

  counts(now: number): DayCounts {
    this.#roll(now);
    return { limit: this.limit, quarters: this.#quarters(), reported: this.#reported };
  }

  /** Goes on from what was counted before a restart. `unsure`: how many grants may be missing from it. */
  restore({ limit, quarters, reported }: DayCounts, now: number, unsure: number): void {
    this.#roll(now);
    this.limit = limit;
    for (const [quarter, grants] of quarters) {
      if (quarter > this.#bucket || quarter <= this.#bucket - buckets) continue;
      this.#counts[quarter % buckets] = grants;
      this.#sum += grants;
    }
    this.#reported = reported && reported.until > now ? { ...reported } : null;
    [this.#unsure, this.#unsureUntil] = [unsure, now + dayMs];
  }

  /** When an exhausted budget is worth another look. */
  resetAt(now: number): number {
    return this.#reported && this.#reported.until > now ? this.#reported.until : (Math.floor(now / bucketMs) + 1) * bucketMs;
  }

  count(now: number): void {
    this.#roll(now);
    if (this.#recent === 0) this.#busySince = now;
    const bucket = this.#bucket % buckets;
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#sum++;
    if (this.#reported) this.#reported.left--;
  }

  /** The other side's own figures. Without a time of reset they are believed until the next quarter of an hour. */
  believe(now: number, left: number, resetMs: number | undefined): void {
    const until = resetMs === undefined ? (Math.floor(now / bucketMs) + 1) * bucketMs : now + resetMs;
    this.#reported = { left, until };
    this.#unsure = 0;
  }

  /** Grants a millisecond over the last quarter to half hour, for the forecast. */
  rate(now: number): number {
    this.#roll(now);
    return this.#recent / Math.min(bucketMs + (now % bucketMs), Math.max(60_000, now - this.#busySince));
  }

  #quarters(): DayCounts["quarters"] {
    const first = this.#bucket - buckets + 1;
    const quarters = Array.from({ length: buckets }, (_, i): [number, number] => [first + i, this.#counts[(first + i) % buckets] ?? 0]);
    return quarters.filter(([quarter, grants]) => quarter >= 0 && grants > 0);
  }

  get #recent(): number {
    return this.#counts[this.#bucket % buckets]! + this.#counts[(this.#bucket - 1 + buckets) % buckets]!;
  }

  #beginAnew(bucket: number): void {
    this.#counts.fill(0);
    [this.#bucket, this.#sum] = [bucket, 0];
  }

  #roll(now: number): void {
    const bucket = Math.floor(now / bucketMs);
    if (bucket < this.#bucket - 1) this.#beginAnew(bucket); // the clock was set back: what was counted lies ahead
    if (bucket <= this.#bucket) return;
    for (let i = Math.max(this.#bucket + 1, bucket - buckets + 1); i <= bucket; i++) {
      this.#sum -= this.#counts[i % buckets]!;
      this.#counts[i % buckets] = 0;
    }
    this.#bucket = bucket;
  }
}
