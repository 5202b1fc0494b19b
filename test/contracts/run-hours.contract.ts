import { describe, expect, it } from "vitest";
import type { RunStore } from "#engine/ports/run-store.ts";
import { hourMs } from "#kernel/durations.ts";
import type { RunHours } from "#storage/run-hours.ts";
import { acceptance } from "./run-store.contract.ts";

interface Stores {
  runs: RunStore;
  runHours: RunHours;
  close(): Promise<void>;
}

/** Runs by the hour: every store counts them the same way. */
export function runHoursContract(name: string, open: () => Promise<Stores>): void {
  describe(`runs by the hour: ${name}`, () => {
    it("counts the runs of some flows, or of all, in the hour in which they were accepted, open ones too", async () => {
      const { runs, runHours, close } = await open();
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
      const [early] = [{ at: 5 * hourMs, state: "succeeded", runs: 2 }];
      const late = { at: 6 * hourMs, state: "succeeded", runs: 1 };
      const open4 = { at: 6 * hourMs, state: "queued", runs: 1 };
      const count = async (flows: string[] | null, from: number, to: number, workspace = "ws_1") =>
        (await runHours.count(workspace, flows, from, to)).toSorted((a, b) => a.at - b.at || b.state.localeCompare(a.state));
      expect(await count(null, 5 * hourMs, 7 * hourMs)).toEqual([early, late, open4]);
      expect(await count(["a"], 5 * hourMs, 7 * hourMs)).toEqual([early, open4]);
      expect(await count(["b"], 0, 6 * hourMs)).toEqual([late]);
      expect(await count(null, 6 * hourMs, 6 * hourMs)).toEqual([late, open4]);
      expect(await count(null, 0, 5 * hourMs + 2)).toEqual([early]);
      expect([await count([], 0, 9 * hourMs), await count(null, 0, 9 * hourMs, "ws_2")]).toEqual([[], []]);
      await close();
    });
  });
}
