import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Backtest, StepTest } from "#engine/types/trials.ts";
import { sampleFlow } from "./flow-store.contract.ts";
import { sampleTrigger } from "./trigger-store.contract.ts";

interface Opened {
  trials: TrialStore;
  flows: FlowStore;
  /** What the list of changes says, the newest first. */
  changes(): Promise<(string | null)[]>;
  close(): Promise<void>;
}

const test = (step: string, more: Partial<StepTest> = {}): StepTest => ({
  step,
  at: 5,
  state: "succeeded",
  wrote: false,
  app: "http",
  operation: "get",
  input: { url: "https://example.com" },
  output: { id: 1 },
  effects: [],
  exchanges: [],
  error: null,
  sample: "k",
  person: "ada@example.com",
  by: "session:1",
  ...more,
});
const backtest = (id: string, more: Partial<Backtest> = {}): Backtest => ({
  id,
  workspaceId: "ws_1",
  flowId: "a",
  state: "running",
  done: 0,
  total: 3,
  startedAt: 1,
  updatedAt: 1,
  by: "session:1",
  report: { rows: [], stopped: null },
  ...more,
});

/** Tests of steps, and drafts tried on kept events: every store keeps them the same way. */
export function trialStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`trial store: ${name}`, () => {
    let opened: Opened;
    let trials: TrialStore;
    beforeEach(async () => {
      opened = await open();
      ({ trials } = opened);
      for (const id of ["a", "b"]) await opened.flows.insert(sampleFlow(id), sampleTrigger(`trg_${id}`, { flowId: id }));
    });
    afterEach(() => opened.close());

    it("the last test of each step is kept, and a write is noted", async () => {
      await trials.putStepTest("ws_1", "a", test("one"));
      await trials.putStepTest("ws_1", "a", test("two", { at: 6, wrote: true }), "step tested with a write: two");
      await trials.putStepTest("ws_1", "a", test("one", { at: 7, output: "newer" }));
      expect(await trials.stepTests("ws_1", "a")).toEqual([test("one", { at: 7, output: "newer" }), test("two", { at: 6, wrote: true })]);
      expect(await opened.changes()).toContain("step tested with a write: two");
      expect(await trials.stepTests("ws_1", "b")).toEqual([]);
    });

    it("another workspace neither sees nor changes anything of a flow", async () => {
      await trials.putStepTest("ws_1", "a", test("one"));
      await trials.addBacktest(backtest("bt_1"));
      await trials.putStepTest("ws_2", "a", test("one", { output: "theirs" }), "theirs");
      await trials.addBacktest(backtest("bt_2", { workspaceId: "ws_2" }));
      await trials.cancelBacktest("ws_2", "a", "bt_1", 9);
      expect(await trials.stepTests("ws_1", "a")).toEqual([test("one")]);
      expect(await trials.stepTests("ws_2", "a")).toEqual([]);
      expect([await trials.backtest("ws_2", "a", "bt_1"), await trials.backtests("ws_2", "a", 9)]).toEqual([null, []]);
      expect(await trials.backtest("ws_1", "a", "bt_1")).toEqual(backtest("bt_1"));
      expect(await trials.backtest("ws_1", "b", "bt_1")).toBeNull();
      expect(await opened.changes()).not.toContain("theirs");
    });

    it("of a flow the newest two hundred tests are kept, as many as it may have steps", async () => {
      for (let n = 0; n < 203; n++) await trials.putStepTest("ws_1", "a", test(`s${n}`, { at: n }));
      await trials.putStepTest("ws_1", "b", test("old", { at: 0 }));
      const kept = (await trials.stepTests("ws_1", "a")).map(({ step }) => step);
      expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, "s202", "s3"]);
      expect(await trials.stepTests("ws_1", "b")).toHaveLength(1);
    });

    it("a backtest moves on until it is over or cancelled, and the newest are kept", async () => {
      for (let n = 1; n <= 12; n++) await trials.addBacktest(backtest(`bt_${n}`, { startedAt: n }));
      expect((await trials.backtests("ws_1", "a", 99)).map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `bt_${12 - i}`));
      const later = backtest("bt_12", { startedAt: 12, done: 2, updatedAt: 8, report: { rows: [], stopped: "because" } });
      expect(await trials.progress(later)).toBe(true);
      expect(await trials.backtest("ws_1", "a", "bt_12")).toEqual(later);
      await trials.cancelBacktest("ws_1", "a", "bt_12", 9);
      expect(await trials.progress({ ...later, done: 3 })).toBe(false);
      expect(await trials.backtest("ws_1", "a", "bt_12")).toEqual({ ...later, state: "cancelled", updatedAt: 9 });
      expect(await trials.progress({ ...backtest("bt_11", { startedAt: 11 }), state: "done", done: 3 })).toBe(true);
      await trials.cancelBacktest("ws_1", "a", "bt_11", 9);
      expect((await trials.backtest("ws_1", "a", "bt_11"))?.state).toBe("done");
    });

    it("all of it goes with its flow", async () => {
      await trials.putStepTest("ws_1", "a", test("one"));
      await trials.addBacktest(backtest("bt_1"));
      await opened.flows.delete("ws_1", "a");
      expect([await trials.stepTests("ws_1", "a"), await trials.backtests("ws_1", "a", 9)]).toEqual([[], []]);
      await trials.putStepTest("ws_1", "a", test("one"));
      expect(await trials.stepTests("ws_1", "a")).toEqual([]);
    });
  });
}
