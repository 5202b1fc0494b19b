import { describe, expect, it } from "vitest";
import type { AppStore } from "#storage/app-store.ts";

const row = { workspaceId: "ws_1", name: "helpdesk", definition: '{"title":"Helpdesk"}' };
const desk = { ...row, operations: 2, triggers: 1 };

/** Apps that workspaces define: every store keeps them the same way. */
export function appStoreContract(name: string, open: () => Promise<AppStore>): void {
  describe(`app store: ${name}`, () => {
    it("an app that is put again is replaced, and its revision goes up", async () => {
      const store = await open();
      expect(await store.put({ ...desk, now: 1 })).toEqual({ ...row, revision: 1, createdAt: 1, updatedAt: 1 });
      expect(await store.put({ ...desk, definition: "{}", now: 2 })).toMatchObject({
        definition: "{}",
        revision: 2,
        createdAt: 1,
        updatedAt: 2,
      });
      expect(await store.all()).toHaveLength(1);
    });

    it("each definition of an app is kept with who saved it, the last fifty of them, until the app is removed", async () => {
      const store = await open();
      await store.put({ ...desk, now: 1 }, "key:k");
      await store.put({ ...desk, workspaceId: "ws_2", now: 1 });
      for (let n = 2; n <= 52; n++) await store.put({ ...desk, definition: `{"n":${n}}`, operations: n, now: n });
      const versions = await store.versions("ws_1", "helpdesk");
      expect([versions.length, versions[0], versions.at(-1)?.revision]).toEqual([
        50,
        { revision: 52, at: 52, by: null, operations: 52, triggers: 1 },
        3,
      ]);
      expect(await store.version("ws_1", "helpdesk", 7)).toMatchObject({ revision: 7, definition: '{"n":7}' });
      expect(await store.version("ws_1", "helpdesk", 2)).toBeNull();
      await store.remove("ws_1", "helpdesk");
      expect(await store.versions("ws_1", "helpdesk")).toEqual([]);
      expect(await store.version("ws_2", "helpdesk", 1)).toMatchObject({ by: null, definition: row.definition });
    });

    it("two workspaces have apps of the same name, and one's removal leaves the other's", async () => {
      const store = await open();
      await store.put({ ...desk, now: 1 });
      await store.put({ ...desk, workspaceId: "ws_2", definition: "{}", now: 1 });
      expect(await store.remove("ws_1", "helpdesk")).toBe(true);
      expect(await store.remove("ws_1", "helpdesk")).toBe(false);
      expect((await store.all()).map(({ workspaceId, definition }) => [workspaceId, definition])).toEqual([["ws_2", "{}"]]);
    });
  });
}
