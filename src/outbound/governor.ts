import type { QuotaRules } from "#catalog/types.ts";
import { CarefulStart } from "./careful-start.ts";
import { Day, type DayCounts } from "./day.ts";
import { readQuotaHeaders, retryAfterMs, type QuotaHeaders } from "./headers.ts";
import { Line } from "./line.ts";
import type { Lane, QuotaMeter } from "./types.ts";
import { SlidingWindow } from "./window.ts";

/** Highest first. The share is what a lane gets of a window when all of them want more than there is. */
const lanes: readonly Lane[] = ["live", "sync", "backfill"];
const shares = [0.7, 0.2, 0.1];
/** The last part of a day's budget that the lower lanes leave alone. */
const dailyReserve = [0, 0.05, 0.15];
/** How many slots in a row a lower lane may take at once; beyond it goes at the pace of the quota, so that live never waits long. */
const burstShare = [1, 0.2, 0.05];
/** Below it, callers who come back a little late would cost slots. */
const fewestInARow = 3;
/** The line moves a little faster than slots come free, so that one who comes late leaves no slot unused. */
const linePace = 0.97;
const longestPauseMs = 300_000;
/** So many refusals in a row are waited out by the window as told, before the pauses double. */
const believedStrikes = 3;
const idleMs = 86_400_000;

export type SlotOutcome = { granted: true; seq: number } | { granted: false; retryAt: number };

/** What a restart must not forget of a budget: plain JSON. */
export interface QuotaCounts {
  day: DayCounts;
  window: { limit: number; windowMs: number; grants: number };
  pausedUntil: number;
}

/** Counts as they were kept: when, and whether everything was in them. */
export interface KeptCounts {
  budget: string;
  counts: QuotaCounts;
  savedAt: number;
  /** False after a crash: the newest grants are missing. */
  whole: boolean;
}

/** Keeps every budget: one for each app and sub-account. Pure but for its memory: the time is passed in. */
export interface Governor {
  /**
   * Asks for one request. A refusal reserves: coming back at `retryAt` with the same `claim` finds the place kept.
   * Callers without a claim stand in no line.
   */
  take(key: string, rules: QuotaRules, lane: Lane, now: number, claim?: string): SlotOutcome;
  /** What the other side said. Gives the time to come back after a 429. */
  onAnswer(key: string, seq: number, status: number, headers: Record<string, string>, now: number): number | undefined;
  /** Null for a budget nobody has used. */
  meter(key: string, now: number): QuotaMeter | null;
  /** Goes on from what was counted before a restart; on the careful side where the newest grants are missing. */
  restore(kept: KeptCounts, rules: QuotaRules, now: number): void;
  /** The budgets that were used since this was last asked, or all of them. */
  counts(now: number, which: "changed" | "all"): { budget: string; counts: QuotaCounts }[];
  /** Budgets in memory. */
  size(): number;
}

/** A governor for this process. Another port of the same shape can share the counts between processes. */
export function createGovernor({ maxBudgets = 10_000 }: { maxBudgets?: number } = {}): Governor {
  const budgets = new Map<string, Budget>();
  const open = (key: string, rules: QuotaRules, now: number) => {
    if (budgets.size >= maxBudgets) dropIdle(budgets, maxBudgets, now);
    const budget = new Budget(rules);
    budgets.set(key, budget);
    return budget;
  };
  const used = new Set<string>();
  return {
    take(key, rules, lane, now, claim) {
      used.add(key);
      return (budgets.get(key) ?? open(key, rules, now)).take(lanes.indexOf(lane), now, claim);
    },
    onAnswer(key, seq, status, headers, now) {
      used.add(key);
      return budgets.get(key)?.onAnswer(seq, status, headers, now);
    },
    restore: (kept, rules, now) => open(kept.budget, rules, now).restore(kept, now),
    counts(now, which) {
      const wanted = which === "all" ? [...budgets.keys()] : [...used];
      used.clear();
      return wanted.flatMap((key) => {
        const budget = budgets.get(key);
        return budget ? [{ budget: key, counts: budget.counts(now) }] : [];
      });
    },
    meter: (key, now) => budgets.get(key)?.meter(now) ?? null,
    size: () => budgets.size,
  };
}

/** Makes room: everything unused for a day, or else the budget unused for longest. */
function dropIdle(budgets: Map<string, Budget>, maxBudgets: number, now: number): void {
  let oldest: { key: string; usedAt: number } | undefined;
  for (const [key, { usedAt }] of budgets) {
    if (usedAt + idleMs <= now) budgets.delete(key);
    else if (!oldest || usedAt < oldest.usedAt) oldest = { key, usedAt };
  }
  if (oldest && budgets.size >= maxBudgets) budgets.delete(oldest.key);
}

/** The budget of one app and sub-account. */
class Budget {
  usedAt = 0;
  #rules: QuotaRules;
  #window: SlidingWindow;
  #day: Day;
  #start = new CarefulStart();
  #lines = lanes.map(() => new Line());
  /** For each lane: the time up to which its paced slots are spoken for. */
  #paced = lanes.map(() => 0);
  #pausedUntil = 0;
  #strikes = 0;
  /** How many were told to come back after the present pause or at the daily reset: they are spread by it. */
  #queued = 0;

  constructor(rules: QuotaRules) {
    this.#rules = rules;
    this.#window = new SlidingWindow(rules.burst.limit, rules.burst.windowMs, lanes.length);
    this.#day = new Day(rules.daily ?? Infinity);
  }

  take(lane: number, now: number, claim: string | undefined): SlotOutcome {
    this.usedAt = now;
    this.#window.expire(now);
    if (now < this.#pausedUntil) return this.#later(lane, now, claim, this.#pausedUntil);
    if (this.#dayUsedUp(lane, now)) return this.#later(lane, now, claim, this.#day.resetAt(now));
    const carefulUntil = this.#rules.headers
      ? this.#start.waitUntil(now, this.#window.shared(now) ? this.#window.windowMs : Infinity)
      : null;
    if (carefulUntil !== null) return { granted: false, retryAt: Math.ceil(carefulUntil) };
    const line = this.#lines[lane]!;
    const paceAt = this.#paceAt(lane);
    if (now >= paceAt && this.#entitled(lane, now) && line.mayEnter(claim, this.#window.free, this.#ahead(lane), now)) {
      return this.#grant(lane, now, claim);
    }
    const freeAt = Math.max(this.#window.nextFreeAt(now), paceAt, now + 1);
    return { granted: false, retryAt: Math.ceil(line.place(claim, now, freeAt, this.#spacingMs * linePace)) };
  }

  onAnswer(seq: number, status: number, headers: Record<string, string>, now: number): number | undefined {
    const reported = readQuotaHeaders(this.#rules.headers, headers);
    this.#adopt(reported);
    this.#start.answered(now);
    this.#window.answer(seq, now, reported.remaining, status === 429);
    if (reported.dailyRemaining !== undefined) this.#day.believe(now, reported.dailyRemaining, reported.dailyResetMs);
    if (status === 429) return this.#pause(now, reported, retryAfterMs(headers, now));
    if (now >= this.#pausedUntil) this.#strikes = 0;
    return undefined;
  }

  counts(now: number): QuotaCounts {
    this.#window.expire(now);
    const { limit, windowMs, used } = this.#window;
    const grants = used.reduce((sum, n) => sum + n, 0);
    return { day: this.#day.counts(now), window: { limit, windowMs, grants }, pausedUntil: this.#pausedUntil };
  }

  restore({ counts: { day, window, pausedUntil }, savedAt, whole }: KeptCounts, now: number): void {
    this.usedAt = savedAt;
    this.#window.adopt(window.limit, window.windowMs);
    this.#day.restore(day, now, whole ? 0 : window.limit);
    this.#pausedUntil = Math.min(pausedUntil, now + longestPauseMs);
    if (now - savedAt >= 2 * window.windowMs) return;
    // Where the other side counts for us its first answer tells; elsewhere the whole window may have been used since.
    const grants = whole || this.#rules.headers ? window.grants : window.limit;
    for (let i = 0; i < grants; i++) this.#window.grant(whole ? Math.min(savedAt, now) : now, 0);
  }

  meter(now: number): QuotaMeter {
    this.#window.expire(now);
    const left = this.#day.left(now);
    const rate = this.#day.rate(now);
    const daily = Number.isFinite(this.#day.limit);
    return {
      limit: this.#window.limit,
      windowMs: this.#window.windowMs,
      used: Math.min(this.#window.total, this.#window.limit),
      left: Math.max(0, this.#window.free),
      waiting: { live: this.#lines[0]!.waiting, sync: this.#lines[1]!.waiting, backfill: this.#lines[2]!.waiting },
      pausedUntil: now < this.#pausedUntil ? this.#pausedUntil : undefined,
      daily: daily
        ? {
            limit: this.#day.limit,
            used: this.#day.used(now),
            made: this.#day.made(now),
            left,
            resetAt: left === 0 ? this.#day.resetAt(now) : undefined,
          }
        : undefined,
      perMinute: Math.round(rate * 60_000),
      exhaustedAt: daily && rate > 0 && left / rate < idleMs ? Math.round(now + left / rate) : undefined,
    };
  }

  get #spacingMs(): number {
    return this.#window.windowMs / this.#window.limit;
  }

  #grant(lane: number, now: number, claim: string | undefined): SlotOutcome {
    this.#lines[lane]!.entered(claim, now);
    this.#paced[lane] = Math.max(this.#paced[lane]!, now) + this.#spacingMs;
    this.#day.count(now);
    this.#start.sent();
    return { granted: true, seq: this.#window.grant(now, lane) };
  }

  /** Callers of this lane and of those above it whose place comes first. */
  #ahead(lane: number): number {
    let waiting = 0;
    for (let i = 0; i <= lane; i++) waiting += this.#lines[i]!.waiting;
    return waiting;
  }

  /**
   * A lane has its share for certain. Beyond it, it takes what no higher lane wants, and leaves one slot for each lower lane
   * that is short of its share: so backfill cannot starve live, nor live the others. One at a time is enough, since whoever
   * takes it leaves the next one reserved; more would lie idle.
   */
  #entitled(lane: number, now: number): boolean {
    const free = this.#window.free;
    if (free <= 0) return false;
    if (this.#window.used[lane]! < this.#guarantee(lane)) return true;
    let owed = 0;
    for (let other = 0; other < lanes.length; other++) {
      if (other === lane || !this.#lines[other]!.wanted(now)) continue;
      if (other < lane) return false;
      if (this.#window.used[other]! < this.#guarantee(other)) owed++;
    }
    return free > owed;
  }

  #guarantee(lane: number): number {
    return Math.max(1, Math.floor(shares[lane]! * this.#window.limit));
  }

  /** Live bursts as it likes; the lower lanes go at the pace of the quota once their burst is used. */
  #paceAt(lane: number): number {
    if (lane === 0) return 0;
    const burst = Math.max(fewestInARow, burstShare[lane]! * this.#window.limit);
    return this.#paced[lane]! - (burst - 1) * this.#spacingMs;
  }

  #dayUsedUp(lane: number, now: number): boolean {
    if (!Number.isFinite(this.#day.limit)) return false;
    return this.#day.left(now) <= this.#day.limit * dailyReserve[lane]!;
  }

  #later(lane: number, now: number, claim: string | undefined, from: number): SlotOutcome {
    const retryAt = Math.ceil(from + (this.#queued++ % 10_000) * this.#spacingMs);
    this.#lines[lane]!.keep(claim, retryAt, now);
    return { granted: false, retryAt };
  }

  #adopt({ limit, windowMs, dailyLimit }: QuotaHeaders): void {
    const [newLimit, newWindow] = [limit ?? this.#window.limit, windowMs ?? this.#window.windowMs];
    if (newLimit !== this.#window.limit || newWindow !== this.#window.windowMs) this.#window.adopt(newLimit, newWindow);
    if (dailyLimit !== undefined) this.#day.limit = dailyLimit;
  }

  /** Stops everything after a 429. The requests that were already on their way count as the same one. */
  #pause(now: number, { dailyRemaining, dailyResetMs, windowMs }: QuotaHeaders, retryAfter: number | undefined): number {
    if (now >= this.#pausedUntil) {
      this.#strikes++;
      this.#queued = 0;
    }
    // A window that the other side itself tells is over when it is over; only where that was wrong several times is it not believed.
    const doublings = Math.max(0, this.#strikes - (windowMs === undefined ? 1 : believedStrikes));
    const byItself = Math.min((windowMs ?? this.#window.windowMs) * 2 ** doublings, longestPauseMs);
    const pauseMs = retryAfter ?? (dailyRemaining === 0 ? (dailyResetMs ?? longestPauseMs) : byItself);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    return Math.ceil(this.#pausedUntil + (this.#queued++ % 10_000) * this.#spacingMs);
  }
}
