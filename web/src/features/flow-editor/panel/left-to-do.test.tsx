// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { openEditor, stubPage } from "../opened-editor.test-support.tsx";

stubPage();

const flow = {
  name: "F",
  trigger: { app: "sightmill", operation: "response.received" },
  steps: [{ id: "slack", off: true, todo: "Add 'slack' under Apps", filter: "true" }],
} as unknown as FlowDefinition;

test("what is left to do at a step stands on its card, though it is off, until it is marked as done", async () => {
  const { draft, close } = await openEditor(flow, { operations: ["response.received"] });
  const words = () => [...document.querySelectorAll("[data-card]")].map(({ textContent }) => textContent).join(" ");
  expect(words()).toContain("Left to do: Add 'slack' under Apps");
  await act(async () => draft.select(["steps", 0]));
  const done = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Mark as done")!;
  await act(async () => done.click());
  expect(draft.view().definition.steps[0]).not.toHaveProperty("todo");
  expect(words()).not.toContain("Left to do");
  await close();
});
