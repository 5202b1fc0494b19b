import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createGovernor, type Governor } from "#outbound/governor.ts";
import { openSqlite } from "#storage/database.ts";
import { createQuotaStore, type QuotaStore } from "#storage/quota-store.ts";
import { openQuotaKeeper } from "./quota-keeper.ts";

const reportedRules = { burst: { limit: 100, windowMs: 10_000 }, daily: 1_000, headers: { dailyRemaining: "left", dailyResetMs: "reset" } };
const silent = { burst: { limit: 5, windowMs: 10_000 }, daily: 50 };
const rules: Record<string, typeof reportedRules | typeof silent> = { reported: reportedRules, silent };

async function world() {
  const clock = new TestClock();
  const store = createQuotaStore(await openSqlite({ file: ":memory:" }));
  let writes = 0;
  const counting: QuotaStore = { ...store, put: (rows) => (writes++, store.put(rows)) };
  /** A process: what it counts is kept in the store until it ends or is killed. */
  const start = async () => {
    const governor = createGovernor();
    const keeper = await openQuotaKeeper({ store: counting, governor, rulesOf: (app) => rules[app], clock, log: silentLog });
    return { governor, stop: () => keeper.close() };
  };
  const take = (governor: Governor, budget: string, n: number) =>
    Array.from({ length: n }, () => governor.take(budget, rules[budget.split("|")[0]!]!, "live", clock.now())).filter((t) => t.granted)
      .length;
  return { clock, store, start, take, writes: () => writes };
}
const today = (governor: Governor, budget: string, now: number) => governor.meter(budget, now)?.daily?.used;

test("the day's requests and the window are the same after an orderly restart", async () => {
  const { clock, start, take } = await world();
  const first = await start();
  expect(take(first.governor, "silent|a", 9)).toBe(5);
  await clock.advance(20_000);
  expect(take(first.governor, "silent|a", 2)).toBe(2);
  await first.stop();
  const second = await start();
  expect(second.governor.meter("silent|a", clock.now())).toMatchObject({ used: 2, daily: { used: 7, left: 43 } });
  expect(take(second.governor, "silent|a", 9)).toBe(3);
  await clock.advance(20_000);
  expect(take(second.governor, "silent|a", 9)).toBe(5);
});

test("what the other side said of the day is believed after a restart as before it", async () => {
  const { clock, start, take } = await world();
  const first = await start();
  take(first.governor, "reported|a", 1);
  first.governor.onAnswer("reported|a", 0, 200, { left: "887", reset: "3600000" }, clock.now());
  expect(today(first.governor, "reported|a", clock.now())).toBe(113);
  await first.stop();
  const second = await start();
  expect(today(second.governor, "reported|a", clock.now())).toBe(113);
  await second.stop();
  const third = await start(); // one that was not used in between is kept as well
  expect(third.governor.meter("reported|a", clock.now())?.daily).toMatchObject({ used: 113, left: 887 });
});

test("a kill loses a few seconds at most, and the budget errs on the careful side until the day is known", async () => {
  const { clock, start, take } = await world();
  const first = await start();
  take(first.governor, "silent|a", 3);
  await clock.advance(3_000); // written
  take(first.governor, "silent|a", 2); // lost
  await clock.advance(1_000);
  const second = await start();
  expect(second.governor.meter("silent|a", clock.now())?.daily).toMatchObject({ used: 3, left: 50 - 3 - 5 });
  expect(take(second.governor, "silent|a", 9)).toBe(0); // the window may have been used to the last
  await clock.advance(20_000);
  expect(take(second.governor, "silent|a", 9)).toBe(5);
});

test("after a kill the first answer of a side that counts for us ends the doubt", async () => {
  const { clock, start, take } = await world();
  const first = await start();
  take(first.governor, "reported|a", 1);
  await clock.advance(3_000);
  const second = await start();
  expect(second.governor.meter("reported|a", clock.now())?.daily).toMatchObject({ used: 1, left: 1_000 - 1 - 100 });
  expect(take(second.governor, "reported|a", 1)).toBe(1);
  second.governor.onAnswer("reported|a", 1, 200, { left: "990", reset: "3600000" }, clock.now());
  expect(second.governor.meter("reported|a", clock.now())?.daily).toMatchObject({ used: 10, left: 990 });
});

test("a pause that was asked for outlives a restart", async () => {
  const { clock, start, take } = await world();
  const first = await start();
  take(first.governor, "silent|a", 1);
  first.governor.onAnswer("silent|a", 0, 429, { "retry-after": "60" }, clock.now());
  await first.stop();
  const second = await start();
  await clock.advance(30_000);
  expect(take(second.governor, "silent|a", 1)).toBe(0);
  await clock.advance(31_000);
  expect(take(second.governor, "silent|a", 1)).toBe(1);
});

test("a thousand calls cost a write every few seconds, and none while nothing is called", async () => {
  const { clock, start, take, writes } = await world();
  const { governor } = await start();
  for (let second = 0; second < 30; second++) {
    take(governor, "silent|a", 33);
    await clock.advance(1_000);
  }
  expect(writes()).toBe(10);
  await clock.advance(600_000);
  expect(writes()).toBe(10);
});

test("what is older than a day, or cannot be read, is left out", async () => {
  const { clock, store, start } = await world();
  const row = { state: "{}", savedAt: clock.now() - 86_400_001, clean: true };
  await store.put([
    { ...row, budget: "silent|old" },
    { ...row, budget: "silent|broken", state: "{", savedAt: clock.now() },
    { ...row, budget: "silent|odd", savedAt: clock.now() },
  ]);
  const { governor } = await start();
  expect([governor.meter("silent|old", clock.now()), governor.meter("silent|broken", clock.now())]).toEqual([null, null]);
  expect(governor.meter("silent|odd", clock.now())?.daily?.used).toBe(0);
});
