import { describe, expect, it } from "vitest";
import type { CallFilter, CallStore } from "#storage/call-store.ts";
import { loggedCall } from "#test/fakes/calls.ts";

/** The log of calls: every store keeps and searches it the same way. The stores look at ten calls at once, and at thirty for a page. */
export function callStoreContract(name: string, open: () => Promise<{ calls: CallStore }>): void {
  describe(`call store: ${name}`, () => {
    it("gives back the newest first, page by page, those of one workspace alone", async () => {
      const { calls } = await open();
      const many = Array.from({ length: 120 }, (_, n) => loggedCall({ at: 1_000 + n }));
      await calls.add([...many, loggedCall({ workspaceId: "ws_2" })]);
      const { calls: first, next } = await calls.list("ws_1", {}, { limit: 70 });
      const { calls: rest, next: end } = await calls.list("ws_1", {}, { limit: 70, before: next! });
      expect([next, end]).toEqual([first.at(-1)!.seq, null]);
      expect([...first, ...rest].map(({ at }) => at)).toEqual(many.map(({ at }) => at).toReversed());
      const { seq: _, ...kept } = first[0]!;
      expect(kept).toEqual({ ...many.at(-1), flow: null, person: null });
      expect((await calls.list("ws_2", {}, { limit: 9 })).calls).toHaveLength(1);
      expect(await calls.list("ws_1", {}, { limit: 9, before: 2 ** 31 - 1 })).toEqual({ calls: [], next: null });
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
      const found = async (filter: CallFilter) => (await calls.list("ws_1", filter, { limit: 9 })).calls.map(({ at }) => at);
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

    it("looks through a part of the log at a time, says where the search goes on, and leaves nothing out", async () => {
      const { calls } = await open();
      const rare = { flowId: "flow_9", runId: "run_9", error: "RATE_LIMITED", at: 1 };
      await calls.add([loggedCall(rare), ...Array.from({ length: 40 }, (_, n) => loggedCall({ at: 2 + n })), loggedCall({ at: 90_000 })]);
      const first = await calls.list("ws_1", { text: "rate_limited" }, { limit: 9 });
      expect(first).toEqual({ calls: [], next: expect.any(Number) });
      const then = await calls.list("ws_1", { text: "rate_limited" }, { limit: 9, before: first.next! });
      expect([then.calls.map(({ at }) => at), then.next]).toEqual([[1], null]);
      for (const filter of [{ flowId: "flow_9" }, { runId: "run_9" }, { failed: true }, { to: 2 }])
        expect((await calls.list("ws_1", filter, { limit: 9 })).calls, "an index leads there").toHaveLength(1);
      expect(await calls.beyond("ws_1", 42)).toBeNull();
      expect(await calls.beyond("ws_1", 40)).toMatchObject({ at: 2 });
    });

    it("deletes the oldest of a workspace, some at a time, whatever was written before them", async () => {
      const { calls } = await open();
      await calls.add([9_000, 3, 2, 1, 4].map((at) => loggedCall({ at })));
      await calls.add([loggedCall({ workspaceId: "ws_2", at: 1 })]);
      for (const count of [2, 1, 0]) expect(await calls.prune("ws_1", { at: 4, seq: 0 }, 2)).toBe(count);
      const left = async (of: string) => (await calls.list(of, {}, { limit: 9 })).calls.map(({ at }) => at);
      expect([await left("ws_1"), await left("ws_2")]).toEqual([[9_000, 4], [1]]);
      const tooMany = await calls.beyond("ws_1", 1);
      expect(await calls.prune("ws_1", tooMany!, 9)).toBe(1);
      expect([await left("ws_1"), await calls.beyond("ws_1", 1)]).toEqual([[9_000], null]);
    });
  });
}
