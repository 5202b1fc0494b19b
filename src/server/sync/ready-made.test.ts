/** The syncs that are worked out already hold together. */
import { expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import type { AppRegistry } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import { checkSync } from "#sync/check.ts";
import { syncDefinition } from "#sync/format.ts";
import type { Sync } from "#sync/types.ts";
import { offeredSyncs, suggestedSync } from "./ready-made.ts";
import { readySyncs } from "#templates/ready-syncs.ts";

const schema = (fields: string[]) => ({
  type: "object" as const,
  properties: Object.fromEntries(fields.map((name) => [name, { type: "string" as const }])),
});
const list = (id: string, fields: string[]): App["operations"][number] => ({
  id: `${id}s.list`,
  app: "crm",
  title: "",
  category: "",
  kind: "trigger",
  effect: "read",
  method: "GET",
  path: `/${id}s`,
  scopes: [],
  access: [],
  input: [],
  result: "",
  list: true,
  identity: "id",
  output: { type: "array", items: schema(["id", ...fields]) },
});
const create = (id: string, fields: string[]): App["operations"][number] => ({
  ...list(id, fields),
  id: `${id}s.create`,
  kind: "action",
  effect: "create",
  method: "POST",
  list: false,
  input: fields.map((name) => ({ name, in: "body", schema: { type: "string" } })),
});
const own: Record<string, string[]> = {
  customer: ["firstName", "lastName", "email", "phone"],
  tag: ["name"],
  note: ["body", "customerId"],
  task: ["title", "dueDate", "customerId"],
};
const crm: App = {
  id: "crm",
  title: "CRM",
  baseUrl: "https://crm.example",
  auth: [],
  operations: Object.entries(own).flatMap(([id, fields]) => [list(id, fields), create(id, fields)]),
  triggers: [],
  refusals: [],
};
const registry = builtIn as AppRegistry;
registry.put("shop", crm);
const catalog = registry.of("shop");
const isBuiltIn = (app: string) => registry.isBuiltIn(app);
const offered = offeredSyncs(catalog, isBuiltIn);

test("a workspace is offered those for which it has the apps", () => {
  expect(offeredSyncs(builtIn.of("bare"), isBuiltIn).map(({ id }) => id)).toEqual([
    "contacts-profiles",
    "tags-flocksy",
    "tag-mapping",
    "user-enrichment",
  ]);
  expect(offered.map(({ id }) => id).toSorted()).toEqual(readySyncs.map(({ id }) => id).toSorted());
  expect(offered.find(({ id }) => id === "contacts-own")?.b).toEqual({ app: "crm", type: "customer" });
});

const people = {
  id: "syn_people",
  definition: { a: { app: "highlevel", type: "contact", connection: "one" }, b: { app: "crm", type: "customer", connection: "two" } },
} as Sync;

test.each(offered)("$id can be started once its connections are chosen", ({ title, a, b }) => {
  const sides = { a: { ...a, connection: "one" }, b: { ...b, connection: "two" } };
  const types = { a: catalog.recordType(a.app, a.type)!, b: catalog.recordType(b.app, b.type)! };
  const definition = suggestedSync(sides, { types, others: [people], isBuiltIn });
  expect(syncDefinition.parse(definition)).toEqual(definition);
  expect(definition.name).toBe(title);
  expect(definition.fields.length).toBeGreaterThan(0);
  const problems = checkSync({ definition, types, others: [people], settings: { zone: "UTC", now: () => 0 } });
  expect(problems.filter(({ level }) => level === "error")).toEqual([]);
});

test("notes and tasks are given the sync that knows whose they are", () => {
  const sides = { a: { app: "highlevel", type: "note", connection: "one" }, b: { app: "crm", type: "note", connection: "two" } };
  const types = { a: catalog.recordType("highlevel", "note")!, b: catalog.recordType("crm", "note")! };
  expect(suggestedSync(sides, { types, others: [people], isBuiltIn }).parents).toEqual([
    { a: "contactId", b: "customerId", sync: "syn_people" },
  ]);
  const elsewhere = { ...people, definition: { ...people.definition, a: { ...people.definition.a, connection: "other" } } };
  expect(suggestedSync(sides, { types, others: [elsewhere], isBuiltIn }).parents).toBeUndefined();
});
