import { describe, expect, it } from "vitest";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { SetupStore, TemplateStore } from "#storage/template-store.ts";

const row = (id: string, workspaceId = "ws_1") => ({
  id,
  workspaceId,
  title: `Title of ${id}`,
  definition: '{"title":"a"}',
  createdAt: 1,
  updatedAt: 1,
});
const draft = { name: "Flow", trigger: { app: "http", operation: "webhook" }, steps: [] };

/** Templates that workspaces save, and set-ups that are not finished: every store keeps them the same way. */
export function templateStoreContract(
  name: string,
  open: () => Promise<{ templates: TemplateStore; setups: SetupStore; flows: FlowStore; close(): Promise<void> }>,
): void {
  describe(`template store: ${name}`, () => {
    it("templates are listed newest first, changed and removed, each in its workspace alone", async () => {
      const { templates, close } = await open();
      for (const one of [row("tpl_1"), row("tpl_2"), row("tpl_3", "ws_2")]) await templates.insert(one);
      expect((await templates.list("ws_1")).map(({ id }) => id)).toEqual(["tpl_2", "tpl_1"]);
      expect(await templates.count("ws_1")).toBe(2);
      expect(await templates.get("ws_1", "tpl_3")).toBeNull();
      expect(await templates.get("ws_2", "tpl_3")).toEqual(row("tpl_3", "ws_2"));

      const change = { title: "Other", definition: "{}", updatedAt: 5 };
      expect(await templates.update("ws_2", "tpl_1", change)).toBe(false);
      expect(await templates.update("ws_1", "tpl_1", change)).toBe(true);
      expect(await templates.get("ws_1", "tpl_1")).toEqual({ ...row("tpl_1"), ...change });

      expect(await templates.remove("ws_2", "tpl_1")).toBe(false);
      expect(await templates.remove("ws_1", "tpl_1")).toBe(true);
      expect(await templates.remove("ws_1", "tpl_1")).toBe(false);
      expect((await templates.list("ws_2")).map(({ id }) => id)).toEqual(["tpl_3"]);
      await close();
    });

    const addFlow = (flows: FlowStore, id: string, workspaceId = "ws_1") =>
      flows.insert(
        { id, workspaceId, name: id, status: "draft", draft, version: null, revision: 1, createdAt: 0, updatedAt: 0 },
        {
          id: `trg_${id}`,
          workspaceId,
          flowId: id,
          kind: "webhook",
          token: null,
          active: false,
          nextAt: null,
          everyMs: null,
          state: {},
          lastAt: null,
          lastError: null,
        },
      );
    const setup = (flowId: string) => ({ flowId, questions: '{"choices":[]}', step: 1 });

    it("a set-up keeps the step it is at, in the workspace of its flow alone", async () => {
      const { setups, flows, close } = await open();
      await addFlow(flows, "flow_1");
      await setups.insert("ws_1", setup("flow_1"), 1);
      await setups.insert("ws_2", setup("flow_1"), 1);
      expect(await setups.get("ws_2", "flow_1")).toBeNull();
      expect(await setups.setStep("ws_2", "flow_1", 2)).toBe(false);
      expect(await setups.setStep("ws_1", "flow_1", 2)).toBe(true);
      expect(await setups.get("ws_1", "flow_1")).toEqual({ ...setup("flow_1"), step: 2 });
      expect(await setups.list("ws_1")).toEqual([{ flowId: "flow_1", step: 2 }]);
      expect(await setups.list("ws_2")).toEqual([]);
      expect(await setups.remove("ws_2", "flow_1")).toBe(false);
      expect(await setups.remove("ws_1", "flow_1")).toBe(true);
      expect(await setups.get("ws_1", "flow_1")).toBeNull();
      await close();
    });

    it("a set-up ends when its flow is published or deleted, and no other", async () => {
      const { setups, flows, close } = await open();
      for (const id of ["flow_1", "flow_2", "flow_3"]) {
        await addFlow(flows, id);
        await setups.insert("ws_1", setup(id), 1);
      }
      await flows.publish("ws_1", "flow_1", { version: 1, definition: draft, now: 2 });
      await flows.delete("ws_1", "flow_2");
      await flows.publish("ws_2", "flow_3", { version: 1, definition: draft, now: 2 });
      expect((await setups.list("ws_1")).map(({ flowId }) => flowId)).toEqual(["flow_3"]);
      await close();
    });
  });
}
