import { describe, expect, it } from "vitest";
import type { RunStore } from "#engine/ports/run-store.ts";
import { hourMs, minuteMs } from "#kernel/durations.ts";
import type { RunQuarters } from "#storage/run-quarters.ts";
import { acceptance } from "./run-store.contract.ts";

interface Stores {
  runs: RunStore;
  runQuarters: RunQuarters;
  close(): Promise<void>;
}

/** Runs by the quarter of an hour: every store counts them the same way. */
export function runQuartersContract(name: string, open: () => Promise<Stores>): void {
  describe(`runs by the quarter of an hour: ${name}`, () => {
    it("counts the runs of some flows, or of all, in the quarter of an hour in which they were accepted, open ones too", async () => {
      const { runs, runQuarters, close } = await open();
      const accept = async (n: number, at: number, flowId: string) => {
        const made = acceptance(n);
        const run = { ...made.runs[0]!, createdAt: at, flowId };
        const { accepted } = await runs.commit({ accept: [{ ...made, runs: [run] }], steps: [], runs: [] });
        return accepted[0]![0]!;
      };
      const end = (was: Awaited<ReturnType<typeof accept>>) =>
        runs.commit({ accept: [], steps: [], runs: [{ was, patch: { state: "succeeded", finishedAt: was.createdAt + 9 } }] });
      await end(await accept(1, 5 * hourMs + 1, "a"));
      await end(await accept(2, 6 * hourMs - 1, "a"));
      await end(await accept(3, 6 * hourMs, "b"));
      await accept(4, 6 * hourMs + 5, "a");
      const early = [5 * hourMs, 6 * hourMs - 15 * minuteMs].map((at) => ({ at, state: "succeeded", runs: 1 }));
      const late = { at: 6 * hourMs, state: "succeeded", runs: 1 };
      const open4 = { at: 6 * hourMs, state: "queued", runs: 1 };
      const count = async (flows: string[] | null, from: number, to: number, workspace = "ws_1") =>
        (await runQuarters.count(workspace, flows, from, to)).toSorted((a, b) => a.at - b.at || b.state.localeCompare(a.state));
      expect(await count(null, 5 * hourMs, 7 * hourMs)).toEqual([...early, late, open4]);
      expect(await count(["a"], 5 * hourMs, 7 * hourMs)).toEqual([...early, open4]);
      expect(await count(["b"], 0, 6 * hourMs)).toEqual([late]);
      expect(await count(null, 6 * hourMs, 6 * hourMs)).toEqual([late, open4]);
      expect(await count(null, 0, 5 * hourMs + 2)).toEqual(early);
      expect([await count([], 0, 9 * hourMs), await count(null, 0, 9 * hourMs, "ws_2")]).toEqual([[], []]);
      await close();
    });

    it("counts each quarter by itself, ended and open runs alike", async () => {
      const { runs, runQuarters, close } = await open();
      const minutes = [0, 14, 15, 30, 44, 45];
      for (const [n, minute] of minutes.entries()) {
        for (const isOver of [true, false]) {
          const made = acceptance(2 * n + (isOver ? 1 : 0));
          const run = { ...made.runs[0]!, createdAt: 5 * hourMs + minute * minuteMs, flowId: "a" };
          const { accepted } = await runs.commit({ accept: [{ ...made, runs: [run] }], steps: [], runs: [] });
          const patch = { state: "succeeded" as const, finishedAt: run.createdAt + 9 };
          if (isOver) await runs.commit({ accept: [], steps: [], runs: [{ was: accepted[0]![0]!, patch }] });
        }
      }
      const counted = await runQuarters.count("ws_1", ["a"], 5 * hourMs, 5 * hourMs);
      for (const state of ["succeeded", "queued"]) {
        const of = counted.filter((each) => each.state === state).toSorted((a, b) => a.at - b.at);
        expect(of.map(({ at, runs: n }) => [(at - 5 * hourMs) / minuteMs, n])).toEqual([
          [0, 2],
          [15, 1],
          [30, 2],
          [45, 1],
        ]);
      }
      await close();
    });
  });
}
