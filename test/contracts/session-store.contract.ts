import { describe, expect, it } from "vitest";
import type { SessionRow, SessionStore } from "#storage/sessions.ts";

export const sampleSession = (hash: string, workspaceId = "ws_1", more: Partial<SessionRow> = {}): SessionRow => ({
  hash,
  workspaceId,
  keyId: "key_1",
  createdAt: 1,
  usedAt: 1,
  accountId: null,
  address: null,
  browser: null,
  ...more,
});

/** Sessions of browsers: every store keeps them the same way. */
export function sessionStoreContract(name: string, open: () => Promise<SessionStore>): void {
  describe(`session store: ${name}`, () => {
    it("has the sessions of every workspace, whole", async () => {
      const store = await open();
      await store.add(sampleSession("a", "ws_1", { usedAt: Date.UTC(2026, 0, 1) }));
      await store.add(sampleSession("b", "ws_2"));
      const rows = await store.all();
      expect(rows.sort((a, b) => (a.hash < b.hash ? -1 : 1))).toEqual([
        sampleSession("a", "ws_1", { usedAt: Date.UTC(2026, 0, 1) }),
        sampleSession("b", "ws_2"),
      ]);
    });

    it("a use is noted, and one that ended stays ended", async () => {
      const store = await open();
      await store.add(sampleSession("a"));
      await store.touch("a", 5);
      expect(await store.all()).toEqual([sampleSession("a", "ws_1", { usedAt: 5 })]);
      await store.remove(["a"]);
      await store.touch("a", 6);
      expect(await store.all()).toEqual([]);
    });

    it("several end at once, and none is none", async () => {
      const store = await open();
      for (const hash of ["a", "b", "c"]) await store.add(sampleSession(hash));
      await store.remove([]);
      await store.remove(["a", "c", "unknown"]);
      expect((await store.all()).map(({ hash }) => hash)).toEqual(["b"]);
    });
  });
}
