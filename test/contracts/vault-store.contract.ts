import { describe, expect, it } from "vitest";
import type { Connection, SealedSecret, VaultStore } from "#vault/types.ts";

const now = Date.UTC(2026, 0, 15, 9, 30);

function connection(id: string, more: Partial<Connection> = {}): Connection {
  return {
    id,
    workspaceId: "w1",
    name: id,
    app: "highlevel",
    title: `Title of ${id}`,
    auth: "token",
    status: "connected",
    createdAt: now,
    updatedAt: now,
    ...more,
  };
}
const sealed = (connectionId: string, more: Partial<SealedSecret> = {}): SealedSecret => ({
  connectionId,
  jwe: `jwe-${connectionId}`,
  version: 1,
  updatedAt: now,
  ...more,
});

/** What every place does where connections and sealed secrets rest. */
export function vaultStoreContract(name: string, open: () => Promise<VaultStore>): void {
  describe(`vault store: ${name}`, () => {
    it("gives back a connection as it was put in, by id and by name", async () => {
      const store = await open();
      const full = connection("c1", {
        name: "acme",
        baseUrl: "http://127.0.0.1:4401",
        locationId: "loc",
        companyId: "com",
        access: "location",
        scopes: ["contacts.readonly", "contacts.write"],
        settings: { header: "X-Key" },
        status: "broken",
        reason: "Reconnect it.",
        problem: "CONNECTION_EXPIRED",
        checkedAt: now + 3,
        checkedBy: "call",
        formerNames: ["acme-2024"],
        expiresAt: now + 1,
        lastUsedAt: now + 2,
      });
      await store.insert(full, sealed("c1"));
      expect(await store.get("w1", "c1")).toEqual(full);
      expect(await store.getByName("w1", "acme")).toEqual(full);
    });

    it("leaves out what was not given", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      expect(await store.get("w1", "c1")).toEqual(connection("c1"));
    });

    it("knows nothing of what was never put in", async () => {
      const store = await open();
      expect([await store.get("w1", "x"), await store.getByName("w1", "x"), await store.sealed("w1", "x"), await store.list("w1")]).toEqual(
        [null, null, null, []],
      );
    });

    it("workspaces do not see each other's connections, and may use the same names", async () => {
      const store = await open();
      await store.insert(connection("c1", { name: "acme" }), sealed("c1"));
      await store.insert(connection("c2", { name: "acme", workspaceId: "w2" }), sealed("c2"));
      expect((await store.list("w1")).map((c) => c.id)).toEqual(["c1"]);
      expect((await store.getByName("w2", "acme"))?.id).toBe("c2");
    });

    it("another workspace neither reads, changes, replaces nor deletes a connection or its secret by its id", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      await store.update("w2", "c1", { name: "theirs", status: "broken" });
      await store.delete("w2", "c1", now);
      expect(await store.swap("w2", "c1", 1, "theirs", now)).toBe(false);
      expect([await store.get("w2", "c1"), await store.sealed("w2", "c1")]).toEqual([null, null]);
      expect([await store.get("w1", "c1"), await store.sealed("w1", "c1")]).toEqual([connection("c1"), sealed("c1")]);
    });

    it("a name is used once in a workspace, and a refused insert leaves no secret behind", async () => {
      const store = await open();
      await store.insert(connection("c1", { name: "acme" }), sealed("c1"));
      await expect(store.insert(connection("c2", { name: "acme" }), sealed("c2"))).rejects.toMatchObject({ code: "CONFLICT" });
      expect([await store.get("w1", "c2"), await store.sealed("w1", "c2")]).toEqual([null, null]);
      await store.insert(connection("c3", { name: "other" }), sealed("c3"));
      await expect(store.update("w1", "c3", { name: "acme" })).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("is found by a former name, which no other connection of the workspace can take", async () => {
      const store = await open();
      await store.insert(connection("c1", { name: "acme-dental", formerNames: ["old", "acme"] }), sealed("c1"));
      await store.insert(connection("c2", { name: "acme", workspaceId: "w2" }), sealed("c2"));
      expect((await store.getByName("w1", "acme"))?.id).toBe("c1");
      expect(await store.getByName("w1", "acm")).toBeNull();
      await expect(store.insert(connection("c3", { name: "acme" }), sealed("c3"))).rejects.toMatchObject({ code: "CONFLICT" });
      await store.insert(connection("c4"), sealed("c4"));
      await expect(store.update("w1", "c4", { name: "old" })).rejects.toMatchObject({ code: "CONFLICT" });
      await store.update("w1", "c1", { name: "acme", formerNames: ["acme-dental"] });
      expect((await store.getByName("w1", "acme-dental"))?.name).toBe("acme");
    });

    it("lists by name", async () => {
      const store = await open();
      for (const id of ["b", "c", "a"]) await store.insert(connection(id), sealed(id));
      expect((await store.list("w1")).map((c) => c.name)).toEqual(["a", "b", "c"]);
    });

    it("a patch changes what it names and clears what it gives as undefined", async () => {
      const store = await open();
      await store.insert(connection("c1", { status: "broken", reason: "why", locationId: "loc" }), sealed("c1"));
      await store.update("w1", "c1", { status: "connected", reason: undefined, scopes: ["a"], updatedAt: now + 5 });
      expect(await store.get("w1", "c1")).toEqual(connection("c1", { locationId: "loc", scopes: ["a"], updatedAt: now + 5 }));
    });

    it("an empty patch, and a patch of what is gone, do nothing", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      await store.update("w1", "c1", {});
      await store.update("w1", "gone", { status: "broken" });
      expect(await store.list("w1")).toEqual([connection("c1")]);
    });

    it("deleting a connection deletes its secret", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      await store.delete("w1", "c1", now);
      expect([await store.get("w1", "c1"), await store.sealed("w1", "c1"), await store.allSealed()]).toEqual([null, null, []]);
    });

    it("what a deleted connection was for is kept, newest first, and seen by its workspace only", async () => {
      const store = await open();
      const facts = { title: "Acme Dental", app: "highlevel" };
      await store.insert({ ...connection("c1"), ...facts, name: "acme-2", formerNames: ["acme"], locationId: "loc_1" }, sealed("c1"));
      await store.insert({ ...connection("c2"), ...facts, name: "survey" }, sealed("c2"));
      await store.delete("w1", "c1", now);
      await store.delete("w2", "c2", now + 1);
      await store.delete("w1", "c2", now + 2);
      expect(await store.removed("w1")).toEqual([
        { id: "c2", name: "survey", formerNames: [], ...facts, removedAt: now + 2 },
        { id: "c1", name: "acme-2", formerNames: ["acme"], ...facts, locationId: "loc_1", removedAt: now },
      ]);
      expect(await store.removed("w2")).toEqual([]);
    });

    it("a sealed secret is replaced only from the version it was read at", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      expect(await store.swap("w1", "c1", 1, "second", now + 1)).toBe(true);
      expect(await store.swap("w1", "c1", 1, "late", now + 2)).toBe(false);
      expect(await store.sealed("w1", "c1")).toEqual(sealed("c1", { jwe: "second", version: 2, updatedAt: now + 1 }));
      expect(await store.swap("w1", "gone", 1, "x", now)).toBe(false);
    });

    it("of many swaps at once one wins", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      const won = await Promise.all(Array.from({ length: 20 }, (_, i) => store.swap("w1", "c1", 1, `j${i}`, now)));
      expect(won.filter(Boolean).length).toBe(1);
    });

    it("gives every sealed secret, of every workspace", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1"));
      await store.insert(connection("c2", { workspaceId: "w2" }), sealed("c2"));
      const all = (await store.allSealed()).map(({ connectionId, workspaceId }) => `${connectionId} of ${workspaceId}`);
      expect(all.sort()).toEqual(["c1 of w1", "c2 of w2"]);
    });

    it("gives sealed secrets a page at a time, by connection", async () => {
      const store = await open();
      for (const id of ["c3", "c1", "c2"]) await store.insert(connection(id, { name: id }), sealed(id));
      const page = async (after: string) => (await store.allSealed({ after, limit: 2 })).map(({ connectionId }) => connectionId);
      expect([await page(""), await page("c2"), await page("c3")]).toEqual([["c1", "c2"], ["c3"], []]);
    });

    it("a secret that is sealed anew keeps its version, and is left alone where it was replaced meanwhile", async () => {
      const store = await open();
      await store.insert(connection("c1"), sealed("c1", { jwe: "old" }));
      expect(await store.reseal("c1", "old", "anew")).toBe(true);
      expect(await store.sealed("w1", "c1")).toEqual(sealed("c1", { jwe: "anew" }));
      expect(await store.swap("w1", "c1", 1, "renewed", now)).toBe(true);
      expect([await store.reseal("c1", "anew", "late"), (await store.sealed("w1", "c1"))?.jwe]).toEqual([false, "renewed"]);
    });

    it("gives the connections of all workspaces whose token ends soon, but for broken ones", async () => {
      const store = await open();
      const ending = async (until: number) => (await store.ending(until)).map(({ id }) => id);
      await store.insert(connection("c1", { expiresAt: now + 10 }), sealed("c1"));
      await store.insert(connection("c2", { workspaceId: "w2", expiresAt: now + 20, status: "paused" }), sealed("c2"));
      await store.insert(connection("c3", { name: "broken", expiresAt: now, status: "broken" }), sealed("c3"));
      await store.insert(connection("c4", { name: "never" }), sealed("c4"));
      expect([await ending(now + 9), await ending(now + 10), await ending(now + 20)]).toEqual([[], ["c1"], ["c1", "c2"]]);
    });

    it("a lease that ran out without being given back says what was interrupted", async () => {
      const store = await open();
      await store.lease("refresh:w1/c1@3", "a", now, now + 100);
      await store.lease("refresh:w1/c2@1", "a", now, now + 100);
      await store.lease("other", "a", now, now + 100);
      await store.release("refresh:w1/c2@1", "a");
      expect([await store.lapsed("refresh:", now + 99), await store.lapsed("refresh:", now + 100)]).toEqual([[], ["refresh:w1/c1@3"]]);
    });

    it("a lease belongs to one owner until it ends", async () => {
      const store = await open();
      expect(await store.lease("refresh:c1", "a", now, now + 100)).toBe(true);
      expect(await store.lease("refresh:c1", "b", now + 99, now + 200)).toBe(false);
      expect(await store.lease("refresh:c2", "b", now, now + 100)).toBe(true);
      expect(await store.lease("refresh:c1", "b", now + 100, now + 200)).toBe(true);
    });

    it("its owner may extend a lease", async () => {
      const store = await open();
      await store.lease("l", "a", now, now + 100);
      expect(await store.lease("l", "a", now + 50, now + 300)).toBe(true);
      expect(await store.lease("l", "b", now + 200, now + 400)).toBe(false);
    });

    it("a released lease is free at once, and only its owner can release it", async () => {
      const store = await open();
      await store.lease("l", "a", now, now + 100);
      await store.release("l", "b");
      expect(await store.lease("l", "b", now, now + 100)).toBe(false);
      await store.release("l", "a");
      expect(await store.lease("l", "b", now, now + 100)).toBe(true);
    });

    it("of many who want a lease at once one gets it", async () => {
      const store = await open();
      const got = await Promise.all(Array.from({ length: 20 }, (_, i) => store.lease("l", `o${i}`, now, now + 100)));
      expect(got.filter(Boolean).length).toBe(1);
    });
  });
}
