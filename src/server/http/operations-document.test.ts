import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAppRegistry } from "#apps/index.ts";
import { readOpenApi } from "#definitions/openapi/read-document.ts";
import { isObject } from "#kernel/json.ts";
import { openServer, withKey } from "#test/fakes/server.ts";

/** The document of the operations, as programs read it. */

const catalog = createAppRegistry().of("any");
const listed = catalog.apps.flatMap(({ operations }) => operations);

interface Document {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, { post: Call }>;
  components: Record<string, Record<string, unknown>>;
}
interface Call {
  operationId: string;
  tags: string[];
  requestBody: { content: { "application/json": { schema: Schema; example?: unknown } } };
  responses: Record<string, { content?: { "application/json": { schema: Schema } }; $ref?: string }>;
}
interface Schema {
  properties: Record<string, Schema & { examples?: unknown[]; title?: string }>;
  required?: string[];
  allOf?: Schema[];
}

let house: Awaited<ReturnType<typeof openServer>>;
beforeAll(async () => {
  house = await openServer();
});
afterAll(() => house.close());

const get = (query: string) => house.app.inject({ url: `/api/v1/operations/openapi.json${query}`, headers: withKey(house.key) });
const document = async (query = ""): Promise<Document> => (await get(query)).json();
const callsOf = ({ paths }: Document) => Object.values(paths).map(({ post }) => post);

describe("the document of the operations", () => {
  test("has every operation that the catalog lists, each at its own address, and on request every endpoint", async () => {
    const { paths, openapi, servers } = await document();
    expect([openapi, servers]).toEqual(["3.1.0", [{ url: "http://127.0.0.1:4400/api/v1" }]]);
    expect(Object.keys(paths)).toEqual(listed.map(({ app, id }) => `/operations/${encodeURIComponent(`${app}.${id}`)}`));
    expect(Object.keys((await document("?endpoints=true")).paths)).toHaveLength(listed.length + catalog.unlisted().length);
  });

  test("is narrowed to an app and a category", async () => {
    const calls = callsOf(await document("?apps=highlevel&categories=Contacts"));
    expect(new Set(calls.flatMap(({ tags }) => tags))).toEqual(new Set(["HighLevel: Contacts"]));
    const contacts = listed.filter(({ app, category }) => app === "highlevel" && category === "Contacts");
    expect(calls.map(({ operationId }) => operationId)).toEqual(contacts.map(({ id }) => `highlevel.${id}`));
  });

  test("refuses names that the catalog does not have, with what was meant", async () => {
    const refused = async (query: string) => (await get(query)).json().error;
    const unknown = { code: "BAD_INPUT", message: "apps: there is no 'highlevl' in the catalog; did you mean 'highlevel'?" };
    expect(await refused("?apps=highlevl")).toMatchObject(unknown);
    expect(await refused("?categories=Contact")).toMatchObject({ message: expect.stringContaining("did you mean 'Contacts'") });
    expect(await refused("?apps=http&categories=Contacts")).toMatchObject({
      message: expect.stringContaining("nothing in the catalog fits"),
    });
  });

  test("names each field, its choices and what it needs", async () => {
    const { post } = (await document("?apps=highlevel")).paths["/operations/highlevel.contacts.upsert"]!;
    const body = post.requestBody.content["application/json"];
    expect(body.schema.required).toEqual(["connection"]);
    const { email, customFields, locationId, tags } = body.schema.properties["input"]!.properties;
    expect(email).toMatchObject({ title: "E-mail", examples: ["ada@example.com"] });
    expect([customFields, locationId]).toEqual([expect.objectContaining({ title: "Custom fields" }), undefined]);
    expect(tags).toMatchObject({ anyOf: [{ type: "array" }, { title: "Empty this field" }] });
    expect(body.example).toMatchObject({ connection: "my-connection", input: { email: "ada@example.com" } });
  });

  test("is made of schemas that a validator accepts, and its examples fit them", async () => {
    const whole = await document("?endpoints=true");
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "document", ...whole });
    for (const { operationId, requestBody, responses } of callsOf(whole)) {
      const { schema, example } = requestBody.content["application/json"];
      const fits = ajv.compile(schema);
      if (example !== undefined) expect([operationId, fits(example), fits.errors]).toEqual([operationId, true, null]);
      expect(ajv.validateSchema(responses["200"]!.content!["application/json"].schema), operationId).toBe(true);
    }
  });

  test("refers to nothing that is not in it, and gives each operation an id of its own", async () => {
    const whole = await document("?endpoints=true");
    const ids = callsOf(whole).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const refs = new Set([...JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!));
    expect(refs.size).toBeGreaterThan(5);
    for (const path of refs) {
      const at = path.split("/").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), whole);
      expect(at, path).toBeDefined();
    }
  });

  test("is read back by Millrace's own import of OpenAPI documents", async () => {
    const draft = await readOpenApi((await get("")).body);
    expect(draft.operations).toHaveLength(listed.length);
    expect(draft.baseUrl).toBe("http://127.0.0.1:4400/api/v1");
    expect(draft.auth).toMatchObject([{ kind: "token" }]);
    const upsert = draft.operations.find(({ definition }) => definition.path === "/operations/highlevel.contacts.upsert")!.definition;
    expect(upsert.input.map(({ name, required }) => [name, required ?? false])).toEqual(
      expect.arrayContaining([
        ["connection", true],
        ["input", false],
        ["dryRun", false],
      ]),
    );
    expect(upsert.idempotencyKey).toBe(true);
  });
});
