import { describe, expect, test } from "vitest";
import type { StepDefinition, StepTest } from "#api/schemas.ts";
import { testInOrder } from "./test-in-order.ts";

const steps = [
  { id: "wanted", filter: "trigger.email != blank" },
  { id: "find", app: "crm", operation: "contacts.find", input: {} },
  {
    id: "kind",
    if: "find.vip",
    then: [{ id: "gold", app: "crm", operation: "tags.add", input: {} }],
    else: [{ id: "plain", app: "crm", operation: "tags.add", input: {} }],
  },
  { id: "each", forEach: "find.orders", do: [{ id: "line", app: "crm", operation: "notes.create", input: {} }] },
  { id: "resting", off: true, app: "crm", operation: "notes.create", input: {} },
  { id: "last", app: "crm", operation: "notes.create", input: {} },
] as unknown as StepDefinition[];

/** Tests that give what they are given here, by the id of the step. */
async function tested(outputs: Readonly<Record<string, unknown>>, failing?: string, list = steps) {
  const result = await testInOrder(
    list,
    async ({ id }) => ({ step: id, state: id === failing ? "failed" : "succeeded", output: outputs[id] ?? null }) as StepTest,
  );
  return { ids: result.tests.map(({ step }) => step), ended: result.ended };
}

const passing = { wanted: { passed: true }, kind: { taken: "else" }, each: { items: [1, 2] } };

describe("all steps, tested in order", () => {
  test("follow the way a branch takes, go once through a loop, and leave out what is switched off", async () => {
    expect(await tested(passing)).toEqual({ ids: ["wanted", "find", "kind", "plain", "each", "line", "last"], ended: null });
    expect((await tested({ ...passing, kind: { taken: "then" } })).ids).toContain("gold");
  });

  test("leave out the steps of a loop without items", async () => {
    expect((await tested({ ...passing, each: { items: [] } })).ids).not.toContain("line");
  });

  test("end at the filter that ends the run", async () => {
    expect(await tested({ wanted: { passed: false } })).toEqual({ ids: ["wanted"], ended: { step: "wanted", by: "filter" } });
  });

  test("end at the step that fails, also within a branch", async () => {
    expect(await tested(passing, "plain")).toEqual({
      ids: ["wanted", "find", "kind", "plain"],
      ended: { step: "plain", by: "failure" },
    });
  });

  test("end before a stop", async () => {
    const stop = { id: "end", stop: "success" } as unknown as StepDefinition;
    expect(await tested(passing, undefined, [steps[0]!, stop, steps[1]!])).toEqual({ ids: ["wanted"], ended: { step: "end", by: "stop" } });
  });
});
