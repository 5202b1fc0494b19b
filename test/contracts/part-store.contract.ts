import { describe, expect, it } from "vitest";
import type { PartStore } from "#storage/part-store.ts";

const tags = { workspaceId: "ws_1", kind: "rule", name: "score-tag" } as const;
const saved = { ...tags, title: "Score to tag" };

/** Rules and mapping templates: every store keeps them the same way. */
export function partStoreContract(name: string, open: () => Promise<PartStore>): void {
  describe(`part store: ${name}`, () => {
    it("a part that is saved again is a new version, and the versions before can be read, the newest first", async () => {
      const store = await open();
      expect(await store.put({ ...saved, definition: "1", now: 1, by: "key:k" })).toEqual({
        ...tags,
        version: 1,
        definition: "1",
        createdAt: 1,
        updatedAt: 1,
      });
      expect(await store.put({ ...saved, definition: "2", now: 2 })).toMatchObject({ version: 2, createdAt: 1, updatedAt: 2 });
      expect(await store.get(tags)).toMatchObject({ version: 2, definition: "2" });
      expect(await store.versions(tags)).toEqual([
        { version: 2, definition: "2", at: 2, by: null },
        { version: 1, definition: "1", at: 1, by: "key:k" },
      ]);
    });

    it("an equal definition makes no new version", async () => {
      const store = await open();
      await store.put({ ...saved, definition: "1", now: 1 });
      expect(await store.put({ ...saved, definition: "1", now: 2 })).toMatchObject({ version: 1, updatedAt: 1 });
      expect(await store.versions(tags)).toHaveLength(1);
    });

    it("who has seen another version replaces nothing", async () => {
      const store = await open();
      expect(await store.put({ ...saved, definition: "1", now: 1, replaces: 1 })).toBeNull();
      await store.put({ ...saved, definition: "1", now: 1, replaces: 0 });
      expect(await store.put({ ...saved, definition: "new", now: 2, replaces: 0 })).toBeNull();
      expect(await store.put({ ...saved, definition: "2", now: 2, replaces: 1 })).toMatchObject({ version: 2 });
      expect(await store.put({ ...saved, definition: "other", now: 3, replaces: 1 })).toBeNull();
      expect(await store.get(tags)).toMatchObject({ definition: "2" });
    });

    it("of two that save at once, both of which have seen the same version, one is told", async () => {
      const store = await open();
      await store.put({ ...saved, definition: "1", now: 1 });
      const both = await Promise.all(["a", "b"].map((definition) => store.put({ ...saved, definition, now: 2, replaces: 1 })));
      expect(both.filter((row) => row === null)).toHaveLength(1);
      expect(await store.versions(tags)).toHaveLength(2);
    });

    it("the newest fifty versions are kept", async () => {
      const store = await open();
      for (let n = 1; n <= 52; n++) await store.put({ ...saved, definition: String(n), now: n });
      const versions = await store.versions(tags);
      expect([versions.length, versions[0]!.version, versions.at(-1)!.version]).toEqual([50, 52, 3]);
    });

    it("workspaces and kinds have parts of the same name, and one's removal leaves the others", async () => {
      const store = await open();
      await store.put({ ...saved, definition: "1", now: 1 });
      await store.put({ ...saved, workspaceId: "ws_2", definition: "2", now: 1 });
      await store.put({ ...saved, kind: "mapping", definition: "3", now: 1 });
      expect(await store.remove(saved)).toBe(true);
      expect(await store.remove(saved)).toBe(false);
      expect([await store.get(tags), await store.versions(tags)]).toEqual([null, []]);
      expect((await store.all("rule")).map(({ workspaceId, definition }) => [workspaceId, definition])).toEqual([["ws_2", "2"]]);
      expect((await store.list("ws_1", "mapping")).map(({ definition }) => definition)).toEqual(["3"]);
      expect(await store.versions({ ...tags, workspaceId: "ws_2" })).toHaveLength(1);
    });
  });
}
