import { describe, expect, it } from "vitest";
import type { ChangeStore } from "#changes/types.ts";
import type { Connection, ReconnectLink, ReconnectLinkStore, VaultStore } from "#vault/types.ts";

const link = (id: string, more: Partial<ReconnectLink> = {}): ReconnectLink => ({
  id,
  workspaceId: "ws_1",
  connectionId: "con_1",
  by: "session:a",
  createdAt: 5,
  expiresAt: 1000,
  usedAt: null,
  ...more,
});
const acme: Connection = {
  id: "con_1",
  workspaceId: "ws_1",
  name: "acme",
  title: "Acme",
  app: "highlevel",
  auth: "token",
  status: "broken",
  createdAt: 1,
  updatedAt: 1,
};

interface Stores {
  links: ReconnectLinkStore;
  vault: VaultStore;
  changes: ChangeStore;
  close(): Promise<void>;
}

/** Links that give a connection a new login: every store keeps them the same way. */
export function reconnectLinkStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`reconnect link store: ${name}`, () => {
    it("a connection has one link; a newer one takes its place, and another connection's stays", async () => {
      const { links } = await open();
      await links.put(link("a"));
      await links.put(link("other", { connectionId: "con_2" }));
      await links.put(link("b"));
      expect([await links.get("a"), await links.get("b")]).toEqual([null, link("b")]);
      expect((await links.list("ws_1")).map(({ id }) => id).toSorted()).toEqual(["b", "other"]);
      expect(await links.list("ws_2")).toEqual([]);
    });

    it("is used by one alone, however many try, and again only after it was reopened", async () => {
      const { links } = await open();
      await links.put(link("a"));
      const uses = await Promise.all([links.use("a", 7), links.use("a", 8), links.use("nobody", 9)]);
      expect(uses.filter(Boolean)).toHaveLength(1);
      expect((await links.get("a"))?.usedAt).toBeGreaterThan(6);
      await links.reopen("a");
      expect([(await links.get("a"))?.usedAt, await links.use("a", 9), await links.use("a", 9)]).toEqual([null, true, false]);
    });

    it("is withdrawn by its own workspace alone, and who made and withdrew it is listed", async () => {
      const { links, vault, changes } = await open();
      await vault.insert(acme, { connectionId: "con_1", jwe: "sealed", version: 1, updatedAt: 1 });
      await links.put(link("a"));
      expect(await links.remove("ws_2", "con_1", "session:b")).toBe(false);
      expect(await links.get("a")).not.toBeNull();
      expect([await links.remove("ws_1", "con_1", "session:b"), await links.remove("ws_1", "con_1", "session:b")]).toEqual([true, false]);
      const history = await changes.history("ws_1", { limit: 2 });
      expect(history.map(({ what, by, name: of }) => [what, by, of])).toEqual([
        ["reconnect link withdrawn", "session:b", "acme"],
        ["reconnect link created", "session:a", "acme"],
      ]);
    });

    it("goes with its connection", async () => {
      const { links, vault } = await open();
      await vault.insert(acme, { connectionId: "con_1", jwe: "sealed", version: 1, updatedAt: 1 });
      await links.put(link("a"));
      await vault.delete("ws_2", "con_1", 1);
      expect(await links.get("a")).not.toBeNull();
      await vault.delete("ws_1", "con_1", 1);
      expect(await links.get("a")).toBeNull();
    });
  });
}
