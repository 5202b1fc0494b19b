import { describe, expect, it } from "vitest";
import type { CallFilter, CallStore } from "#storage/call-store.ts";
import { loggedCall } from "#test/fakes/calls.ts";

/** The log of calls: every store keeps and searches it the same way. */
export function callStoreContract(name: string, open: () => Promise<{ calls: CallStore }>): void {
  describe(`call store: ${name}`, () => {
    it("gives back the newest first, page by page, those of one workspace alone", async () => {
      const { calls } = await open();
      const many = Array.from({ length: 120 }, (_, n) => loggedCall({ at: 1_000 + n }));
      await calls.add([...many, loggedCall({ workspaceId: "ws_2" })]);
      const first = await calls.list("ws_1", {}, { limit: 70 });
      const rest = await calls.list("ws_1", {}, { limit: 70, before: first.at(-1)!.seq });
      expect([...first, ...rest].map(({ at }) => at)).toEqual(many.map(({ at }) => at).toReversed());
      const { seq: _, ...kept } = first[0]!;
      expect(kept).toEqual({ ...many.at(-1), flow: null, person: null });
      expect(await calls.list("ws_2", {}, { limit: 9 })).toHaveLength(1);
    });

    it("finds by login, flow, run, person, purpose, time, words and failure", async () => {
      const { calls } = await open();
      const odd = loggedCall({
        connectionId: "con_2",
        connection: "erp",
        at: 5_000,
        address: "https://erp.example/Orders/50%_off",
        status: null,
        error: "OUTBOUND_FAILED",
        purpose: "direct",
        by: "key:key_1",
        flowId: "flow_2",
        runId: "run_2",
      });
      await calls.add([loggedCall(), odd, loggedCall({ at: 9_000, status: 200 })]);
      const found = async (filter: CallFilter) => (await calls.list("ws_1", filter, { limit: 9 })).map(({ at }) => at);
      const alone: CallFilter[] = [
        { connectionId: "con_2" },
        { flowId: "flow_2" },
        { runId: "run_2" },
        { by: "key:key_1" },
        { purpose: "direct" },
        { failed: true },
        { from: 2_000, to: 9_000 },
        { text: "ERP orders/50%_off" },
        { text: "outbound run_2" },
      ];
      for (const filter of alone) expect(await found(filter), JSON.stringify(filter)).toEqual([5_000]);
      expect(await found({ text: "50%off" })).toEqual([]);
    });

    it("deletes the oldest by age, some at a time", async () => {
      const { calls } = await open();
      await calls.add([1, 2, 3, 4].map((at) => loggedCall({ at })));
      expect(await calls.prune(4, 2)).toBe(2);
      expect(await calls.prune(4, 2)).toBe(1);
      expect(await calls.prune(4, 2)).toBe(0);
      expect((await calls.list("ws_1", {}, { limit: 9 })).map(({ at }) => at)).toEqual([4]);
    });
  });
}
