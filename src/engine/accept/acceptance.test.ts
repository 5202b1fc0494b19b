import { describe, expect, test } from "vitest";
import { createPace } from "#kernel/pace.ts";
import { acceptanceOf, chosenBy } from "./acceptance.ts";
import { compileFlow } from "../flow/flow.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { FlowDefinition, FlowSettings } from "../types/flows.ts";

const binding = {
  trigger: { id: "tr", workspaceId: "w" },
  flow: { id: "f", status: "on", version: 1 },
} as unknown as TriggerBinding;

/** What becomes of an event of a flow with these templates. */
async function accepted(templates: { key?: string; record?: string }, payload: unknown, settings: FlowSettings = {}) {
  const definition: FlowDefinition = { name: "F", trigger: { app: "http", operation: "webhook", ...templates }, steps: [], settings };
  const compiled = compileFlow(definition, () => 0);
  const chosen = await chosenBy(compiled, null, payload, createPace());
  return acceptanceOf(binding, null, compiled, payload, 0, {}, chosen);
}
const keyOf = async (key: string, payload: unknown) => (await accepted({ key }, payload)).event.key;

describe("a key template with a missing part", () => {
  const template = "{{ trigger.order.id }}-{{ trigger.order.status }}";
  const lacking = [
    { n: 1 },
    { n: 2, order: {} },
    { n: 3, order: { id: "", status: "" } },
    { n: 4, order: { id: " ", status: null } },
    { n: 5, order: { id: 7 } },
    { n: 6, order: { id: [], status: "paid" } },
    { n: 7, order: { status: "paid" } },
  ];

  test("gives no key: the content tells such events apart (F3)", async () => {
    const keys = await Promise.all(lacking.map((payload) => keyOf(template, payload)));
    expect(new Set(keys).size).toBe(lacking.length);
    expect(keys.every((key) => key.startsWith("#"))).toBe(true);
    expect(await keyOf(template, lacking[0])).toBe(keys[0]);
  });

  test("gives its key to events that have all parts, also where the rest differs", async () => {
    expect([
      await keyOf(template, { n: 1, order: { id: 7, status: "paid" } }),
      await keyOf(template, { n: 2, order: { id: 7, status: "paid" } }),
      await keyOf("{{ trigger.id }}", { id: "8202522731445525542" }),
      await keyOf("{{ trigger.id }}", { id: 0 }),
    ]).toEqual(["7-paid", "7-paid", "8202522731445525542", "0"]);
  });

  test("makes no record of an event: it neither joins others nor waits for them (F3)", async () => {
    const record = "{{ trigger.kind }}/{{ trigger.id }}";
    const runs = await Promise.all(
      [{ id: 7, kind: "deal" }, { id: 7 }, {}].map((payload) => accepted({ record }, payload, { settle: "10s", order: "record" })),
    );
    expect(runs.map(({ event, settle }) => [event.record, settle !== undefined])).toEqual([
      ["deal/7", true],
      [null, false],
      [null, false],
    ]);
  });
});

test("two long keys that begin alike stay two (F3)", async () => {
  const long = "x".repeat(300);
  const keys = [await keyOf("{{ trigger.id }}", { id: `${long}1` }), await keyOf("{{ trigger.id }}", { id: `${long}2` })];
  expect(new Set(keys).size).toBe(2);
  expect(keys.every((key) => key.length < 100)).toBe(true);
});
