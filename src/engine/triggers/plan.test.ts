import { expect, test } from "vitest";
import type { Operation } from "#catalog/types.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import { pollEveryMs, pollPlan } from "./plan.ts";

const search: Operation = {
  id: "contacts.search",
  app: "highlevel",
  title: "Search contacts",
  category: "Contacts",
  kind: "trigger",
  effect: "read",
  method: "POST",
  path: "/contacts/search",
  scopes: [],
  access: ["location"],
  input: [],
  result: "contacts",
  list: true,
  identity: "id",
  changed: "dateUpdated",
  newest: { input: { sort: [{ field: "dateUpdated", direction: "desc" }] }, by: "dateUpdated" },
};
const definition = (more: Partial<TriggerDefinition> = {}): TriggerDefinition => ({
  app: "highlevel",
  operation: "contacts.search",
  connection: "acme",
  ...more,
});

test("a list is watched for new records unless the flow says otherwise; a single record for changes", () => {
  expect(pollPlan(definition(), search).mode).toBe("new");
  expect(pollPlan(definition(), { ...search, list: false }).mode).toBe("changed");
  expect(pollPlan(definition({ emit: "all" }), search).mode).toBe("all");
});

test("a list is asked for newest first where that spares reading and hides nothing", () => {
  expect(pollPlan(definition({ emit: "changed", input: { query: "ada" } }), search)).toMatchObject({
    newestFirst: true,
    time: "dateUpdated",
    timeTrusted: true,
    input: { query: "ada", sort: [{ field: "dateUpdated", direction: "desc" }] },
  });
  expect(pollPlan(definition({ emit: "all" }), search).newestFirst).toBe(false); // deletions lie anywhere
  expect(pollPlan(definition({ emit: "all", whole: "1h" }), search)).toMatchObject({ newestFirst: true, wholeEveryMs: 3_600_000 });
  const moved = { ...search, newest: { input: {}, by: "dateUpdated", made: true as const } };
  expect(pollPlan(definition({ emit: "all", whole: "1h" }), moved).newestFirst).toBe(false); // no change would be seen between
  const byCreation = { ...search, newest: { input: { order: "desc" }, by: "dateAdded" } };
  expect(pollPlan(definition({ emit: "changed" }), byCreation)).toMatchObject({ newestFirst: false, time: "dateUpdated" }); // changes lie anywhere
  expect(pollPlan(definition({ emit: "new" }), byCreation)).toMatchObject({ newestFirst: true, time: "dateAdded", timeTrusted: false });
});

test("an order the user asked for is kept, and the list then read to its end", () => {
  const plan = pollPlan(definition({ input: { sort: [{ field: "email", direction: "asc" }] } }), search);
  expect(plan).toMatchObject({ newestFirst: false, input: { sort: [{ field: "email", direction: "asc" }] } });
});

test("the fingerprint changes with what is read and not with what is reported of it", () => {
  const of = (more: Partial<TriggerDefinition>, connectionId?: string) => pollPlan(definition(more), search, connectionId).fingerprint;
  expect(of({ emit: "changed", every: "5m" })).toBe(of({ emit: "new", every: "1m" }));
  expect(of({ input: { query: "ada", pageLimit: 5 } })).toBe(of({ input: { pageLimit: 5, query: "ada" } }));
  for (const other of [of({ input: { query: "bob" } }), of({ connection: "other" }), of({}, "con_2"), of({ operation: "contacts.list" })])
    expect(other).not.toBe(of({}));
});

test("a poll waits a minute at least", () => {
  expect(pollEveryMs(undefined)).toBe(300_000);
  expect(pollEveryMs("1m")).toBe(60_000);
  expect(() => pollEveryMs("30s")).toThrow(/shorter than a minute/);
  expect(() => pollEveryMs("often")).toThrow(/not a duration/);
});
