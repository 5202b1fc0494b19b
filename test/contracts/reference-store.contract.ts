import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { LintFinding, Reference } from "#engine/types/lint.ts";
import type { LintStore } from "#engine/ports/lint-store.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import { sampleTrigger } from "./trigger-store.contract.ts";

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
  text: "Booked",
  value: "s1",
  label: "Sales / Booked",
  checkedAt: 1,
  ...more,
});
const draft = { name: "F", trigger: { app: "http", operation: "webhook" }, steps: [] };
const finding: LintFinding = { level: "error", at: "steps[0]", step: "a", field: null, problem: "is gone", fix: "Choose another." };

/** What flows chose, and what their checks found: every store keeps it the same way. */
export function referenceStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`reference store: ${name}`, () => {
    let store: Opened;
    beforeEach(async () => {
      store = await open();
      for (const id of ["flow_1", "flow_2"]) {
        const flow = {
          workspaceId: "w",
          name: "F",
          status: "draft" as const,
          draft,
          version: null,
          createdAt: 0,
          updatedAt: 0,
          revision: 1,
        };
        await store.flows.insert({ ...flow, id }, sampleTrigger(`trg_${id}`, { workspaceId: "w", flowId: id }));
      }
    });
    afterEach(() => store.close());

    it("gives back a flow's references, and nobody else's", async () => {
      await store.references.replace("w", "flow_1", [reference()]);
      await store.references.replace("w", "flow_2", [reference({ flowId: "flow_2", text: "New" })]);
      expect(await store.references.list("w", "flow_1")).toEqual([reference()]);
      expect(await store.references.list("w", "flow_3")).toEqual([]);
    });

    it("replaces all that was known of a flow", async () => {
      await store.references.replace("w", "flow_1", [reference(), reference({ at: "trigger.input.pipeline_id", text: "Sales" })]);
      await store.references.replace("w", "flow_1", [reference({ label: "Sales / Done", checkedAt: 2 })]);
      expect(await store.references.list("w", "flow_1")).toEqual([reference({ label: "Sales / Done", checkedAt: 2 })]);
    });

    it("takes several names at one place, and one written twice", async () => {
      const [one, two] = [reference({ text: "a" }), reference({ text: "b" })];
      await store.references.replace("w", "flow_1", [one, two, one]);
      expect(await store.references.list("w", "flow_1")).toEqual([one, two]);
    });

    it("keeps the last findings of each flow", async () => {
      await store.lint.put("w", { flowId: "flow_1", checkedAt: 1, findings: [finding] });
      await store.lint.put("w", { flowId: "flow_1", checkedAt: 2, findings: [] });
      await store.lint.put("w", { flowId: "flow_2", checkedAt: 3, findings: [finding] });
      expect(await store.lint.all("w")).toEqual([
        { flowId: "flow_1", checkedAt: 2, findings: [] },
        { flowId: "flow_2", checkedAt: 3, findings: [finding] },
      ]);
    });

    it("another workspace neither reads nor writes what belongs to a flow, and for a flow that is gone nothing is kept", async () => {
      await store.references.replace("w", "flow_1", [reference()]);
      await store.lint.put("w", { flowId: "flow_1", checkedAt: 1, findings: [finding] });
      await store.references.replace("other", "flow_1", []);
      await store.lint.put("other", { flowId: "flow_1", checkedAt: 2, findings: [] });
      await store.lint.put("w", { flowId: "gone", checkedAt: 2, findings: [] });
      expect([await store.references.list("other", "flow_1"), await store.lint.all("other")]).toEqual([[], []]);
      expect([await store.references.list("w", "flow_1"), await store.lint.all("w")]).toEqual([
        [reference()],
        [{ flowId: "flow_1", checkedAt: 1, findings: [finding] }],
      ]);
    });

    it("forgets a flow that is deleted", async () => {
      await store.references.replace("w", "flow_1", [reference()]);
      await store.lint.put("w", { flowId: "flow_1", checkedAt: 1, findings: [] });
      await store.flows.delete("w", "flow_1");
      expect(await store.references.list("w", "flow_1")).toEqual([]);
      expect(await store.lint.all("w")).toEqual([]);
    });
  });
}
