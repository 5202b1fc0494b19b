// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, describe, expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { rest, turnsUntil } from "#test/support/turns.ts";
import { stepAt } from "./document/place.ts";
import { openEditor, stubPage } from "./opened-editor.test-support.tsx";

/** Where the focus is after what is done by keys. What enters a text with chips is shown in a browser (test/e2e/keyboard.it.test.ts). */

stubPage();

const definition = {
  name: "Keys",
  trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "acme", input: { tag: "gold" } },
  steps: [
    { id: "check", filter: "" },
    { id: "post", app: "http", operation: "post", input: { url: "https://shop.example.com" } },
    { id: "contact", app: "highlevel", operation: "contacts.create", connection: "acme", input: { email: "{{ trigger.email }}" } },
    { id: "side", if: "trigger.email", then: [], else: [] },
  ],
} as unknown as FlowDefinition;

const operations = ["contacts.tag_added", "post", "contacts.create"];

let editor: Awaited<ReturnType<typeof openEditor>>;
afterEach(() => editor.close());

const focused = () => document.activeElement as HTMLElement;
const settle = () => act(() => rest());
/** The focus comes to something of this name or kind. */
const expectFocusOn = (what: string, is: (element: HTMLElement) => boolean) =>
  act(() => turnsUntil(`the focus is on ${what}`, () => is(focused())));
const expectFocusOnName = (name: string | RegExp) =>
  expectFocusOn(String(name), (element) => new RegExp(name).test(element.getAttribute("aria-label") ?? ""));
async function press(key: string, more: KeyboardEventInit = {}) {
  await act(async () => {
    const target = focused();
    const went = target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    // What a browser does by itself.
    if (went && key === "Enter" && target.tagName === "BUTTON") target.click();
  });
  await settle();
}
const named = (name: string | RegExp, within: ParentNode = document) =>
  [...within.querySelectorAll<HTMLElement>("button, [role=button]")].find((button) => {
    const own = button.getAttribute("aria-label") ?? button.textContent ?? "";
    return typeof name === "string" ? own.trim() === name : name.test(own);
  })!;
const card = (at: string) => document.querySelector<HTMLElement>(`[data-card="${at}"]`)!;
async function enter(element: HTMLElement) {
  await act(async () => element.focus());
  await press("Enter");
}

describe("the focus in the editor", () => {
  test("goes from a condition's field to its comparison, and from 'Use data' to what was chosen", async () => {
    editor = await openEditor(definition, { operations });
    await act(async () => editor.draft.select(["steps", 0]));
    await settle();
    await enter(named("Field"));
    await expectFocusOnName("Find a field by name or value");
    await press("Enter");
    await expectFocusOnName("Comparison");
    await act(async () =>
      editor.draft.edit((now) => ({ ...now, steps: [{ id: "check", filter: "trigger.email == 'a'" }, ...now.steps.slice(1)] })),
    );
    await enter(named("Use data"));
    await press("Enter");
    await expectFocusOnName(/^Value: /);
  });

  test("goes into the row that 'Add a value' and 'Add a custom field' add", async () => {
    editor = await openEditor(definition, { operations });
    await act(async () => editor.draft.select(["steps", 1]));
    await settle();
    await enter(named("Add a value"));
    await expectFocusOnName(/, name 1$/);
    await enter(named("Add a value"));
    await expectFocusOnName(/, name 2$/);
    await act(async () => editor.draft.select(["steps", 2]));
    await settle();
    await enter(named("Add a custom field"));
    await expectFocusOnName("Custom field");
  });

  test("enters a step at the first field that it still needs, not at one that is filled in", async () => {
    const tags = {
      id: "tags",
      app: "highlevel",
      operation: "contacts.add_tags",
      connection: "acme",
      input: { contactId: "{{ trigger.id }}" },
    };
    editor = await openEditor({ ...definition, steps: [tags] } as unknown as FlowDefinition, {
      operations: [...operations, "contacts.add_tags"],
    });
    await enter(card("steps.0"));
    await expectFocusOn("the tags", (element) => element.closest("[data-needed]")?.textContent?.startsWith("Tags") === true);
  });

  test("begins in a new flow at the first step, and in an empty one at the plus", async () => {
    editor = await openEditor(definition, { begun: true, operations });
    await settle();
    await expectFocusOn("the card", (element) => element === card("steps.0"));
    await editor.close();
    editor = await openEditor({ ...definition, steps: [] }, { begun: true, operations });
    await settle();
    await expectFocusOnName("Add a step as the first");
  });

  test("is on the plus of an empty branch when a copied step is put in, by Ctrl V or as the first of what it offers", async () => {
    editor = await openEditor(definition, { operations });
    await act(async () => card("steps.1").focus());
    await press("c", { ctrlKey: true });
    const plus = () => document.querySelector<HTMLElement>('[data-gap="steps.3.else.0"]')!;
    await act(async () => plus().focus());
    await press("v", { ctrlKey: true });
    expect(stepAt(editor.draft.view().definition, ["steps", 3, "else", 0])).toMatchObject({ app: "http", operation: "post" });
    await expectFocusOn("the card", (element) => element === card("steps.3.else.0"));
    await enter(document.querySelector<HTMLElement>('[data-gap="steps.3.then.0"]')!);
    expect(document.querySelector("[role=option]")?.textContent).toMatch(/Paste 'Send data to shop/);
    await press("Enter");
    expect(stepAt(editor.draft.view().definition, ["steps", 3, "then", 0])).toMatchObject({ app: "http", operation: "post" });
  });
});
