import { describe, expect, test } from "vitest";
import type { QuotaRules } from "#catalog/types.ts";
import { createGovernor, type Governor } from "./governor.ts";
import { simulate } from "./governor.simulation.ts";
import type { Lane } from "./types.ts";

const rules: QuotaRules = {
  burst: { limit: 100, windowMs: 10_000 },
  daily: 200_000,
  headers: {
    limit: "X-RateLimit-Max",
    remaining: "X-RateLimit-Remaining",
    windowMs: "X-RateLimit-Interval-Milliseconds",
    dailyLimit: "X-RateLimit-Limit-Daily",
    dailyRemaining: "X-RateLimit-Daily-Remaining",
    dailyResetMs: "X-RateLimit-Daily-Reset",
  },
};
const start = Date.UTC(2026, 0, 15, 9, 30);

function takeMany(governor: Governor, count: number, now: number, lane: Lane = "live", claim?: (i: number) => string) {
  const slots = Array.from({ length: count }, (_, i) => governor.take("k", rules, lane, now, claim?.(i)));
  return {
    seqs: slots.flatMap((t) => (t.granted ? [t.seq] : [])),
    retryAts: slots.flatMap((t) => (t.granted ? [] : [t.retryAt])),
  };
}
const answerAll = (governor: Governor, seqs: number[], now: number, headers: Record<string, string> = {}) =>
  seqs.forEach((seq) => governor.onAnswer("k", seq, 200, headers, now));

/** A governor that has heard of the budget before, so that it need not feel its way. */
function awake(): Governor {
  const governor = createGovernor();
  const first = governor.take("k", rules, "live", start - 60_000);
  if (first.granted) governor.onAnswer("k", first.seq, 200, { "x-ratelimit-remaining": "99" }, start - 59_900);
  return governor;
}

describe("the window", () => {
  test("grants the limit at once and not one more", () => {
    const { seqs, retryAts } = takeMany(awake(), 150, start);
    expect([seqs.length, retryAts.length]).toEqual([100, 50]);
  });

  test("a thousand who wait come back one slot apart, and none in the same millisecond", () => {
    const { retryAts } = takeMany(awake(), 1100, start, "live", (i) => `c${i}`);
    expect(new Set(retryAts).size).toBe(1000);
    expect(retryAts[0]).toBeGreaterThanOrEqual(start + 10_000);
    expect(retryAts[999]! - retryAts[0]!).toBeCloseTo(96_900, -2);
  });

  test("a slot comes free a window after its answer, not before", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 100, start);
    answerAll(governor, seqs, start + 120);
    expect(governor.take("k", rules, "live", start + 10_119).granted).toBe(false);
    expect(governor.take("k", rules, "live", start + 10_120).granted).toBe(true);
  });

  test("budgets of different keys know nothing of each other", () => {
    const governor = awake();
    takeMany(governor, 100, start);
    expect(governor.take("other", rules, "live", start).granted).toBe(true);
  });

  test("whoever holds a place is not overtaken by a newcomer", () => {
    const governor = awake();
    const { retryAts } = takeMany(governor, 250, start, "live", (i) => `c${i}`);
    const at = retryAts[0]!;
    expect(governor.take("k", rules, "live", at, "newcomer").granted).toBe(false);
    expect(governor.take("k", rules, "live", at, "c100").granted).toBe(true);
  });

  test("one who was let in may make its further calls before those who wait", () => {
    const governor = awake();
    const first = takeMany(governor, 150, start, "live", (i) => `c${i}`);
    answerAll(governor, first.seqs, start);
    const at = first.retryAts[0]!;
    expect(governor.take("k", rules, "live", at, "c100").granted).toBe(true);
    expect(governor.take("k", rules, "live", at + 1, "c100").granted).toBe(true);
    expect(governor.take("k", rules, "live", at + 2, "stranger").granted).toBe(true); // 98 free, 49 wait
    expect(governor.take("k", rules, "live", first.retryAts[1]! - 50, "c101").granted).toBe(true);
  });

  test("the place of one who does not come back is given away", () => {
    const governor = awake();
    const first = takeMany(governor, 300, start, "live", (i) => `c${i}`);
    answerAll(governor, first.seqs, start);
    const later = first.retryAts[0]! + 11_000;
    expect(governor.take("k", rules, "live", later, "newcomer").granted).toBe(true);
  });
});

describe("what the other side says", () => {
  test("a lower remainder is believed: somebody else uses the same quota", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    governor.onAnswer("k", seqs[0]!, 200, { "x-ratelimit-remaining": "10" }, start + 50);
    expect(takeMany(governor, 30, start + 60).seqs.length).toBe(6);
  });

  test("a higher remainder gives nothing away", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 90, start);
    answerAll(governor, seqs, start + 10, { "x-ratelimit-remaining": "100" });
    expect(takeMany(governor, 30, start + 20).seqs.length).toBe(10);
  });

  test("another limit and another window are adopted", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    answerAll(governor, seqs, start, {
      "x-ratelimit-max": "25",
      "x-ratelimit-interval-milliseconds": "5000",
      "x-ratelimit-remaining": "24",
    });
    expect(takeMany(governor, 100, start).seqs.length).toBe(24);
    expect(governor.take("k", rules, "live", start + 5_200).granted).toBe(true);
  });

  test("a raised limit is used without forgetting what was granted", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 100, start);
    governor.onAnswer("k", seqs[99]!, 200, { "x-ratelimit-max": "150" }, start + 10);
    expect(takeMany(governor, 100, start + 20).seqs.length).toBe(50);
  });

  test("nonsense in a header is not believed", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    answerAll(governor, seqs, start, { "x-ratelimit-max": "0", "x-ratelimit-remaining": "-5", "x-ratelimit-interval-milliseconds": "NaN" });
    expect(takeMany(governor, 200, start + 10).seqs.length).toBe(99);
  });

  test("a 429 stops everybody for the interval, and they come back spread", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 10, start);
    const retryAt = governor.onAnswer(
      "k",
      seqs[0]!,
      429,
      { "x-ratelimit-interval-milliseconds": "10000", "x-ratelimit-remaining": "0" },
      start + 100,
    )!;
    expect(retryAt).toBe(start + 10_100);
    const { retryAts } = takeMany(governor, 500, start + 200, "live", (i) => `c${i}`);
    expect(new Set(retryAts).size).toBe(500);
    expect(Math.min(...retryAts)).toBeGreaterThan(start + 10_100);
  });

  test("Retry-After is obeyed before anything else", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    expect(governor.onAnswer("k", seqs[0]!, 429, { "retry-after": "42" }, start)).toBe(start + 42_000);
    expect(governor.take("k", rules, "live", start + 41_000).granted).toBe(false);
    expect(governor.take("k", rules, "live", start + 42_500).granted).toBe(true);
  });

  test("429s that keep coming after each pause make the pauses longer; a storm of one moment counts once", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 50, start);
    for (const seq of seqs) governor.onAnswer("k", seq, 429, {}, start + 10);
    expect(governor.meter("k", start + 20)!.pausedUntil).toBe(start + 10_010);
    const again = governor.take("k", rules, "live", start + 20_000);
    if (!again.granted) throw new Error("expected a slot after the pause");
    governor.onAnswer("k", again.seq, 429, {}, start + 20_100);
    expect(governor.meter("k", start + 20_100)!.pausedUntil).toBe(start + 40_100);
  });

  test("a window that the other side tells is waited out as it is, three times before it is doubted", () => {
    const governor = awake();
    let now = start;
    const pauses = [1, 2, 3, 4].map(() => {
      const slots = governor.take("k", rules, "live", now);
      if (!slots.granted) throw new Error("expected a slot after the pause");
      governor.onAnswer("k", slots.seq, 429, { "x-ratelimit-interval-milliseconds": "10000", "x-ratelimit-remaining": "0" }, now);
      const until = governor.meter("k", now)!.pausedUntil!;
      const pause = until - now;
      now = until + 100;
      return pause;
    });
    expect(pauses).toEqual([10_000, 10_000, 10_000, 20_000]);
  });
});

describe("a budget of which nothing is known yet", () => {
  const untilRefused = (governor: Governor, now: number) => takeMany(governor, 100, now).seqs.length;

  test("is felt for: one, two, four requests a quarter of a second apart, until the first answer", () => {
    const governor = createGovernor();
    const sent = [0, 250, 500].map((ms) => untilRefused(governor, start + ms));
    expect(sent).toEqual([1, 1, 2]);
    expect(governor.take("k", rules, "live", start + 501)).toEqual({ granted: false, retryAt: start + 750 });
  });

  test("is as the first answer tells: what another process used a moment ago, and what this login may do", () => {
    const governor = createGovernor();
    const { seqs } = takeMany(governor, 1, start);
    answerAll(governor, seqs, start + 100, { "x-ratelimit-max": "25", "x-ratelimit-remaining": "7" });
    expect(untilRefused(governor, start + 100)).toBe(7);
  });

  test("is one that others turned out to use, a window after its last answer: until an answer comes, one request and then a short pause", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    governor.onAnswer("k", seqs[0]!, 429, { "x-ratelimit-max": "100", "x-ratelimit-remaining": "99" }, start);
    const later = start + 60_000;
    expect(governor.take("k", rules, "live", later).granted).toBe(true); // its answer is lost with the connection
    expect(governor.take("k", rules, "live", later)).toEqual({ granted: false, retryAt: later + 250 });
    expect(governor.take("k", rules, "live", later + 250).granted).toBe(true);
  });

  test("is not felt for where the other side tells nothing", () => {
    const plain: QuotaRules = { burst: { limit: 100, windowMs: 10_000 } };
    const governor = createGovernor();
    expect(Array.from({ length: 120 }, () => governor.take("k", plain, "live", start).granted).filter(Boolean)).toHaveLength(100);
  });
});

describe("a budget that others use as well", () => {
  /** Ten windows of thirty requests, in which the other side counts `others` more. */
  function sharedWith(others: number): Governor {
    const governor = awake();
    for (let i = 0; i < 10; i++) {
      const at = start + i * 10_500;
      const { seqs } = takeMany(governor, 10, at);
      seqs.forEach((seq, n) => governor.onAnswer("k", seq, 200, { "x-ratelimit-remaining": String(100 - others - n - 1) }, at + 100));
    }
    return governor;
  }
  const room = (governor: Governor) => governor.meter("k", start + 10 * 10_500)!.left;

  test("is used to two thirds of what they leave, so that two who see each other meet in the middle", () => {
    expect(room(sharedWith(50))).toBe(32);
  });

  test("keeps some room above a few strays", () => {
    expect(room(sharedWith(4))).toBe(87);
  });

  test("is nearly all there again some minutes after they were last seen, and all of it after an hour", () => {
    const governor = sharedWith(50);
    expect([400_000, 4_000_000].map((ms) => governor.meter("k", start + ms)!.left)).toEqual([89, 100]);
  });

  test("is taken back little by little, so that several who do the same see each other in time", () => {
    const governor = sharedWith(50);
    const left = Array.from({ length: 20 }, (_, i) => governor.meter("k", start + 110_000 + i * 10_000)!.left);
    const steps = left.slice(1).map((room, i) => room - left[i]!);
    expect(left.at(-1)! - left[0]!).toBeGreaterThan(10);
    expect(Math.max(...steps.slice(1))).toBe(2); // the first is what was ours going out of the window
  });

  test("is known to be shared by a refusal, whatever the figures say", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    governor.onAnswer("k", seqs[0]!, 429, { "x-ratelimit-remaining": "99" }, start + 100);
    expect(governor.meter("k", start + 20_000)!.left).toBe(89);
  });

  test("is felt for again after a pause: they may have come back", () => {
    const governor = sharedWith(50);
    expect(takeMany(governor, 100, start + 400_000).seqs).toHaveLength(1);
  });

  test("is never given up: one request a window brings news", () => {
    const governor = sharedWith(90);
    const { seqs } = takeMany(governor, 1, start + 10 * 10_500);
    governor.onAnswer("k", seqs[0]!, 200, { "x-ratelimit-remaining": "0" }, start + 10 * 10_500 + 10);
    expect(takeMany(governor, 1, start + 12 * 10_500).seqs).toHaveLength(1);
  });
});

describe("the day", () => {
  test("nothing left means waiting for the reset the other side named", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    answerAll(governor, seqs, start, { "x-ratelimit-daily-remaining": "0", "x-ratelimit-daily-reset": "7200000" });
    const { retryAts } = takeMany(governor, 3, start + 1000, "live", (i) => `c${i}`);
    expect(retryAts[0]).toBe(start + 7_200_000);
    expect(new Set(retryAts).size).toBe(3);
    expect(governor.take("k", rules, "live", start + 7_200_500).granted).toBe(true);
  });

  test("the lower lanes leave the last of the day to live", () => {
    const governor = awake();
    const { seqs } = takeMany(governor, 1, start);
    answerAll(governor, seqs, start, { "x-ratelimit-daily-remaining": "9000", "x-ratelimit-daily-reset": "7200000" });
    expect(governor.take("k", rules, "backfill", start + 1).granted).toBe(false);
    expect(governor.take("k", rules, "sync", start + 1).granted).toBe(false);
    expect(governor.take("k", rules, "live", start + 1).granted).toBe(true);
  });

  test("without headers our own count of 24 hours decides", () => {
    const governor = createGovernor();
    const few: QuotaRules = { burst: { limit: 100, windowMs: 10_000 }, daily: 50 };
    for (let i = 0; i < 50; i++) expect(governor.take("k", few, "live", start).granted).toBe(true);
    expect(governor.take("k", few, "live", start + 3_600_000).granted).toBe(false);
    expect(governor.take("k", few, "live", start + 25 * 3_600_000).granted).toBe(true);
  });

  test("the requests of the day do not fall when a new token is counted from nothing, and begin anew with the day", () => {
    const governor = awake();
    const told = (left: number, at: number) => ({
      "x-ratelimit-limit-daily": "1000",
      "x-ratelimit-daily-remaining": String(left),
      "x-ratelimit-daily-reset": String(Date.UTC(2026, 0, 16) - at),
    });
    answerAll(governor, takeMany(governor, 40, start).seqs, start, told(900, start));
    const later = start + 1_200_000;
    expect(governor.meter("k", later)!.daily).toMatchObject({ used: 100, made: 100 });
    answerAll(governor, takeMany(governor, 1, later).seqs, later, told(999, later));
    expect(governor.meter("k", later)!.daily).toMatchObject({ used: 1, left: 999, made: 42 });
    const next = Date.UTC(2026, 0, 16, 0, 5);
    answerAll(governor, takeMany(governor, 1, next).seqs, next, {
      "x-ratelimit-daily-remaining": "999",
      "x-ratelimit-daily-reset": "86100000",
    });
    expect(governor.meter("k", next)!.daily).toMatchObject({ used: 1, made: 1 });
  });

  test("the meter tells use, rest and when the day's budget ends", () => {
    const governor = createGovernor();
    let now = start;
    for (let i = 0; i < 3000; i++, now += 200) answerAll(governor, takeMany(governor, 1, now).seqs, now);
    const meter = governor.meter("k", now)!;
    expect(meter).toMatchObject({ limit: 100, used: 49, left: 51, daily: { limit: 200_000, used: 3000, left: 197_000 } });
    expect(meter.perMinute).toBeGreaterThan(100);
    expect(meter.exhaustedAt).toBeGreaterThan(now);
    expect(governor.meter("nobody", now)).toBeNull();
  });
});

describe("lanes", () => {
  const granted = (lanes: Partial<Record<Lane, number>>, minutes = 20) =>
    simulate({ limit: 100, windowMs: 10_000, durationMs: minutes * 60_000, callers: lanes, baseMs: 40, jitterMs: 80, seed: 7 });

  test("under pressure from all, each has at least its share and live the most", () => {
    const { byLane, total } = granted({ live: 300, sync: 300, backfill: 300 });
    expect(byLane.live / total).toBeGreaterThan(0.6);
    expect(byLane.sync / total).toBeGreaterThan(0.15);
    expect(byLane.backfill / total).toBeGreaterThan(0.07);
    expect(byLane.sync).toBeGreaterThan(byLane.backfill);
  });

  test("what sync does not use goes to live before backfill", () => {
    const { byLane, total } = granted({ live: 300, backfill: 300 });
    expect(byLane.live / total).toBeGreaterThan(0.85);
    expect(byLane.backfill / total).toBeGreaterThan(0.07);
  });

  test("backfill alone has nearly everything", () => {
    const { share } = granted({ backfill: 300 });
    expect(share).toBeGreaterThan(0.95);
  });

  test("a live call in the middle of a saturated backfill waits less than a second", () => {
    const { longestLiveWaitMs } = simulate({
      limit: 100,
      windowMs: 10_000,
      durationMs: 600_000,
      callers: { backfill: 500 },
      liveEveryMs: 3_000,
      baseMs: 40,
      jitterMs: 80,
      seed: 3,
    });
    expect(longestLiveWaitMs).toBeLessThan(1_000);
  });
});

test("idle budgets are dropped, so memory is bounded", () => {
  const governor = createGovernor({ maxBudgets: 100 });
  for (let i = 0; i < 1_000; i++) governor.take(`k${i}`, rules, "live", start + i);
  expect(governor.size()).toBe(100);
  expect(governor.meter("k999", start + 1_000)).not.toBeNull();
});
