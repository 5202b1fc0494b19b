// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { EditorView } from "@codemirror/view";
import fc from "fast-check";
import { act, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, test, vi } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { anyFlow } from "#test/support/any-flow.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";
import { trials } from "#test/support/trials.ts";
import example from "../../../../examples/survey-answers-to-contacts.json" with { type: "json" };
import { allSteps, type Place, settingsPlace, stepAt, triggerPlace } from "./document/place.ts";
import { FlowDraftProvider, useDraft } from "./draft/context.tsx";
import type { FlowDraft } from "./draft/flow-draft.ts";
import { JsonTab } from "./json/json-tab.tsx";
import { detail, openEditor, saves, stubPage } from "./opened-editor.test-support.tsx";

/** Flows are opened in the real editor, on a page that is not shown: the panel of whatever is in them is drawn. */

stubPage();

const placesOf = (definition: FlowDefinition): Place[] => [triggerPlace, settingsPlace, ...allSteps(definition).map(({ place }) => place)];

/** What the panel of a place shows of a flow: a step without those within it. */
function shownAt(definition: FlowDefinition, place: Place): string {
  const { name, description, trigger, settings } = definition;
  if (place === triggerPlace) return JSON.stringify({ trigger });
  if (place === settingsPlace) return JSON.stringify({ name, description, settings });
  const own = Object.entries(stepAt(definition, place)!).filter(([member]) => !["then", "else", "do"].includes(member));
  return JSON.stringify(own);
}

/** What was drawn already, in any of the flows: the examples share their triggers and settings, and drawing one again tells nothing. */
const drawn = new Set<string>();
const notYetDrawn = (definition: FlowDefinition) => (place: Place) => {
  const shown = shownAt(definition, place);
  return !drawn.has(shown) && drawn.add(shown);
};

/** Selects each thing that is new in turn, opens each of its tabs, and sees that nothing was changed by being shown. */
async function expectUntouched(definition: FlowDefinition): Promise<void> {
  const written = JSON.stringify(definition);
  const { draft, page, close } = await openEditor(definition);
  for (const place of placesOf(definition).filter(notYetDrawn(definition))) {
    await act(async () => draft.select(place));
    for (const tab of document.querySelectorAll<HTMLElement>("[role=tab]"))
      await act(async () => tab.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 })));
  }
  expect(page.querySelectorAll("[data-card]").length).toBeGreaterThanOrEqual(1 + allSteps(definition).length);
  expect(draft.view().definition).toBe(definition);
  expect(JSON.stringify(draft.view().definition)).toBe(written);
  expect(draft.view().canUndo).toBe(false);
  await close();
  expect(saves).toEqual([]);
}

describe("a flow in which something is of another type", () => {
  const odd: readonly unknown[] = [null, 5, "x", [null, 5], { a: 1 }];
  const inside = (...lists: unknown[]) => Object.fromEntries(["then", "else"].map((member, i) => [member, lists[i]]));
  const good = {
    a: { id: "a", app: "highlevel", operation: "contacts.create", connection: "acme", input: { tags: ["x"] } },
    b: { id: "b", if: "trigger.a == 1", ...inside([], []) },
    c: { id: "c", forEach: "trigger.list", do: [] },
    d: { id: "d", wait: "5m" },
    e: { id: "e", format: { x: "{{ trigger.a }}" } },
    f: { id: "f", stop: "failed", reason: "R" },
    g: { id: "g", filter: "trigger.a == 1" },
  };
  const several = [
    { id: 5, filter: 7 },
    { id: { a: 1 }, wait: [] },
    { id: "a", app: 5, operation: {}, input: "x" },
    { id: "b", if: 1, ...inside({}, "q") },
    { id: "c", forEach: null, do: 3 },
    { id: "t", title: { a: 1 }, filter: "x" },
  ];
  const whole = { name: "F", trigger: { app: "http", operation: "webhook", input: {} }, settings: { zone: "UTC" } };
  const kinds: [string, (value: unknown) => unknown][] = [
    ...Object.values(good).flatMap((step) =>
      Object.keys(step).map((member): [string, (value: unknown) => unknown] => [
        `${step.id}.${member}`,
        (value) => ({ ...whole, steps: [{ ...step, [member]: value }] }),
      ]),
    ),
    ...["app", "operation", "connection", "input"].map((member): [string, (value: unknown) => unknown] => [
      `trigger.${member}`,
      (value) => ({ ...whole, trigger: { ...whole.trigger, [member]: value }, steps: [] }),
    ]),
    ...["name", "trigger", "settings", "steps", "description"].map((member): [string, (value: unknown) => unknown] => [
      member,
      (value) => ({ ...whole, steps: [], [member]: value }),
    ]),
    ["a step", (value) => ({ ...whole, steps: [value] })],
    ...several.map((step, i): [string, (value: unknown) => unknown] => [`several, ${i}`, () => ({ ...whole, steps: [step] })]),
  ];

  test("leaves the page and its JSON there, and is shown again once that is undone", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {}); // React tells what was caught
    const { draft, page, close } = await openEditor({ ...whole, steps: [] } as unknown as FlowDefinition);
    let said = 0;
    for (const [i, [what, write]] of kinds.entries()) {
      const value = odd[i % odd.length];
      await act(async () => draft.edit(() => write(value) as FlowDefinition, { select: null }));
      expect(page.querySelector("[role=textbox]"), `${what} = ${JSON.stringify(value)}`).not.toBeNull();
      if (page.textContent.includes("These steps cannot be shown")) said++;
      else expect(page.querySelector("[data-card]"), `${what} = ${JSON.stringify(value)}`).not.toBeNull();
    }
    await act(async () => draft.edit(() => ({ ...whole, steps: [good.g] }) as unknown as FlowDefinition));
    expect(page.querySelectorAll("[data-card]").length).toBe(2);
    expect(said).toBeGreaterThan(0);
    await close();
    vi.restoreAllMocks();
  });
});

describe("JSON that cannot be read yet", () => {
  /** The tab of JSON, opened, closed and opened again on one draft. */
  async function openTab() {
    const held: { draft?: FlowDraft; show?: (shown: boolean) => void } = {};
    const flow = detail({ name: "Mine", trigger: { app: "http", operation: "webhook" }, steps: [] });
    const Tabs = () => {
      const draft = useDraft();
      const [shown, show] = useState(true);
      useEffect(() => void Object.assign(held, { draft, show }), [draft]);
      return shown ? <JsonTab flow={flow} /> : null;
    };
    const page = document.body.appendChild(document.createElement("div"));
    const root = createRoot(page);
    await act(async () =>
      root.render(
        <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
          <FlowDraftProvider flow={flow}>
            <Tabs />
          </FlowDraftProvider>
        </QueryClientProvider>,
      ),
    );
    const box = () => EditorView.findFromDOM(page.querySelector<HTMLElement>(".cm-editor")!)!;
    return {
      draft: held.draft!,
      page,
      text: () => box().state.doc.toString(),
      type: (text: string) => act(async () => box().dispatch({ changes: { from: 0, to: box().state.doc.length, insert: text } })),
      show: (shown: boolean) => act(async () => held.show!(shown)),
      close: () => act(async () => root.unmount()),
    };
  }
  const half = '{"name": "Half typed", ';

  test("stays while somebody looks at the steps, and while somebody else saves", async () => {
    const { draft, page, text, type, show, close } = await openTab();
    await type(half);
    await show(false);
    await show(true);
    expect(text()).toBe(half);
    await act(async () => draft.adopt({ definition: { ...draft.view().definition, name: "Theirs" }, revision: 2 }));
    expect([text(), draft.view().definition.name, page.textContent.includes("changed elsewhere")]).toEqual([half, "Theirs", true]);
    const button = [...page.querySelectorAll("button")].find((each) => each.textContent.includes("Show the flow as it is"))!;
    await act(async () => button.click());
    expect([JSON.parse(text()).name, page.textContent.includes("changed elsewhere")]).toEqual(["Theirs", false]);
    await close();
  });
});

describe("a flow that is opened", () => {
  test.each(
    [example as unknown as FlowDefinition, ...(exampleFlows() as FlowDefinition[])].map(
      (flow) => [JSON.stringify(flow).slice(0, 120), flow] as const,
    ),
  )("is shown whole and left as it is: %s", async (_, flow) => {
    await expectUntouched(flow);
  });

  test("of any kind of step and setting is shown whole and left as it is", async () => {
    await fc.assert(
      fc.asyncProperty(anyFlow, (flow) => expectUntouched(flow)),
      { numRuns: trials(4) },
    );
  });
});
