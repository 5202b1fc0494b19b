// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test, vi } from "vitest";
import type { FlowDefinition, SetupView } from "#api/schemas.ts";
import { appList, catalogJson } from "#test/support/built-in.ts";
import { stubPage } from "../../flow-editor/opened-editor.test-support.tsx";
import { ChooseStep } from "./choose-step.tsx";
import type { Draft } from "./use-set-up-draft.ts";

stubPage();

const flow = {
  name: "F",
  trigger: { app: "sightmill", operation: "response.received" },
  steps: [
    {
      id: "task",
      app: "highlevel",
      operation: "contacts.create_task",
      input: { contactId: "1", title: "Call {{ trigger.firstname }} soon", body: "Be kind" },
    },
  ],
} as unknown as FlowDefinition;
const question = (name: string, label: string) => ({ name, label, kind: "text", at: [["task", "input", name]] });
const setup = {
  step: 2,
  title: "T",
  about: "",
  connections: [],
  choices: [question("title", "Title of the task"), question("body", "What it says")],
  starts: "",
  does: [],
} as unknown as SetupView;

test("a question whose answer has data in it shows the data as chips, and another its own control", async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  cache.setQueryData(["catalog"], catalogJson());
  cache.setQueryData(["apps"], appList);
  const draft = { flow, opened: flow, undo: null, state: "saved", problem: null, change: () => {} } as unknown as Draft;
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  const router = createRouter({
    routeTree: createRootRoute({
      component: () => <ChooseStep flowId="flow_1" setup={setup} draft={draft} busy={false} onBack={() => {}} onNext={() => {}} />,
    }),
    history: createMemoryHistory(),
  });
  await act(async () => {
    await router.load();
    root.render(
      <QueryClientProvider client={cache}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>,
    );
  });
  await act(() => vi.dynamicImportSettled());
  expect([...page.querySelectorAll(".chip")].map(({ textContent }) => textContent)).toEqual([expect.stringContaining("First name")]);
  const inputs = [...page.querySelectorAll("input")].map(({ value }) => value);
  expect(inputs).toContain("Be kind");
  expect(inputs.join()).not.toContain("{{");
  expect(page.textContent).not.toContain("{{");
  await act(async () => root.unmount());
  page.remove();
});
