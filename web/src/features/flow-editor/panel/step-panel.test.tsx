// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition, LintFinding } from "#api/schemas.ts";
import { openEditor, stubPage } from "../opened-editor.test-support.tsx";

stubPage();

const flow = {
  name: "F",
  trigger: { app: "sightmill", operation: "response.received" },
  steps: [{ id: "task", app: "highlevel", operation: "contacts.create_task", connection: "acme", input: { contactId: "", title: "" } }],
} as unknown as FlowDefinition;
const finding = (at: string, problem: string) =>
  ({ level: "error", step: "task", at, where: "Step 1", problem, fix: "Mend it" }) as LintFinding;
const findings = [
  finding("steps[0].input.title", "'Create Contact Task' needs 'Title', and it is empty"),
  finding("steps[0].input.contactId", "'Create Contact Task' needs 'Contact', and it is empty"),
  finding("steps[0].connection", "the login is broken"),
];
const panel = () => document.querySelector("[role=tabpanel] [role=tabpanel]:not([hidden])")!;
const openTab = (name: string) =>
  act(async () => {
    const tab = [...document.querySelectorAll<HTMLElement>("[role=tab]")].find(({ textContent }) => textContent === name)!;
    tab.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
  });

test("what a step needs is said above its fields with the number, and beside each field once somebody was in it", async () => {
  const { draft, close } = await openEditor(flow, { operations: ["response.received", "contacts.create_task"], findings });
  await act(async () => draft.select(["steps", 0]));
  const needed = () =>
    [...panel().querySelectorAll("[data-fields] p")].filter(({ textContent }) => textContent === "This field is needed.");
  expect(needed()).toHaveLength(0);
  const fields = [...panel().querySelectorAll("[data-fields] > div")];
  await act(async () => fields.forEach((field) => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }))));
  expect(needed().length).toBe(Number(/(\d+) fields are needed/.exec(panel().textContent)?.[1]));
  expect(needed().length).toBeGreaterThan(1);
  expect(panel().textContent).not.toContain("and it is empty");
  expect(panel().textContent).toContain("The login is broken");
  await openTab("Set up");
  expect(panel().textContent).toContain("The login is broken");
  expect(panel().textContent).not.toMatch(/needed|it is empty/);
  await close();
});

test("the line stays when all is filled in, so that no field moves", async () => {
  const input = { contactId: "1", title: "Call", dueDate: "2026-02-01T09:00:00Z", completed: false };
  const whole = { ...flow, steps: [{ ...flow.steps[0], input }] } as FlowDefinition;
  const { draft, close } = await openEditor(whole, { operations: ["response.received", "contacts.create_task"] });
  await act(async () => draft.select(["steps", 0]));
  expect(panel().textContent).toContain("All needed fields are filled in");
  await close();
});
