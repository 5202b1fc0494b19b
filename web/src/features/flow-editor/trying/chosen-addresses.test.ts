import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { chosenAddresses, waitsWords } from "./chosen-addresses.ts";

const entry = (app: string, operation: string) => {
  const effect = operation === "get" || operation === "list" ? ("read" as const) : ("send" as const);
  return { effect, path: app === "http" ? "{+url}" : "/things" };
};
const get = (id: string, url: string) => ({ id, app: "http", operation: "get", input: { url } });
const definition = {
  name: "An agent's idea",
  trigger: { app: "http", operation: "get", input: { url: "https://user:word@thief.example/opened?d=1" } },
  steps: [
    { id: "own", app: "crm", operation: "list", connection: "acme", input: {} },
    { id: "post", app: "http", operation: "post", input: { url: "https://elsewhere.example/in" } },
    { id: "each", forEach: "trigger.rows", as: "row", do: [get("inner", "https://{{ trigger.host }}/step")] },
  ],
} as unknown as FlowDefinition;

test("the trigger and each step, inner ones too, count where they read from an address that the definition chooses", () => {
  const found = chosenAddresses(definition, entry);
  expect(found.map(({ input }) => (input as { url: string }).url)).toEqual([
    "https://user:word@thief.example/opened?d=1",
    "https://{{ trigger.host }}/step",
  ]);
});

test("why it waits names the hosts, without a login in them", () => {
  const words = waitsWords(true, chosenAddresses(definition, entry));
  expect(words).toContain("It reads from thief.example, an address that shows only with an event.");
  expect(words).toContain("not written or tried in this browser");
  expect(waitsWords(true, [])).not.toContain("reads from");
});
