import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { sourceNames } from "./use-step-names.ts";

test("a source is called by its title, its number, or as the item that it is", () => {
  const steps = [
    { id: "person", title: "Find the contact", app: "highlevel", operation: "contacts.get" },
    { id: "each", forEach: "trigger.lines", as: "order_line", do: [{ id: "note", app: "highlevel", operation: "contacts.create_note" }] },
  ];
  const definition = { name: "F", trigger: { app: "http", operation: "webhook" }, steps } as unknown as FlowDefinition;
  expect(sourceNames(definition)).toEqual([
    ["person", "'Find the contact'"],
    ["each", "step 2"],
    ["order_line", "the order line"],
    ["note", "step 2.1"],
  ]);
});
