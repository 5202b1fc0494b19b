import { describe, expect, test } from "vitest";
import type { PinStore } from "#engine/ports/pin-store.ts";
import type { ReferencePin } from "#engine/types/lint.ts";

const pin = (more: Partial<ReferencePin> = {}): ReferencePin => ({
  workspaceId: "ws_1",
  place: "highlevel acme",
  kind: "locations.list_custom_fields",
  parent: "",
  name: "score",
  id: "f1",
  label: "Score",
  seenAt: 1,
  ...more,
});

/** What every store of pins must keep. */
export function pinStoreContract(name: string, open: () => Promise<{ store: PinStore; close(): Promise<void> }>): void {
  const it = (title: string, run: (store: PinStore) => Promise<void>) =>
    test(title, async () => {
      const { store, close } = await open();
      try {
        await run(store);
      } finally {
        await close();
      }
    });

  describe(`pin store: ${name}`, () => {
    it("a sub-account has its own names, and no other's", async (store) => {
      await store.put(pin());
      await store.put(pin({ place: "highlevel smiles", id: "f2" }));
      await store.put(pin({ workspaceId: "ws_2", id: "f3" }));
      expect(await store.list("ws_1", "highlevel acme")).toEqual([pin()]);
      expect(await store.list("ws_1", "highlevel smiles")).toEqual([pin({ place: "highlevel smiles", id: "f2" })]);
      expect(await store.list("ws_1", "highlevel other")).toEqual([]);
    });

    it("a name of each kind, and within each parent, is its own", async (store) => {
      const all = [pin(), pin({ kind: "users.list_by_location" }), pin({ kind: "x", parent: "p1" }), pin({ kind: "x", parent: "p2" })];
      for (const one of all) await store.put(one);
      expect(await store.list("ws_1", "highlevel acme")).toEqual(all);
    });

    it("what a name stands for is replaced, and forgotten alone", async (store) => {
      await store.put(pin());
      await store.put(pin({ id: "f2", label: "Scores", seenAt: 2 }));
      await store.put(pin({ name: "other" }));
      expect(await store.list("ws_1", "highlevel acme")).toEqual([pin({ name: "other" }), pin({ id: "f2", label: "Scores", seenAt: 2 })]);
      await store.delete(pin());
      expect(await store.list("ws_1", "highlevel acme")).toEqual([pin({ name: "other" })]);
    });
  });
}
