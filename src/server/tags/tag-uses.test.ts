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

test("a tag is mentioned as a value, between commas, in a list, and between quotes in a condition or template", async () => {
  const use = { tag: "vip", kind: "flow", id: "f1", title: "Greet", live: false };
  for (const input of [{ tags: "VIP" }, { tags: "gold, vip" }, { tags: ["gold", "vip"] }, { note: "{{ trigger.tags | contains: 'vip' }}" }])
    expect(await found(flow(input))).toEqual([use]);
  expect(await found(flow({}, { if: 'trigger.tags contains "Vip"' }))).toEqual([use]);
});

test("a step's id, a flow's name and a word within another are no mention", async () => {
  expect(await found(flow({ tags: "vips", note: "our vip club" }))).toEqual([]);
});

test("a flow that is on with it says so, and so do rules and mapping templates that have it", async () => {
  expect(await found(flow({}), flow({ tags: "vip" }))).toMatchObject([{ live: true }]);
  const parts = [
    { kind: "rule", name: "best", title: "Best", definition: { kind: "segment", if: "person.tags contains 'vip'" } },
    { kind: "mapping", name: "lead", title: "Lead", definition: { input: { tags: ["vip"] } } },
    { kind: "mapping", name: "other", title: "Other", definition: { input: { tags: ["x"] } } },
  ] as const;
  expect((await usesOf(["vip"], { flows: [], parts })).map(({ kind, id }) => [kind, id])).toEqual([
    ["rule", "best"],
    ["mapping", "lead"],
  ]);
});

test("a name with a comma or a quote in it is found between quotes", async () => {
  const names = ["o'clock", "red, blue", 'a "b"'];
  const ofTexts = async (...texts: string[]) =>
    (await usesOf(names, { flows: [], parts: [{ kind: "rule", name: "r", title: "R", definition: texts }] }))
      .map(({ tag }) => tag)
      .toSorted();
  expect(await ofTexts("x contains 'o'clock'", 'x contains "red, blue"', "x contains 'a \"b\"'")).toEqual([
    'a "b"',
    "o'clock",
    "red, blue",
  ]);
  expect(await ofTexts("o'clocks", "red, blue", "'o' 'clock'")).toEqual([]);
});

test("ten thousand names in three hundred flows leave others their turns", async () => {
  const steps = Array.from({ length: 60 }, (_, i) => ({
    id: `s${i}`,
    app: "crm",
    operation: "tag",
    input: { a: `x${i}`.repeat(60), b: "vip, y" },
  }));
  const draft: FlowDefinition = { name: "f", trigger: { app: "crm", operation: "changed" }, steps };
  const flows = Array.from({ length: 300 }, (_, i) => ({ id: `f${i}`, name: "F", status: "off" as const, draft, published: draft }));
  let [turns, isOver] = [0, false];
  const count = (): void => void (isOver || (turns++, setImmediate(count)));
  setImmediate(count);
  const uses = await usesOf(["vip", ...Array.from({ length: 10_000 }, (_, i) => `n${i}`)], { flows, parts: [] });
  isOver = true;
  expect([uses.length, turns > 2]).toEqual([300, true]);
});
