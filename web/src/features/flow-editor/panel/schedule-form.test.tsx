// @vitest-environment happy-dom
import { act } from "react";
import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { openEditor, stubPage } from "../opened-editor.test-support.tsx";

stubPage();

const daily = { name: "F", trigger: { app: "millrace", operation: "schedule", input: { cron: "0 9 * * *" } }, steps: [] } as FlowDefinition;
const when = () => [...document.querySelectorAll("select")].find(({ options }) => [...options].some(({ value }) => value === "cron"))!;
const choose = (value: string) =>
  act(async () => {
    when().value = value;
    when().dispatchEvent(new Event("change", { bubbles: true }));
  });
const cronOf = ({ trigger }: FlowDefinition) => (trigger.input as { cron?: string }).cron;

test("a usual schedule can be written as a cron, and keeps its times", async () => {
  const { draft, close } = await openEditor(daily, { operations: ["schedule"] });
  await act(async () => draft.select(["trigger"]));
  expect(when().value).toBe("day");
  await choose("cron");
  expect(when().value).toBe("cron");
  expect(cronOf(draft.view().definition)).toBe("0 9 * * *");
  await choose("weekdays");
  expect(when().value).toBe("weekdays");
  expect(cronOf(draft.view().definition)).toBe("0 9 * * 1-5");
  await close();
});

test("a schedule with a zone of its own says which one the other dates are in, and gives it to the whole flow", async () => {
  const flow = { ...daily, trigger: { ...daily.trigger, input: { cron: "0 9 * * *", zone: "Europe/London" } } };
  const { draft, page, close } = await openEditor(flow, { operations: ["schedule"] });
  await act(async () => draft.select(["trigger"]));
  expect(page.textContent).toContain("Dates in conditions and waits are in UTC.");
  await act(async () =>
    [...page.querySelectorAll("button")].find(({ textContent }) => textContent?.startsWith("Use Europe/London"))!.click(),
  );
  expect(draft.view().definition).toMatchObject({ settings: { zone: "Europe/London" }, trigger: { input: { cron: "0 9 * * *" } } });
  expect(page.textContent).not.toContain("Dates in conditions and waits");
  await close();
});
