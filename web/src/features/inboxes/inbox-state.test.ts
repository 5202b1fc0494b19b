import { expect, test } from "vitest";
import type { InboxView } from "#api/schemas.ts";
import { inboxState, recoveredAt, scopesOf } from "./inbox-state.ts";

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

test("what was recovered is counted for the flows that wait for the events of this inbox", () => {
  const of = (...ids: string[]) => ids.map((id) => ({ flow: { id, name: "Any", version: 1 } }));
  expect(recoveredAt(inbox, of("flow_1", "flow_1", "flow_9"))).toEqual({ runs: 2, flow: "flow_1" });
  const both = { events: [event(), event({ flows: [{ id: "flow_2", name: "Other" }] })] };
  expect(recoveredAt(both, of("flow_1", "flow_2"))).toEqual({ runs: 2, flow: null });
  expect(recoveredAt(inbox, of("flow_9"))).toEqual({ runs: 0, flow: null });
});
