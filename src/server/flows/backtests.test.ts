import { expect, test } from "vitest";
import type { Engine } from "#engine/api.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Event } from "#engine/types/events.ts";
import type { Backtest } from "#engine/types/trials.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { Backtests } from "./backtests.ts";
import { turnsUntil } from "#test/support/turns.ts";

/** Backtests of a flow with so many kept events. `gone`: those that are no longer kept when their turn comes. */
function world(count: number, gone: readonly string[] = []) {
  const done: Backtest[] = [];
  const tried: string[] = [];
  let inMemory = 0;
  let most = 0;
  const engine = {
    flows: { get: async () => ({ id: "f", draft: { name: "F" }, version: null }) },
    eventIds: async () => Array.from({ length: count }, (_, i) => `e${i}`),
    async event(_workspace: string, id: string) {
      if (gone.includes(id)) return null;
      most = Math.max(most, ++inMemory);
      return { id, payload: { id }, person: null, receivedAt: 0, triggerId: "t" } as unknown as Event;
    },
    runs: async () => [],
    async dryRun(_workspace: string, _flow: unknown, payload: { id: string }) {
      tried.push(payload.id);
      inMemory--;
      return { outcome: "succeeded", problems: [], summary: "", effects: [], steps: [], error: null };
    },
  } as unknown as Engine;
  const trials = {
    addBacktest: async () => {},
    async progress(backtest: Backtest) {
      if (backtest.state === "done") done.push(backtest);
      return true;
    },
  } as unknown as TrialStore;
  const backtests = new Backtests({ engine, trials, clock: new TestClock(), log: silentLog });
  const start = () => backtests.start({ workspaceId: "w", flowId: "f", events: 100, by: "key:1" });
  const finish = async () => {
    await turnsUntil("a backtest is done", () => done.length > 0);
  };
  return { start, engine, tried, done, finish, most: () => most };
}

test("one event at a time is in the memory, and one that is gone is passed over", async () => {
  const { start, tried, done, most, finish } = world(100, ["e7"]);
  await start();
  await finish();
  expect(most()).toBe(1);
  expect(tried).toEqual(Array.from({ length: 100 }, (_, i) => `e${i}`).filter((id) => id !== "e7"));
  expect(done[0]!.report.rows).toHaveLength(99);
});

test("four run at once, however many are started in the same moment", async () => {
  const { start } = world(5);
  const started = await Promise.allSettled(Array.from({ length: 20 }, start));
  expect(started.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  expect(started.at(-1)).toMatchObject({ reason: { code: "TOO_MANY_REQUESTS" } });
});

test("one that cannot begin takes no place, nor does one without events", async () => {
  const { start, engine } = world(0);
  for (let i = 0; i < 5; i++) await expect(start()).resolves.toMatchObject({ state: "done", total: 0 });
  engine.flows.get = () => Promise.reject(new Error("gone"));
  for (let i = 0; i < 5; i++) await expect(start()).rejects.toThrow("gone");
});
