import { describe, expect, it } from "vitest";
import type { PrivateHostStore } from "#storage/private-host-store.ts";

/** Private hosts that somebody allowed: every store keeps them the same way. */
export function privateHostStoreContract(name: string, open: () => Promise<PrivateHostStore>): void {
  describe(`private host store: ${name}`, () => {
    it("a workspace sees its own, oldest first", async () => {
      const store = await open();
      await store.add("ws_1", "b.lan", 2);
      await store.add("ws_1", "a.lan", 2);
      await store.add("ws_1", "Z.lan", 2);
      await store.add("ws_1", "old.lan", 1);
      await store.add("ws_2", "other.lan", 1);
      expect((await store.list("ws_1")).map(({ host }) => host)).toEqual(["old.lan", "Z.lan", "a.lan", "b.lan"]);
    });

    it("one that is allowed again keeps its first time, and one that is forbidden goes alone", async () => {
      const store = await open();
      await store.add("ws_1", "a.lan", 1);
      await store.add("ws_1", "a.lan", 2);
      await store.add("ws_2", "a.lan", 3);
      expect(await store.list("ws_1")).toEqual([{ host: "a.lan", addedAt: 1 }]);
      await store.remove("ws_1", "a.lan");
      expect([await store.list("ws_1"), await store.list("ws_2")]).toEqual([[], [{ host: "a.lan", addedAt: 3 }]]);
    });
  });
}
