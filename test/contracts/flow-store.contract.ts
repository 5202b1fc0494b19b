import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import { sampleTrigger } from "./trigger-store.contract.ts";

interface Opened {
  flows: FlowStore;
  triggers: Pick<TriggerStore, "byFlow" | "list">;
  close(): Promise<void>;
}

export const definition = (name: string): FlowDefinition => ({ name, trigger: { app: "http", operation: "webhook" }, steps: [] });

export const sampleFlow = (id: string, more: Partial<Flow> = {}): Flow => ({
  id,
  workspaceId: "ws_1",
  name: `Flow ${id}`,
  status: "draft",
  draft: definition(`Flow ${id}`),
  version: null,
  revision: 1,
  createdAt: 1,
  updatedAt: 1,
  ...more,
});

/** Flows, their versions and their one trigger: every store keeps them the same way. */
export function flowStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`flow store: ${name}`, () => {
    let opened: Opened;
    let flows: FlowStore;
    beforeEach(async () => {
      opened = await open();
      ({ flows } = opened);
    });
    afterEach(() => opened.close());

    const add = (id: string, more: Partial<Flow> = {}) => {
      const flow = sampleFlow(id, more);
      return flows.insert(flow, sampleTrigger(`trg_${id}`, { workspaceId: flow.workspaceId, flowId: id }));
    };

    it("a flow comes back as it was given, with its trigger", async () => {
      await add("a");
      expect(await flows.get("ws_1", "a")).toEqual(sampleFlow("a"));
      expect(await opened.triggers.byFlow("ws_1", "a")).toMatchObject({ id: "trg_a", flowId: "a" });
    });

    it("a flow whose trigger cannot be kept is not kept either", async () => {
      await add("a");
      await expect(flows.insert(sampleFlow("b"), sampleTrigger("trg_a", { flowId: "b" }))).rejects.toThrow();
      expect(await flows.get("ws_1", "b")).toBeNull();
    });

    it("one workspace sees nothing of another's flows", async () => {
      await add("a");
      await add("b", { workspaceId: "ws_2" });
      await flows.publish("ws_1", "a", { version: 1, definition: definition("ours"), now: 2 });
      await flows.publish("ws_2", "b", { version: 1, definition: definition("theirs"), now: 2 });
      for (const [workspace, own, other] of [
        ["ws_1", "a", "b"],
        ["ws_2", "b", "a"],
      ] as const) {
        expect(await flows.get(workspace, own)).toMatchObject({ id: own });
        expect(await flows.get(workspace, other)).toBeNull();
        expect((await flows.list(workspace)).map(({ id }) => id)).toEqual([own]);
        expect([...(await flows.published(workspace)).keys()]).toEqual([own]);
        expect((await opened.triggers.list(workspace)).map(({ flowId }) => flowId)).toEqual([own]);
        expect([await flows.version(workspace, other, 1), await flows.versions(workspace, other)]).toEqual([null, []]);
        expect(await opened.triggers.byFlow(workspace, other)).toBeNull();
      }
      expect([await flows.list("ws_3"), await flows.published("ws_3")]).toEqual([[], new Map()]);
    });

    it("another workspace neither changes, publishes nor deletes a flow by its id", async () => {
      await add("a");
      await flows.publish("ws_1", "a", { version: 1, definition: definition("ours"), now: 2 });
      const before = await flows.get("ws_1", "a");
      await flows.update("ws_2", "a", { status: "off" });
      expect(await flows.saveDraft("ws_2", "a", { draft: definition("theirs"), name: "Theirs", now: 3 })).toBe(false);
      expect(await flows.lastSave("ws_2", "a")).toBeNull();
      await flows.publish("ws_2", "a", { version: 2, definition: definition("theirs"), now: 3 });
      await flows.delete("ws_2", "a");
      expect([await flows.get("ws_1", "a"), await flows.versions("ws_1", "a")]).toEqual([
        before,
        [{ version: 1, publishedAt: 2, note: null, by: null }],
      ]);
      expect(await opened.triggers.byFlow("ws_1", "a")).not.toBeNull();
    });

    it("a change touches what it names, in that flow alone", async () => {
      await add("a", { status: "off", reason: "paused by hand" });
      await add("b");
      await flows.update("ws_1", "a", { folder: "Leads", updatedAt: 5 });
      expect(await flows.get("ws_1", "a")).toEqual(
        sampleFlow("a", { folder: "Leads", status: "off", reason: "paused by hand", updatedAt: 5 }),
      );
      await flows.update("ws_1", "a", { folder: undefined, reason: undefined });
      expect(await flows.get("ws_1", "a")).toEqual(sampleFlow("a", { status: "off", updatedAt: 5 }));
      expect(await flows.get("ws_1", "b")).toEqual(sampleFlow("b"));
    });

    it("a draft is replaced at the revision that it was changed from, and its revision grows", async () => {
      await add("a");
      await add("b");
      const save = { draft: definition("New"), name: "New", now: 5 };
      expect(await flows.saveDraft("ws_1", "a", { ...save, expected: 1 })).toBe(true);
      expect(await flows.get("ws_1", "a")).toEqual(sampleFlow("a", { name: "New", draft: definition("New"), revision: 2, updatedAt: 5 }));
      expect(await flows.saveDraft("ws_1", "a", { draft: definition("Late"), name: "Late", now: 6, expected: 1 })).toBe(false);
      expect((await flows.get("ws_1", "a"))?.name).toBe("New");
      expect(await flows.saveDraft("ws_1", "a", { ...save, now: 7 })).toBe(true);
      expect((await flows.get("ws_1", "a"))?.revision).toBe(3);
      expect(await flows.get("ws_1", "b")).toEqual(sampleFlow("b"));
    });

    it("of two who save from the same revision at once, one is refused", async () => {
      await add("a");
      const save = (name: string) => flows.saveDraft("ws_1", "a", { draft: definition(name), name, now: 5, expected: 1 });
      expect((await Promise.all([save("one"), save("other")])).toSorted()).toEqual([false, true]);
      expect((await flows.get("ws_1", "a"))?.revision).toBe(2);
    });

    it("it is known who saved a draft last", async () => {
      await add("a");
      await add("b");
      const save = (by?: string) => flows.saveDraft("ws_1", "a", { draft: definition("x"), name: "x", now: 5, ...(by && { by }) });
      await save("session:1");
      expect(await flows.lastSave("ws_1", "a")).toMatchObject({ by: "session:1" });
      await save("key:1");
      await flows.update("ws_1", "a", { status: "off" }, "session:2");
      expect(await flows.lastSave("ws_1", "a")).toMatchObject({ by: "key:1" });
      await save();
      expect(await flows.lastSave("ws_1", "a")).toMatchObject({ by: null });
      expect(await flows.lastSave("ws_1", "gone")).toBeNull();
    });

    it("publishing keeps every version, switches the flow on, and lets the newest be the published one", async () => {
      await add("a", { status: "off", reason: "paused by hand" });
      await flows.publish("ws_1", "a", { version: 1, definition: definition("first"), now: 10 });
      await flows.publish("ws_1", "a", { version: 2, definition: definition("second"), now: 20, note: "With SMS", by: "session:1" });
      const flow = await flows.get("ws_1", "a");
      expect(flow).toMatchObject({ status: "on", version: 2, updatedAt: 20 });
      expect(flow?.reason).toBeUndefined();
      expect(await flows.versions("ws_1", "a")).toEqual([
        { version: 1, publishedAt: 10, note: null, by: null },
        { version: 2, publishedAt: 20, note: "With SMS", by: "session:1" },
      ]);
      expect([await flows.version("ws_1", "a", 1), await flows.version("ws_1", "a", 3)]).toEqual([definition("first"), null]);
      expect(await flows.published("ws_1")).toEqual(new Map([["a", definition("second")]]));
    });

    it("a version that is there is not written over, and the flow stays as it was", async () => {
      await add("a");
      await flows.publish("ws_1", "a", { version: 1, definition: definition("first"), now: 10 });
      await flows.update("ws_1", "a", { status: "off" });
      await expect(flows.publish("ws_1", "a", { version: 1, definition: definition("other"), now: 20 })).rejects.toThrow();
      expect(await flows.version("ws_1", "a", 1)).toEqual(definition("first"));
      expect(await flows.get("ws_1", "a")).toMatchObject({ status: "off", updatedAt: 10 });
    });

    it("a deleted flow is gone with its trigger, its versions stay for the runs that used them, and others stay whole", async () => {
      await add("a");
      await add("b");
      await flows.publish("ws_1", "a", { version: 1, definition: definition("first"), now: 10 });
      await flows.delete("ws_1", "a");
      expect([await flows.get("ws_1", "a"), await opened.triggers.byFlow("ws_1", "a")]).toEqual([null, null]);
      expect(await flows.published("ws_1")).toEqual(new Map());
      expect(await flows.version("ws_1", "a", 1)).toEqual(definition("first"));
      expect((await flows.list("ws_1")).map(({ id }) => id)).toEqual(["b"]);
      expect(await opened.triggers.byFlow("ws_1", "b")).not.toBeNull();
    });
  });
}
