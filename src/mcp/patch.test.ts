import { describe, expect, test } from "vitest";
import { withName, withValue } from "./patch.ts";

const definition = {
  name: "Flow",
  steps: [
    { id: "a", input: { email: "{{ trigger.mail }}", tags: "old, vip", list: ["old", "other"], customFields: { " Old field ": 1 } } },
    { id: "b", if: "trigger.stage == 'old' or trigger.stage == \"old\"", then: [{ id: "c", connection: "old" }] },
  ],
};

describe("a change of a definition", () => {
  test("sets a value at a path, and leaves the rest and the original as they are", () => {
    const before = structuredClone(definition);
    const changed = withValue(definition, "steps[0].input.email", "{{ trigger.email }}") as typeof definition;
    expect(changed.steps[0]!.input!.email).toBe("{{ trigger.email }}");
    expect(changed.steps[1]).toBe(definition.steps[1]);
    expect(definition).toEqual(before);
  });

  test("adds a member that is not there, and removes one", () => {
    expect(withValue(definition, "settings.zone", "Europe/Berlin")).toEqual({ ...definition, settings: { zone: "Europe/Berlin" } });
    const without = withValue(definition, "steps[0].input.tags", undefined) as typeof definition;
    expect(without.steps[0]!.input).not.toHaveProperty("tags");
    expect(withValue(definition, "steps[0]", undefined)).toEqual({ ...definition, steps: [definition.steps[1]] });
  });

  test("replaces a name wherever a text, a list, a member or a condition has it", () => {
    const named = (at: string, from = "old") => withName(definition, at, from, "new");
    expect(named("steps[0].input.tags")).toMatchObject({ steps: [{ input: { tags: "new, vip" } }, {}] });
    expect(named("steps[0].input.list")).toMatchObject({ steps: [{ input: { list: ["new", "other"] } }, {}] });
    expect(named("steps[0].input.customFields", "Old field")).toMatchObject({ steps: [{ input: { customFields: { new: 1 } } }, {}] });
    expect(named("steps[1].if")).toMatchObject({ steps: [{}, { if: "trigger.stage == 'new' or trigger.stage == \"new\"" }] });
    expect(named("steps[1].then[0].connection")).toMatchObject({ steps: [{}, { then: [{ connection: "new" }] }] });
  });

  test("is refused where the path leads nowhere, or the name is a formula", () => {
    for (const at of ["steps[9].input", "name.first", "steps[0].__proto__.x", "", "steps.x"])
      expect(() => withValue(definition, at, 1), at).toThrow(/^at: /);
    expect(() => withName(definition, "steps[0].input.tags", "old", "{{ run.id }}")).toThrow("formula");
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
