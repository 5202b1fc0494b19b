// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition, Step } from "#api/schemas.ts";
import { openEditor, stubPage } from "../opened-editor.test-support.tsx";

stubPage();

test("a condition that lacks its value is in the draft as a mistake, and not as the comparison it had before", async () => {
  const flow = {
    name: "F",
    trigger: { app: "sightmill", operation: "response.received" },
    steps: [{ id: "only", filter: "trigger.firstname != blank" }],
  } as unknown as FlowDefinition;
  const { draft, page, close } = await openEditor(flow, { operations: ["response.received"] });
  await act(async () => draft.select(["steps", 0]));
  const comparison = document.querySelector<HTMLSelectElement>("select[aria-label=Comparison]")!;
  const choose = (value: string) =>
    act(async () => {
      comparison.value = value;
      comparison.dispatchEvent(new Event("change", { bubbles: true }));
    });
  const words = () => [...comparison.options].map(({ textContent }) => textContent);
  expect(words()).not.toContain("exists, even if empty");
  await choose("more"); // lists what is seldom needed, and changes nothing
  expect(words()).toContain("exists, even if empty");
  expect((draft.view().definition.steps[0] as Step<"filter">).filter).toBe("trigger.firstname != blank");
  await choose("contains");
  expect((draft.view().definition.steps[0] as Step<"filter">).filter).toBe("trigger.firstname contains value?");
  expect(document.querySelector("[role=group] [role=status]")?.textContent).toMatch(/value to compare with is missing/);
  expect(page.querySelector("[data-card='steps.0']")?.textContent).toContain("first name contains …");
  expect(page.querySelector("[data-card='steps.0']")?.textContent).toContain("To fill in: Value of a condition");
  await close();
});
