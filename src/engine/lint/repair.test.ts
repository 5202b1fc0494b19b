import { describe, expect, test } from "vitest";
import type { FlowDefinition, StepDefinition } from "../types/flows.ts";
import { repaired, type Repair } from "./repair.ts";

const step = (id: string, input: object, connection = "acme"): StepDefinition =>
  ({ id, app: "highlevel", operation: "contacts.upsert", connection, input }) as StepDefinition;
const flow = (...steps: StepDefinition[]): FlowDefinition => ({
  name: "F",
  trigger: { app: "highlevel", operation: "opportunities.search", connection: "acme", input: { pipelineId: "Sales" } },
  steps,
});
const mend = (definition: FlowDefinition, repair: Partial<Repair>) =>
  repaired(definition, { step: "a", field: "customFields", from: "Old", to: "New", ...repair });

describe("another name in place of one that is gone", () => {
  test.each<[what: string, field: string, before: unknown, after: unknown]>([
    [
      "a custom field, in its place among the others",
      "customFields.Old",
      { First: 1, Old: "{{ trigger.Old }}", Last: "Old" },
      { First: 1, New: "{{ trigger.Old }}", Last: "Old" },
    ],
    [
      "a custom field in the vendor's own form",
      "customFields",
      [{ id: "Old", field_value: "Old" }, { key: "Other" }],
      [{ id: "New", field_value: "Old" }, { key: "Other" }],
    ],
    ["a text, whatever the spaces around it", "assignedTo", " Old ", "New"],
    ["one of a list written as text", "followers", "Ada, Old", "Ada, New"],
    ["one of a list", "followers", ["Ada", "Old"], ["Ada", "New"]],
    ["one deep within a value", "steps", [{ who: { assignedTo: "Old" } }], [{ who: { assignedTo: "New" } }]],
    [
      "a custom field that a search is narrowed by",
      "filters",
      [{ field: "customFields.Old", operator: "exists" }],
      [{ field: "customFields.New", operator: "exists" }],
    ],
  ])("is written for %s", (_, field, before, after) => {
    const root = field.split(".")[0]!;
    expect(mend(flow(step("a", { [root]: before })), { field }).steps).toEqual([step("a", { [root]: after })]);
  });

  test("is written wherever the same field names the same thing in the same connection, branches and loops included", () => {
    const named = (id: string, connection?: string) => step(id, { customFields: { Old: 1 }, note: "Old" }, connection);
    const definition = flow(
      named("a"),
      {
        id: "if",
        if: "trigger.x == 1",
        then: [named("b")],
        else: [{ id: "each", forEach: "trigger.items", do: [named("c")] }],
      } as StepDefinition,
      named("other", "smiles"),
    );
    const text = JSON.stringify(mend(definition, {}).steps);
    expect(text.match(/"New":1/g)).toHaveLength(3);
    expect(text.match(/"Old":1/g)).toHaveLength(1);
    expect(text.match(/"note":"Old"/g)).toHaveLength(4);
  });

  test.each<[form: string, customFields: object]>([
    ["by name", { Old: "{{ trigger.score }}", New: "{{ trigger.comment }}" }],
    [
      "in the vendor's own form",
      [
        { id: "Old", field_value: 9 },
        { key: "New", field_value: "Great" },
      ],
    ],
  ])("is refused where the step already writes that field, %s: a mapping is never lost without a word", (_, customFields) => {
    expect(() => mend(flow(step("a", { customFields })), {})).toThrow(/'New' has a value of its own/);
    expect(mend(flow(step("a", { customFields })), { to: "Third" }).steps).toHaveLength(1);
  });

  test("is written for the trigger and for a connection", () => {
    expect(mend(flow(), { step: null, field: "pipelineId", from: "Sales", to: "Care" }).trigger.input).toEqual({ pipelineId: "Care" });
    const { steps } = mend(flow(step("a", {}, "acmee")), { field: "connection", from: "acmee", to: "acme" });
    expect(steps).toEqual([step("a", {}, "acme")]);
  });

  test("is written between the quotes of a condition, and a quote in it does no harm", () => {
    const filter = { id: "a", filter: `trigger.stage == 'Old' or trigger.note contains "Old one"` };
    expect(mend(flow(filter), { field: "pipelineStageId", to: "it's" }).steps).toEqual([
      { id: "a", filter: `trigger.stage == "it's" or trigger.note contains "Old one"` },
    ]);
  });

  test("changes nothing where the name is not written", () => {
    const definition = flow(step("a", { customFields: "{{ trigger.fields }}", assignedTo: "Olden" }));
    expect(mend(definition, {})).toEqual(definition);
    expect(mend(definition, { field: "assignedTo" })).toEqual(definition);
  });
});

describe("a name that was made up by somebody else", () => {
  test.each(["{{ trigger.secret }}", "a{% raw %}", "{{"])("does not become a formula: %s", (to) => {
    expect(() => mend(flow(step("a", { tags: ["Old"] })), { field: "tags", to })).toThrow("would be read as a formula");
  });

  test.each([`x' or "1" == "1`, `x" or '1' == '1`])("does not change a condition: %s", (to) => {
    const definition = flow({ id: "a", filter: `trigger.tag == "Old" and trigger.n > 1` } as StepDefinition);
    expect(mend(definition, { field: "filter", to })).toEqual(definition);
  });
});
