/** The record types of an app of a workspace follow from what its operations say. */
import { expect, test } from "vitest";
import { appDefinition } from "#api/schemas/apps.ts";
import { recordTypesOf } from "#catalog/record-types-of.ts";
import type { App, Operation } from "#catalog/types.ts";
import { readOpenApi } from "#definitions/openapi/read-document.ts";
import { yourAppDocument } from "#sandbox/twins/your-app/document.ts";
import { ownApp } from "#server/apps/own-apps.ts";

const withoutNotes = async () => {
  const {
    guesses: _,
    notes: __,
    ...draft
  } = await readOpenApi(JSON.stringify(yourAppDocument("https://app.example")), "https://app.example/");
  return appDefinition.parse({ ...draft, operations: draft.operations.map(({ definition }) => definition) });
};

test("an app read from its document has what it lists, with what makes, changes and deletes one", async () => {
  const types = recordTypesOf(ownApp("your-app", await withoutNotes()));
  const detail = types.find(({ id }) => id === "tag_detail");
  expect(detail).toMatchObject({
    title: "tag detail",
    many: "tag details",
    called: [["name"]],
    list: { operation: "list_tag_details" },
    changed: "changedAt",
    one: { operation: "get_tag_detail", id: "tagDetailId" },
    create: { operation: "save_tag_detail" },
    update: { operation: "change_tag_detail", id: "tagDetailId" },
    remove: { operation: "delete_tag_detail", id: "tagDetailId" },
  });
  expect(detail?.fields.map(({ name, write, once = false, kind }) => [name, write, once, kind])).toEqual([
    ["locationId", "locationId", true, "text"],
    ["tagId", "tagId", true, "text"],
    ["name", "name", false, "text"],
    ["colour", "colour", false, "text"],
    ["description", "description", false, "text"],
    ["id", null, false, "text"],
    ["changedAt", null, false, "moment"],
    ["confirmedAt", null, false, "moment"],
  ]);
});

const operation = (more: Partial<Operation>): Operation => ({
  id: "list",
  app: "crm",
  title: "",
  category: "",
  kind: "trigger",
  effect: "read",
  method: "GET",
  path: "/people",
  scopes: [],
  access: [],
  input: [],
  result: "",
  ...more,
});
const app = (...operations: Operation[]): App => ({
  id: "crm",
  title: "CRM",
  baseUrl: "",
  auth: [],
  operations,
  triggers: [],
  refusals: [],
});
const rows = { type: "array", items: { type: "object", properties: { id: { type: "string" }, email: { type: "string" } } } } as const;

test("a list of which nobody knows how its rows are told apart is no record type", () => {
  expect(recordTypesOf(app(operation({ list: true, output: { ...rows } })))).toEqual([]);
  expect(recordTypesOf(app(operation({ list: true, identity: "id", output: { ...rows } })))).toHaveLength(1);
});

test("a list that wants something filled in is not one of everything", () => {
  const owner = { name: "ownerId", in: "path", required: true, schema: { type: "string" } } as const;
  expect(recordTypesOf(app(operation({ list: true, identity: "id", output: { ...rows }, input: [owner] })))).toEqual([]);
});

test("an upsert that is told the id of a record makes it under the other side's id, and changes it", () => {
  const id = { name: "personId", in: "path", required: true, schema: { type: "string" } } as const;
  const email = { name: "email", in: "body", schema: { type: "string" } } as const;
  const upsert = operation({ id: "save", effect: "upsert", method: "PUT", path: "/people/{personId}", input: [id, email] });
  const [type] = recordTypesOf(app(operation({ list: true, identity: "id", output: { ...rows } }), upsert));
  expect(type).toMatchObject({ create: { operation: "save", key: "personId" }, update: { operation: "save", id: "personId" } });
  expect(type?.fields[1]).toEqual({ name: "email", label: "E-mail", read: "email", write: "email", kind: "email" });
});

test("a field called after another kind of record holds the id of one", () => {
  const note = {
    properties: { id: { type: "string" }, people_id: { type: "string" }, person_id: { type: "string" } },
    type: "object",
  } as const;
  const people = operation({ id: "people", path: "/persons", list: true, identity: "id", output: { ...rows } });
  const notes = operation({ id: "notes", path: "/notes", list: true, identity: "id", output: { type: "array", items: { ...note } } });
  const fields = recordTypesOf(app(people, notes))[1]!.fields;
  expect(fields.map(({ name, refers }) => [name, refers])).toEqual([
    ["id", undefined],
    ["people_id", undefined],
    ["person_id", "person"],
  ]);
});

test("an app that names its record types has those and no others", () => {
  const named = { ...app(operation({ list: true, identity: "id", output: { ...rows } })), records: [] };
  expect(recordTypesOf(named)).toEqual([]);
});
