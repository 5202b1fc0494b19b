import { describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { compileCheck } from "#catalog/check.ts";
import { compileOperation } from "#catalog/compile.ts";
import { sourceOf } from "#catalog/confirm.ts";
import { buildRequest } from "#catalog/request.ts";
import { validateInput } from "#catalog/validate.ts";
import type { ConnectionFacts, JsonSchema, Operation } from "#catalog/types.ts";
import { highlevel } from "./highlevel/app.ts";
import { factsIndex } from "./highlevel/facts.ts";
import { reconcileReads } from "./highlevel/judgement/reconcile-reads.ts";
import { judgedOperations } from "./highlevel/operations.ts";
import { apps, catalogJson, findOperation, findRecipe, findTrigger } from "#test/support/built-in.ts";

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };

/** What others can see: ids, titles and routes. Red means: on purpose? */
const contactRows: [id: string, kind: string, title: string, effect: string, route: string][] = [
  ["contacts.get", "trigger", "Get Contact", "read", "GET /contacts/{contactId}"],
  ["contacts.search", "trigger", "Search Contacts", "read", "POST /contacts/search"],
  ["contacts.list_by_business", "trigger", "Get Contacts by Business", "read", "GET /contacts/business/{businessId}"],
  ["contacts.find_duplicate", "trigger", "Get Duplicate Contact", "read", "GET /contacts/search/duplicate"],
  ["contacts.list_appointments", "trigger", "Get Contact Appointments", "read", "GET /contacts/{contactId}/appointments"],
  ["contacts.list_tasks", "trigger", "Get Contact Tasks", "read", "GET /contacts/{contactId}/tasks"],
  ["contacts.get_task", "trigger", "Get Contact Task by ID", "read", "GET /contacts/{contactId}/tasks/{taskId}"],
  ["contacts.list_notes", "trigger", "Get Contact Notes", "read", "GET /contacts/{contactId}/notes"],
  ["contacts.get_note", "trigger", "Get Contact Note by ID", "read", "GET /contacts/{contactId}/notes/{id}"],
  ["contacts.list", "trigger", "List Contacts (Deprecated)", "read", "GET /contacts/"],
  ["contacts.create", "action", "Create Contact", "create", "POST /contacts/"],
  ["contacts.update", "action", "Update Contact", "update", "PUT /contacts/{contactId}"],
  ["contacts.find", "action", "Find Contact", "read", "GET /contacts/search/duplicate"],
  ["contacts.delete", "action", "Delete Contact", "delete", "DELETE /contacts/{contactId}"],
  ["contacts.upsert", "action", "Upsert Contact", "upsert", "POST /contacts/upsert"],
  ["contacts.add_tags", "action", "Add Tags to Contact", "link", "POST /contacts/{contactId}/tags"],
  ["contacts.remove_tags", "action", "Remove Tags from Contact", "unlink", "DELETE /contacts/{contactId}/tags"],
  ["contacts.bulk_update_tags", "action", "Bulk Update Contact Tags", "update", "POST /contacts/bulk/tags/update/{type}"],
  ["contacts.create_task", "action", "Create Contact Task", "create", "POST /contacts/{contactId}/tasks"],
  ["contacts.update_task", "action", "Update Contact Task", "update", "PUT /contacts/{contactId}/tasks/{taskId}"],
  ["contacts.complete_task", "action", "Complete Contact Task", "update", "PUT /contacts/{contactId}/tasks/{taskId}/completed"],
  ["contacts.delete_task", "action", "Delete Contact Task", "delete", "DELETE /contacts/{contactId}/tasks/{taskId}"],
  ["contacts.create_note", "action", "Create Contact Note", "create", "POST /contacts/{contactId}/notes"],
  ["contacts.update_note", "action", "Update Contact Note", "update", "PUT /contacts/{contactId}/notes/{id}"],
  ["contacts.delete_note", "action", "Delete Contact Note", "delete", "DELETE /contacts/{contactId}/notes/{id}"],
  ["contacts.add_to_campaign", "action", "Add Contact to Campaign", "send", "POST /contacts/{contactId}/campaigns/{campaignId}"],
  ["contacts.remove_from_campaign", "action", "Remove from Campaign", "unlink", "DELETE /contacts/{contactId}/campaigns/{campaignId}"],
  [
    "contacts.remove_from_all_campaigns",
    "action",
    "Remove from All Campaigns",
    "unlink",
    "DELETE /contacts/{contactId}/campaigns/removeAll",
  ],
];

describe("the 28 contact operations", () => {
  test.each(contactRows)("%s is the %s '%s' (%s, %s)", (id, kind, title, effect, route) => {
    const o = findOperation("highlevel", id)!;
    expect([o.kind, o.title, o.effect, `${o.method} ${o.path}`, o.category, o.version]).toEqual([
      kind,
      title,
      effect,
      route,
      "Contacts",
      "2021-07-28",
    ]);
  });

  test.each(contactRows.filter(([id]) => id !== "contacts.find"))("%s becomes a request of its own route, from its example", (id) => {
    const o = findOperation("highlevel", id)!;
    validateInput(o, o.example!.input);
    const request = buildRequest(o, o.example!.input, acme, highlevel);
    const route = new RegExp(`^https://services.leadconnectorhq.com${o.path.replace(/\{\w+\}/g, "[^/]+")}(\\?|$)`);
    expect(request.url).toMatch(route);
    expect(request.headers["Version"]).toBe("2021-07-28");
  });

  test.each(contactRows)("%s refuses a field it does not know", (id) => {
    const o = findOperation("highlevel", id)!;
    expect(() => validateInput(o, { ...o.example!.input, nonsense: 1 })).toThrow("nonsense: is not a field of");
  });

  test("a sub-account is filled in where one is needed, and never in the body of an update", () => {
    const sent = (id: string) => {
      const o = findOperation("highlevel", id)!;
      const { url, body } = buildRequest(o, o.example!.input, acme, highlevel);
      return `${url} ${String(body)}`;
    };
    for (const id of [
      "contacts.search",
      "contacts.list",
      "contacts.list_by_business",
      "contacts.find_duplicate",
      "contacts.create",
      "contacts.upsert",
      "contacts.bulk_update_tags",
    ]) {
      expect(`${id} ${sent(id)}`).toMatch(/locationId(=|":")loc_1/);
    }
    expect(sent("contacts.update")).not.toContain("locationId");
  });
});

/** An example shows the fields that matter, not every one that is required. */
function partly(schema: JsonSchema): JsonSchema {
  const { required: _, ...out } = schema;
  if (out.properties) out.properties = Object.fromEntries(Object.entries(out.properties).map(([name, s]) => [name, partly(s)]));
  if (out.items) out.items = partly(out.items);
  for (const key of ["anyOf", "oneOf"] as const) if (out[key]) out[key] = out[key].map(partly);
  return out;
}

describe("every operation of every app", () => {
  const all = [...apps.values()].flatMap((app) => app.operations.map((o): [string, Operation] => [`${app.id} ${o.id}`, o]));
  const operationOf = (o: Operation, id: string) => findOperation(o.app, id)!;
  const fields = (o: Operation) => new Set(o.input.map((f) => f.name));

  test("has an id of its own", () => {
    expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
  });

  test.each(all)("%s compiles, and its names are each its own", (_, o) => {
    compileOperation(o);
    expect(fields(o).size).toBe(o.input.length);
  });

  test.each(all)("%s looks up, confirms and compares by reads that are there, with inputs they take", (_, o) => {
    for (const lookup of o.input.flatMap((f) => f.lookup ?? [])) expect(operationOf(o, lookup.operation).effect).toBe("read");
    for (const read of [o.confirm, o.before]) {
      if (!read) continue;
      const target = operationOf(o, read.operation);
      expect(target.effect).toBe("read");
      for (const name of Object.keys(read.input)) expect(fields(target)).toContain(name);
      for (const source of [...Object.values(read.input), ...Object.values(read.match ?? {})].filter((s) => s.startsWith("input."))) {
        expect(fields(o)).toContain(sourceOf(source).path);
      }
    }
    for (const name of [...(o.before?.ignore ?? []), ...Object.keys(o.before?.sets ?? {}), ...(o.confirm?.needs ?? [])])
      expect(fields(o)).toContain(name);
  });

  test.each(all.filter(([, o]) => o.paging))("%s pages by fields it has", (_, o) => {
    const { style, ...names } = o.paging as unknown as Record<string, string>;
    const wanted = [names["size"], names["offset"], names["page"], names["field"]].filter((n) => n !== undefined);
    expect(style).not.toBe("none");
    for (const name of wanted) expect(fields(o)).toContain(name);
  });

  test.each(all.filter(([, o]) => o.list))("%s has a list where it says, and rows with an identity", (_, o) => {
    expect(o.output?.type).toBe("array");
    const row = (o.example!.output as JsonObject[])[0]!;
    expect(["string", "number"]).toContain(typeof row[o.identity!]);
    expect(Object.keys(o.output!.items!.properties!)).toContain(o.identity);
  });

  test.each(all.filter(([, o]) => o.output && !o.recipe))("%s shows an answer that fits what is described", (_, o) => {
    expect(compileCheck(partly(o.output!))(o.example!.output)).toBeNull();
  });

  test.each(all.filter(([, o]) => o.rules))("%s has rules for fields it has", (_, o) => {
    for (const rule of o.rules!)
      for (const name of rule.kind === "window" ? [rule.from, rule.to] : rule.fields) expect(fields(o)).toContain(name);
  });

  test.each(all)("%s shows an example that it takes", (_, o) => {
    expect(o.example).toBeDefined();
    const exampleInputs = new Set(Object.keys(o.example!.input));
    for (const { name } of o.input.filter((f) => f.required && !f.fill)) expect(exampleInputs).toContain(name);
    expect(() => validateInput(o, o.example!.input)).not.toThrow();
  });

  test.each(all.filter(([, o]) => o.newest))("%s takes the order that brings the newest first", (_, o) => {
    expect(() => validateInput(o, { ...o.example!.input, ...o.newest!.input })).not.toThrow();
  });

  test("a recipe has code, and nothing else has", () => {
    for (const [, o] of all) expect(findRecipe(o.app, o.id) !== undefined).toBe(o.recipe ?? false);
  });
});

describe("endpoints nobody has judged", () => {
  test("can all be called by their facts key; a GET reads, anything else is not repeated", () => {
    for (const { key, method, path } of factsIndex()) {
      const o = findOperation("highlevel", key)!;
      const reads = method === "GET" || reconcileReads.some((read) => read.id === key);
      expect([o.path, o.effect]).toEqual([path, reads ? "read" : "other"]);
      compileOperation(o);
      expect(new Set(o.input.map((f) => f.name)).size).toBe(o.input.length);
    }
  });

  test("never have the sub-account filled into the path of a write", () => {
    const o = findOperation("highlevel", "locations/delete-location")!;
    expect(o.input.find((f) => f.name === "locationId")).toMatchObject({ in: "path", required: true });
    expect(() => validateInput(o, {})).toThrow("locationId: is needed");
  });

  test("the login's own endpoint wants no version, all others send one", () => {
    expect(findOperation("highlevel", "oauth/get-access-token")!.version).toBeUndefined();
    expect(factsIndex().filter(({ key }) => !findOperation("highlevel", key)!.version)).toHaveLength(1);
  });

  test("a key that is not there is not found", () => {
    expect(findOperation("highlevel", "contacts/make-tea")).toBeUndefined();
    expect(findOperation("nowhere", "contacts.get")).toBeUndefined();
  });
});

describe("finding a trigger", () => {
  test.each([
    ["highlevel", "ContactCreate", "webhook"],
    ["sightmill", "response.received", "webhook"],
    ["http", "webhook", "webhook"],
    ["millrace", "schedule", "schedule"],
    ["millrace", "manual", "manual"],
    ["highlevel", "contacts.search", "trigger"],
    ["highlevel", "locations.get", "action"],
  ])("%s %s starts a flow as %s", (app, id, kind) => {
    expect(findTrigger(app, id)?.kind).toBe(kind);
  });

  test.each([
    ["highlevel", "contacts.upsert"],
    ["highlevel", "contacts.find"],
    ["http", "post"],
    ["nowhere", "x"],
  ])("%s %s starts none", (app, id) => {
    expect(findTrigger(app, id)).toBeUndefined();
  });

  test("HighLevel's events about contacts, notes and tasks are distinguished by their type", () => {
    const triggers = highlevel.triggers.filter((t) => t.category === "Contacts");
    expect(triggers.map((t) => t.id).sort()).toEqual([
      "ContactCreate",
      "ContactDelete",
      "ContactDndUpdate",
      "ContactTagUpdate",
      "ContactUpdate",
      "NoteCreate",
      "NoteDelete",
      "NoteUpdate",
      "TaskComplete",
      "TaskCreate",
      "TaskDelete",
    ]);
    for (const trigger of triggers) expect(trigger.accepts).toEqual({ type: [trigger.example["type"]] });
  });
});

describe("the catalog as JSON", () => {
  test("is plain data", () => {
    const lines = catalogJson();
    expect(JSON.parse(JSON.stringify(lines))).toEqual(lines);
  });

  test("has every judged operation, with route, version, scopes and inputs", () => {
    const lines = catalogJson().filter((l) => l.app === "highlevel");
    for (const o of judgedOperations) {
      expect(lines.find((l) => l.key === o.id)).toMatchObject({
        kind: o.kind,
        title: o.title,
        method: o.method,
        path: o.path,
        version: o.version,
        scopes: o.scopes,
        inputs: o.input,
      });
    }
    expect(lines.filter((l) => l.category === "Contacts" && l.kind === "trigger")).toHaveLength(10);
  });
});
