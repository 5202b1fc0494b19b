import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { LintFinding, Reference } from "#engine/types/lint.ts";
import type { LintStore } from "#engine/ports/lint-store.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import type { Trigger } from "#engine/types/triggers.ts";

interface Opened {
  references: ReferenceStore;
  lint: LintStore;
  flows: Pick<FlowStore, "insert" | "delete">;
  close(): Promise<void>;
}

const reference = (more: Partial<Reference> = {}): Reference => ({
  flowId: "flow_1",
  at: "steps[0].input.pipelineStageId",
  connection: "acme",
  given: "Booked",
  value: "s1",
  label: "Sales / Booked",
  checkedAt: 1,
  ...more,
});
const finding: LintFinding = { level: "error", at: "steps[0]", step: "a", field: null, problem: "is gone", fix: "Choose another." };

/** What flows chose, and what their checks found: every store keeps it the same way. */
export function referenceStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`reference store: ${name}`, () => {
    let store: Opened;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it("gives back a flow's references, and nobody else's", async () => {
      await store.references.replace("flow_1", [reference()]);
      await store.references.replace("flow_2", [reference({ flowId: "flow_2", given: "New" })]);
      expect(await store.references.list("flow_1")).toEqual([reference()]);
      expect(await store.references.list("flow_3")).toEqual([]);
    });

    it("replaces all that was known of a flow", async () => {
      await store.references.replace("flow_1", [reference(), reference({ at: "trigger.input.pipeline_id", given: "Sales" })]);
      await store.references.replace("flow_1", [reference({ label: "Sales / Done", checkedAt: 2 })]);
      expect(await store.references.list("flow_1")).toEqual([reference({ label: "Sales / Done", checkedAt: 2 })]);
    });

    it("takes several names at one place, and one written twice", async () => {
      const [one, two] = [reference({ given: "a" }), reference({ given: "b" })];
      await store.references.replace("flow_1", [one, two, one]);
      expect(await store.references.list("flow_1")).toEqual([one, two]);
    });

    it("keeps the last findings of each flow", async () => {
      await store.lint.put({ flowId: "flow_1", checkedAt: 1, findings: [finding] });
      await store.lint.put({ flowId: "flow_1", checkedAt: 2, findings: [] });
      await store.lint.put({ flowId: "flow_2", checkedAt: 3, findings: [finding] });
      expect(await store.lint.all()).toEqual([
        { flowId: "flow_1", checkedAt: 2, findings: [] },
        { flowId: "flow_2", checkedAt: 3, findings: [finding] },
      ]);
    });

    it("forgets a flow that is deleted", async () => {
      const draft = { name: "F", trigger: { app: "http", operation: "webhook" }, steps: [] };
      const trigger: Trigger = {
        id: "trg_1",
        workspaceId: "w",
        flowId: "flow_1",
        kind: "webhook",
        token: "t",
        active: false,
        nextAt: null,
        everyMs: null,
        state: {},
        lastAt: null,
        lastError: null,
      };
      await store.flows.insert(
        { id: "flow_1", workspaceId: "w", name: "F", status: "draft", draft, version: null, createdAt: 0, updatedAt: 0 },
        trigger,
      );
      await store.references.replace("flow_1", [reference()]);
      await store.lint.put({ flowId: "flow_1", checkedAt: 1, findings: [] });
      await store.flows.delete("flow_1");
      expect(await store.references.list("flow_1")).toEqual([]);
      expect(await store.lint.all()).toEqual([]);
    });
  });
}
