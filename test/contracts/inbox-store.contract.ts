import { describe, expect, test } from "vitest";
import type { ReceptionCount, Inbox } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";

export interface InboxStoreFixture {
  /** A fresh, empty store. */
  open: () => Promise<{ store: InboxStore; close?: () => Promise<void> }>;
}

export const sampleInbox = (name: string, more: Partial<Inbox> = {}): Inbox => ({
  id: `inb_${name}`,
  workspaceId: "ws_1",
  app: "highlevel",
  name,
  title: `The ${name}`,
  token: `token-${name}`,
  registration: null,
  publicKey: null,
  legacy: false,
  legacyKey: null,
  senders: null,
  createdAt: 7,
  flows: null,
  ...more,
});

/** What every store of inboxes must keep. */
export function inboxStoreContract(name: string, { open }: InboxStoreFixture): void {
  const it = (title: string, run: (store: InboxStore) => Promise<void>) =>
    test(title, async () => {
      const { store, close } = await open();
      try {
        await run(store);
      } finally {
        await close?.();
      }
    });

  describe(`inbox store: ${name}`, () => {
    const receptions = (type: string, place: string, count: number, lastAt: number, inboxId = "inb_a"): ReceptionCount => ({
      inboxId,
      type,
      place,
      count,
      lastAt,
    });

    it("an inbox is found by its token and by its id, whole", async (store) => {
      const full = sampleInbox("a", { registration: "6578278e", publicKey: "MCow", legacy: true, legacyKey: "MIIC" });
      await store.insert(full);
      await store.insert(sampleInbox("b"));
      expect(await store.byToken("token-a")).toEqual(full);
      expect(await store.get("ws_1", "inb_b")).toEqual(sampleInbox("b"));
      expect(await store.byToken("token-c")).toBeNull();
      expect(await store.get("ws_1", "inb_c")).toBeNull();
    });

    it("a workspace sees its own, by name", async (store) => {
      await store.insert(sampleInbox("b"));
      await store.insert(sampleInbox("a"));
      await store.insert(sampleInbox("other", { workspaceId: "ws_2" }));
      expect((await store.list("ws_1")).map((i) => i.name)).toEqual(["a", "b"]);
      expect(await store.get("ws_1", "inb_other")).toBeNull();
    });

    it("another workspace neither changes nor deletes an inbox by its id, nor reads its counts", async (store) => {
      await store.insert(sampleInbox("a"));
      await store.addReceptionCounts([receptions("X", "", 1, 1)]);
      await store.update("ws_2", "inb_a", { title: "Theirs", token: "theirs" });
      await store.delete("ws_2", "inb_a");
      expect(await store.receptionCounts("ws_2", "inb_a")).toEqual([]);
      expect([await store.get("ws_1", "inb_a"), await store.receptionCounts("ws_1", "inb_a")]).toEqual([
        sampleInbox("a"),
        [receptions("X", "", 1, 1)],
      ]);
    });

    it("a name is taken once in a workspace, at the start and by a change", async (store) => {
      await store.insert(sampleInbox("a"));
      await store.insert(sampleInbox("b"));
      await store.insert(sampleInbox("a", { id: "inb_2", workspaceId: "ws_2", token: "token-2" }));
      await expect(store.insert(sampleInbox("a", { id: "inb_3", token: "token-3" }))).rejects.toMatchObject({ code: "CONFLICT" });
      await expect(store.update("ws_1", "inb_b", { name: "a" })).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("a change changes what it names, clears what is null, and nothing else", async (store) => {
      await store.insert(sampleInbox("a", { publicKey: "MCow", legacyKey: "MIIC" }));
      await store.insert(sampleInbox("b"));
      await store.update("ws_1", "inb_a", { token: "new", legacy: true, publicKey: null });
      await store.update("ws_1", "inb_a", {});
      expect(await store.byToken("new")).toEqual(sampleInbox("a", { token: "new", legacy: true, legacyKey: "MIIC" }));
      expect(await store.byToken("token-a")).toBeNull();
      expect(await store.get("ws_1", "inb_b")).toEqual(sampleInbox("b"));
    });

    it("the flows that start from it are kept, and none is not all", async (store) => {
      await store.insert(sampleInbox("a", { flows: ["flow_1", "flow_2"] }));
      expect((await store.get("ws_1", "inb_a"))!.flows).toEqual(["flow_1", "flow_2"]);
      await store.update("ws_1", "inb_a", { flows: [] });
      expect((await store.get("ws_1", "inb_a"))!.flows).toEqual([]);
      await store.update("ws_1", "inb_a", { flows: null });
      expect((await store.get("ws_1", "inb_a"))!.flows).toBeNull();
    });

    it("counts add up by event and place, and the last time never goes back", async (store) => {
      await store.insert(sampleInbox("a"));
      await store.addReceptionCounts([
        receptions("ContactCreate", "loc1", 2, 100),
        receptions("ContactCreate", "loc2", 1, 50),
        receptions("", "", 1, 10),
      ]);
      await store.addReceptionCounts([
        receptions("ContactCreate", "loc1", 3, 90),
        receptions("", "", 4, 20),
        receptions("X", "", 1, 5, "inb_b"),
      ]);
      expect(await store.receptionCounts("ws_1", "inb_a")).toEqual([
        receptions("", "", 5, 20),
        receptions("ContactCreate", "loc1", 5, 100),
        receptions("ContactCreate", "loc2", 1, 50),
      ]);
    });

    it("an inbox goes with its counts and with no other's", async (store) => {
      await store.insert(sampleInbox("a"));
      await store.insert(sampleInbox("b"));
      await store.addReceptionCounts([receptions("X", "", 1, 1), receptions("X", "", 1, 1, "inb_b")]);
      await store.delete("ws_1", "inb_a");
      expect(await store.byToken("token-a")).toBeNull();
      expect(await store.receptionCounts("ws_1", "inb_a")).toEqual([]);
      expect(await store.receptionCounts("ws_1", "inb_b")).toHaveLength(1);
    });
  });
}
