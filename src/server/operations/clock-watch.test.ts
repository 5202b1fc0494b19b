import { describe, expect, test } from "vitest";
import { dayMs } from "#kernel/durations.ts";
import { clockWarning, observeClock, pruneBound, setBackBy, type ClockMark } from "./clock-watch.ts";

const minuteMs = 60_000;
const t0 = Date.UTC(2026, 0, 15);
const fresh: ClockMark = { believedAt: t0, doubtedMs: 0, saidAt: t0 };
const believed = { aheadMs: 0, behindMs: 0 };

/** A clock that is `off` for a while, looked at each hour. */
function run(mark: ClockMark, offMs: number, hours: number) {
  let seen = observeClock(mark, { now: mark.believedAt + offMs, passedMs: 0, confirmed: false });
  const start = mark.believedAt;
  for (let h = 1; h <= hours; h++)
    seen = observeClock(seen.mark, { now: start + offMs + h * 60 * minuteMs, passedMs: 60 * minuteMs, confirmed: false });
  return seen;
}

describe("the clock of the machine", () => {
  test("is believed while it goes on evenly, and over a night that the machine was off", () => {
    expect(observeClock(fresh, { now: t0 + minuteMs, passedMs: minuteMs, confirmed: false })).toEqual({
      mark: { believedAt: t0 + minuteMs, doubtedMs: 0, saidAt: t0 + minuteMs },
      state: believed,
    });
    expect(observeClock(fresh, { now: t0 + dayMs, passedMs: 0, confirmed: false }).state).toEqual(believed);
  });

  test("is not believed once it is more than a day ahead of what the store has seen, at a start or between two looks", () => {
    for (const passedMs of [0, minuteMs]) {
      const { state, mark } = observeClock(fresh, { now: t0 + 100 * dayMs + passedMs, passedMs, confirmed: false });
      expect(state).toEqual({ aheadMs: 100 * dayMs, behindMs: 0 });
      expect(mark).toEqual({ believedAt: t0 + passedMs, doubtedMs: passedMs, saidAt: t0 + 100 * dayMs + passedMs });
    }
  });

  test("is believed again as soon as it is right again, and nothing of the jump stays", () => {
    const jumped = run(fresh, 100 * dayMs, 5);
    const after = observeClock(jumped.mark, { now: t0 + 5 * 60 * minuteMs, passedMs: 0, confirmed: false });
    expect(after.state).toEqual(believed);
    expect(after.mark).toMatchObject({ believedAt: t0 + 5 * 60 * minuteMs, doubtedMs: 0 });
  });

  test("is believed by itself after a day of work when it is some weeks ahead, and never when it is months ahead", () => {
    expect(run(fresh, 20 * dayMs, 23).state.aheadMs).toBe(20 * dayMs);
    expect(run(fresh, 20 * dayMs, 24).state).toEqual(believed);
    expect(run(fresh, 92 * dayMs, 24 * 30).state.aheadMs).toBe(92 * dayMs);
  });

  test("is believed at once when a person says that it is right", () => {
    const now = t0 + 92 * dayMs;
    expect(observeClock(fresh, { now, passedMs: 0, confirmed: true })).toEqual({
      mark: { believedAt: now, doubtedMs: 0, saidAt: now },
      state: believed,
    });
  });

  test("may be set back a little, and is named when it is far behind", () => {
    expect(observeClock(fresh, { now: t0 - 5 * minuteMs, passedMs: 0, confirmed: false })).toEqual({
      mark: { ...fresh, saidAt: t0 - 5 * minuteMs },
      state: believed,
    });
    expect(observeClock(fresh, { now: t0 - dayMs, passedMs: 0, confirmed: false }).state).toEqual({ aheadMs: 0, behindMs: dayMs });
  });

  test("that was ahead and is set right is known to be set back, however short a time it was ahead", () => {
    const ahead = observeClock(fresh, { now: t0 + 100 * dayMs, passedMs: 0, confirmed: false }).mark;
    expect(setBackBy(ahead, { now: t0 + minuteMs, passedMs: minuteMs })).toBe(100 * dayMs);
    expect(setBackBy(fresh, { now: t0 - 5 * minuteMs, passedMs: 0 })).toBe(0);
    expect(setBackBy(fresh, { now: t0 + 100 * dayMs, passedMs: 0 })).toBe(0);
  });

  test("that is not believed is named with what to do, whether it is wrong or right", () => {
    expect(clockWarning(believed)).toBeNull();
    expect(clockWarning({ aheadMs: 100 * dayMs, behindMs: 0 })).toMatch(/100 days ahead .*No history is deleted.*set it.*--clock-is-right/);
    expect(clockWarning({ aheadMs: 0, behindMs: dayMs })).toMatch(/24 hours behind .*Set it.*--clock-is-right/);
  });
});

describe("how far history may be deleted", () => {
  const keepMs = 90 * dayMs;

  test("goes up to the days that are kept, when the last time was an hour ago", () => {
    expect(pruneBound({ now: t0, keepMs, last: t0 - keepMs - 60 * minuteMs, state: believed })).toBe(t0 - keepMs);
  });

  test("goes on by one day at most, after a long rest or a shorter setting", () => {
    const last = t0 - keepMs;
    expect(pruneBound({ now: t0 + 100 * dayMs, keepMs, last, state: believed })).toBe(last + dayMs);
    expect(pruneBound({ now: t0, keepMs: 30 * dayMs, last, state: believed })).toBe(last + dayMs);
  });

  test("goes nowhere while the clock is not believed", () => {
    expect(pruneBound({ now: t0, keepMs, last: t0 - keepMs, state: { aheadMs: 2 * dayMs, behindMs: 0 } })).toBeNull();
  });
});
