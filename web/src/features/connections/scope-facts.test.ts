import { expect, test } from "vitest";
import { scopeFacts } from "./scope-facts.ts";

const needs = {
  scopes: [
    { scope: "contacts.readonly", needed: true, flows: [], granted: true },
    { scope: "contacts.write", needed: true, flows: ["Leads"], granted: false },
    { scope: "calendars.readonly", needed: false, flows: [], granted: true },
    { scope: "users.readonly", needed: false, flows: [], granted: false },
  ],
};

const usedBy = { flows: [{ id: "flow_1", name: "Leads", status: "on" as const, draft: false, published: true }], inboxes: [] };

test("the scopes of a login are those that are missing, needed and superfluous; what nobody needs or has is none of them", () => {
  expect(scopeFacts({ scopes: ["contacts.readonly", "calendars.readonly"], usedBy }, needs)).toEqual({
    isKnown: true,
    missing: [{ scope: "contacts.write", flows: ["Leads"] }],
    needed: [{ scope: "contacts.readonly", flows: [] }],
    superfluous: ["calendars.readonly"],
    idle: [],
  });
});

test("nothing is superfluous while no flow uses the login", () => {
  const fresh = { scopes: ["contacts.readonly", "calendars.readonly"], usedBy: { flows: [], inboxes: [] } };
  expect(scopeFacts(fresh, needs)).toMatchObject({ superfluous: [], idle: ["calendars.readonly"] });
});

test("nothing counts as missing where the app does not say what a login has", () => {
  const granted = needs.scopes.map((each) => ({ ...each, granted: false }));
  expect(scopeFacts({ usedBy }, { scopes: granted })).toMatchObject({
    isKnown: false,
    missing: [],
    needed: [{ scope: "contacts.readonly" }, { scope: "contacts.write" }],
    superfluous: [],
  });
});
