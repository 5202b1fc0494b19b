// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition, Step } from "#api/schemas.ts";
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

test("a wait until a date is chosen like any date, and stays a wait until a date while none is chosen", async () => {
  const flow = {
    name: "F",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "w", wait: "{{ 'now' | plus_hours: 3 }}" }],
  } as unknown as FlowDefinition;
  const { draft, close } = await openEditor(flow, { operations: ["webhook"] });
  await act(async () => draft.select(["steps", 0]));
  const wait = () => (draft.view().definition.steps[0] as Step<"wait">).wait;
  const put = async (control: HTMLInputElement | HTMLSelectElement | null, value: string) => {
    const prototype = control instanceof HTMLSelectElement ? HTMLSelectElement.prototype : HTMLInputElement.prototype;
    await act(async () => {
      Object.getOwnPropertyDescriptor(prototype, "value")!.set!.call(control, value);
      control!.dispatchEvent(new Event(control instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
    });
  };
  const way = () => document.querySelector<HTMLSelectElement>("select[aria-label='How Until is given']");
  await put(document.querySelector("input[type=number]"), "5");
  expect(wait()).toBe("{{ 'now' | plus_hours: 5 }}");
  await put(way(), "at");
  expect([wait(), way()!.value]).toEqual(["", "at"]);
  await put(document.querySelector("input[type=datetime-local]"), "2026-01-31T09:00");
  expect(wait()).toBe("2026-01-31T09:00");
  await put(way(), "before");
  expect([wait(), way()!.value]).toEqual(["", "before"]);
  await close();
});
