import { describe, expect, it } from "vitest";
import type { ChangeStore } from "#changes/types.ts";
import { resultKeptMs, type ConnectLink, type ConnectLinkStore } from "#storage/connect-link-store.ts";

const link = (id: string, more: Partial<ConnectLink> = {}): ConnectLink => ({
  id,
  workspaceId: "ws_1",
  app: "desk",
  auth: "header",
  title: "Customer 42",
  likeId: null,
  returnTo: null,
  reference: null,
  connectionId: null,
  by: "key:a",
  createdAt: 5,
  expiresAt: 1000,
  usedAt: null,
  ...more,
});

interface Stores {
  links: ConnectLinkStore;
  history: ChangeStore["history"];
  close(): Promise<void>;
}

/** Links by which customers connect accounts, and the origins they come back to: every store keeps them the same way. */
export function connectLinkStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`connect link store: ${name}`, () => {
    it("a link is found by its digest, with all that it says", async () => {
      const { links, close } = await open();
      const whole = link("a", { likeId: "con_1", returnTo: "https://vendor.example/back", reference: "c42" });
      expect(await links.add(whole, 5, 9)).toBe(true);
      expect([await links.get("a"), await links.get("b")]).toEqual([whole, null]);
      await close();
    });

    it("a workspace has so many at a time; those that are over or used do not count, and those that are over go", async () => {
      const { links, close } = await open();
      const add = (id: string, now: number, more: Partial<ConnectLink> = {}) => links.add(link(id, more), now, 2);
      expect([await add("a", 5, { expiresAt: 50 }), await add("b", 5), await add("c", 5)]).toEqual([true, true, false]);
      expect(await add("foreign", 5, { workspaceId: "ws_2" })).toBe(true);
      expect([await add("d", 50), await links.get("a")]).toEqual([true, null]);
      await links.use("b", 60);
      expect(await add("e", 60)).toBe(true);
      await close();
    });

    it("is used by one alone, however many try, and again only after it was reopened", async () => {
      const { links, close } = await open();
      await links.add(link("a"), 5, 9);
      const uses = await Promise.all([links.use("a", 7), links.use("a", 8), links.use("nobody", 9)]);
      expect(uses.filter(Boolean)).toHaveLength(1);
      expect((await links.get("a"))?.usedAt).toBeGreaterThan(6);
      await links.reopen("a");
      expect([(await links.get("a"))?.usedAt, await links.use("a", 9), await links.use("a", 9)]).toEqual([null, true, false]);
      await close();
    });

    it("keeps which connection a link made, for ninety days after its end", async () => {
      const { links, close } = await open();
      await links.add(link("a"), 5, 9);
      await links.use("a", 6);
      await links.made("a", "con_1");
      await links.add(link("b", { expiresAt: resultKeptMs * 3 }), 999 + resultKeptMs, 9);
      expect((await links.get("a"))?.connectionId).toBe("con_1");
      await links.add(link("c", { expiresAt: resultKeptMs * 3 }), 1000 + resultKeptMs, 9);
      expect([await links.get("a"), (await links.get("b"))?.connectionId]).toEqual([null, null]);
      await close();
    });

    it("lists those that can be used, the newest first, and one that is withdrawn is gone; one that was used stays", async () => {
      const { links, history, close } = await open();
      for (const [id, createdAt] of [
        ["a", 1],
        ["b", 2],
        ["c", 3],
        ["used", 4],
      ] as const)
        await links.add(link(id, { createdAt }), 5, 9);
      await links.add(link("foreign", { workspaceId: "ws_2" }), 5, 9);
      await links.add(link("short", { expiresAt: 9 }), 5, 9);
      await links.use("used", 6);
      const list = async (limit: number) => {
        const { open: n, links: some } = await links.listOpen("ws_1", 9, limit);
        return { n, ids: some.map(({ id }) => id) };
      };
      expect(await list(2)).toEqual({ n: 3, ids: ["c", "b"] });
      expect(await Promise.all([links.withdraw("ws_2", "b", "me"), links.withdraw("ws_1", "used", "me")])).toEqual([false, false]);
      expect([await links.withdraw("ws_1", "b", "me"), await links.withdraw("ws_1", "b", "me"), await links.use("b", 9)]).toEqual([
        true,
        false,
        false,
      ]);
      expect((await history("ws_1", { limit: 9 })).map(({ kind, what, by }) => [kind, what, by])).toEqual([
        ["connect_link", "withdrawn", "me"],
      ]);
      expect(await list(9)).toEqual({ n: 2, ids: ["c", "a"] });
      await close();
    });

    it("each workspace has its own origins, and who changed them is listed once for each change", async () => {
      const { links, history, close } = await open();
      await links.addOrigin("ws_1", "https://a.example", 2, "account:a");
      await links.addOrigin("ws_1", "https://a.example", 3, "account:a");
      await links.addOrigin("ws_1", "https://b.example", 1, "account:a");
      await links.addOrigin("ws_2", "https://a.example", 1, "account:b");
      expect(await links.origins("ws_1")).toEqual([
        { origin: "https://b.example", addedAt: 1 },
        { origin: "https://a.example", addedAt: 2 },
      ]);
      const removed = () => links.removeOrigin("ws_1", "https://a.example", "account:a");
      expect([await removed(), await removed()]).toEqual([true, false]);
      expect((await links.origins("ws_2")).length).toBe(1);
      const changes = (await history("ws_1", { limit: 9 })).map(({ what, name: of }) => `${what} ${of}`);
      expect(changes).toEqual(["removed https://a.example", "allowed https://b.example", "allowed https://a.example"]);
      await close();
    });
  });
}
