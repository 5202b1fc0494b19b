import { describe, expect, it } from "vitest";
import type { WaitingReplay, WaitingReplayStore } from "#storage/waiting-replay-store.ts";

const batch = (id: string, more: Partial<WaitingReplay> = {}): WaitingReplay => ({
  id,
  workspaceId: "ws_1",
  connectionId: "con_1",
  runIds: ["run_1", "run_2"],
  from: "failed",
  version: "published",
  createdAt: 1,
  ...more,
});

/** Replays that wait for a connection: every store keeps them the same way. */
export function waitingReplayStoreContract(name: string, open: () => Promise<WaitingReplayStore>): void {
  describe(`store of waiting replays: ${name}`, () => {
    it("a workspace sees its own, oldest first and whole", async () => {
      const store = await open();
      await store.insert(batch("later", { createdAt: 2 }));
      await store.insert(batch("b"));
      await store.insert(batch("B", { from: "start", version: "same" }));
      await store.insert(batch("other", { workspaceId: "ws_2" }));
      expect(await store.list("ws_1")).toEqual([
        batch("B", { from: "start", version: "same" }),
        batch("b"),
        batch("later", { createdAt: 2 }),
      ]);
    });

    it("keeps the runs that still wait, and goes with the last of them", async () => {
      const store = await open();
      await store.insert(batch("a"));
      await store.insert(batch("b"));
      await store.keep("ws_1", "a", ["run_2"]);
      expect(await store.list("ws_1")).toEqual([batch("a", { runIds: ["run_2"] }), batch("b")]);
      await store.keep("ws_1", "a", []);
      expect(await store.list("ws_1")).toEqual([batch("b")]);
    });
  });
}
