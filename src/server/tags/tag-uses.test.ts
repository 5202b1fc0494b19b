import { expect, test } from "vitest";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { usesOf } from "./tag-uses.ts";

const flow = (input: object, more: object = {}): FlowDefinition => ({
  name: "vip",
  trigger: { app: "crm", operation: "changed" },
  steps: [{ id: "vip", app: "crm", operation: "tag", input: { ...input }, ...more }],
});
const found = (definition: FlowDefinition, published: FlowDefinition | null = null) =>
  usesOf(["vip"], { flows: [{ id: "f1", name: "Greet", status: "on", draft: definition, published }], parts: [] });

test("a tag is mentioned as a value, between commas, in a list, and between quotes in a condition or template", () => {
  const use = { tag: "vip", kind: "flow", id: "f1", title: "Greet", live: false };
  for (const input of [{ tags: "VIP" }, { tags: "gold, vip" }, { tags: ["gold", "vip"] }, { note: "{{ trigger.tags | contains: 'vip' }}" }])
    expect(found(flow(input))).toEqual([use]);
  expect(found(flow({}, { if: 'trigger.tags contains "Vip"' }))).toEqual([use]);
});

test("a step's id, a flow's name and a word within another are no mention", () => {
  expect(found(flow({ tags: "vips", note: "our vip club" }))).toEqual([]);
});

test("a flow that is on with it says so, and so do rules and mapping templates that have it", () => {
  expect(found(flow({}), flow({ tags: "vip" }))).toMatchObject([{ live: true }]);
  const parts = [
    { kind: "rule", name: "best", title: "Best", definition: { kind: "segment", if: "person.tags contains 'vip'" } },
    { kind: "mapping", name: "lead", title: "Lead", definition: { input: { tags: ["vip"] } } },
    { kind: "mapping", name: "other", title: "Other", definition: { input: { tags: ["x"] } } },
  ] as const;
  expect(usesOf(["vip"], { flows: [], parts }).map(({ kind, id }) => [kind, id])).toEqual([
    ["rule", "best"],
    ["mapping", "lead"],
  ]);
});
