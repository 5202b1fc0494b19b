// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { openEditor, stubPage } from "../opened-editor.test-support.tsx";

stubPage();

test("a loop without a list says what to choose, and nothing else", async () => {
  const flow = {
    name: "F",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "each", forEach: "", do: [] }],
  } as unknown as FlowDefinition;
  const problems = [{ at: "steps[0].forEach", where: "step 1, List", problem: "is empty" }];
  const { draft, close } = await openEditor(flow, { operations: ["webhook"], problems });
  await act(async () => draft.select(["steps", 0]));
  const panel = document.querySelector("[role=tabpanel] [role=tabpanel]")!;
  expect(panel.textContent).toContain("Choose the list to go through.");
  expect(panel.textContent).not.toMatch(/is empty|nothing between/i);
  await close();
});
