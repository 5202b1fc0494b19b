import { expect, test } from "vitest";
import type { InboxView } from "#api/schemas.ts";
import { inboxState, scopesOf } from "./inbox-state.ts";

const event = (more: Partial<InboxView["events"][number]> = {}): InboxView["events"][number] => ({
  type: "ContactCreate",
  title: "Contact Created",
  scopes: ["contacts.readonly"],
  flows: [{ id: "flow_1", name: "Welcome" }],
  count: 3,
  lastAt: 100,
  url: "https://m.example.com/hooks/t/ContactCreate",
  needsUrl: false,
  ...more,
});
const inbox = { events: [event()], unrecognized: { count: 0, lastAt: null }, refusals: [], refusedSenders: [] };
const refusal = { code: "HOOK_REFUSED", says: "The event was refused: it is not signed.", count: 1, lastAt: 200 };

test("an inbox where nothing came points to the steps", () => {
  expect(inboxState({ ...inbox, events: [event({ count: 0, lastAt: null })] })).toMatchObject({ tone: "new", at: null });
});

test("an inbox whose events start flows is fine, and one whose events start none is not", () => {
  expect(inboxState(inbox)).toEqual({ tone: "good", says: "Events arrive, and 1 flow starts from them. The last came", at: 100 });
  expect(inboxState({ ...inbox, events: [event({ flows: [] })] })).toMatchObject({ tone: "warning", at: 100 });
});

test("a refusal counts until an event is accepted after it", () => {
  expect(inboxState({ ...inbox, refusals: [refusal] })).toMatchObject({ tone: "warning", at: 200 });
  expect(inboxState({ ...inbox, refusals: [refusal], events: [event({ lastAt: 300 })] })).toMatchObject({ tone: "good", at: 300 });
});

test("the permissions are those of the events that flows wait for", () => {
  const unused = event({ type: "InvoicePaid", scopes: ["invoices.readonly"], flows: [] });
  expect(scopesOf({ events: [event(), event({ type: "ContactUpdate" }), unused] })).toEqual(["contacts.readonly"]);
});
