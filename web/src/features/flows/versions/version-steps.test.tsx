// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { appList, catalogJson } from "#test/support/built-in.ts";
import { stubPage } from "../../flow-editor/opened-editor.test-support.tsx";
import { VersionSteps } from "./version-steps.tsx";

stubPage();

test("a version is shown in the words of the cards, without a template, an id of an operation or an expression", async () => {
  const inside = [
    {
      id: "task",
      app: "highlevel",
      operation: "contacts.create_task",
      input: { contactId: "{{ contact.contact.id }}", title: "Call {{ trigger.firstname }}" },
    },
  ];
  const definition = {
    name: "F",
    trigger: { app: "sightmill", operation: "response.received" },
    steps: [
      { id: "low", filter: "trigger.score <= 6" },
      {
        id: "contact",
        app: "highlevel",
        operation: "contacts.guarded_upsert",
        input: { email: "{{ trigger.email | downcase }}", tags: ["nps", "{{ trigger.segment }}"] },
      },
      { id: "each", forEach: "trigger.tags", do: inside },
      { id: "a", if: "trigger.score >= 9", then: [], else: [{ id: "b", if: "trigger.score >= 7", then: [{ id: "w", wait: "1m" }] }] },
      { id: "end", stop: "filtered", reason: "Not wanted" },
    ],
  } as unknown as FlowDefinition;
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  cache.setQueryData(["catalog"], catalogJson());
  cache.setQueryData(["apps"], appList);
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  await act(async () =>
    root.render(
      <QueryClientProvider client={cache}>
        <VersionSteps definition={definition} />
      </QueryClientProvider>,
    ),
  );
  const lines = [...page.querySelectorAll("p, dt, dd")].map(({ textContent }) => textContent);
  expect(lines).toEqual(
    expect.arrayContaining([
      "Survey answer received",
      "Continue only if the score is at most 6",
      "Create or update contact (adds to what is there) by e-mail in HighLevel",
      "the e-mail in lower case",
      "nps, the segment",
      "For each one",
      "3.1",
      "Call [the first name]",
      "“Not wanted”",
    ]),
  );
  expect(lines.slice(lines.indexOf("Otherwise if"), lines.indexOf("5"))).toEqual([
    "Otherwise if",
    "4.1",
    "If the score is at least 7",
    "4.1.1",
    "Wait 1 minute",
  ]);
  expect(page.textContent).not.toMatch(/\{\{|trigger\.|guarded_upsert|<=/);
  await act(async () => root.unmount());
  page.remove();
});
