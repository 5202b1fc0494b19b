import fc from "fast-check";
import { expect, test } from "vitest";
import { appDefinition } from "#api/schemas/apps.ts";
import { readOpenApi } from "#definitions/openapi/read-document.ts";
import { checkApp } from "#server/apps/check-app.ts";

const names = ["id", "page", "limit", "a b", "X-Key", "Content-Type", "filter[x]", "constructor", "größe", "x".repeat(90), "1st", "cursor"];
const type = fc.constantFrom("string", "integer", "array", "object", ["string", "null"], 7);
const leaf = fc.record(
  { type, enum: fc.constantFrom(["a"], [], [null, 1]), format: fc.constantFrom("date", "binary") },
  { requiredKeys: [] },
);
const schema = fc.oneof(
  leaf,
  fc.constantFrom({ $ref: "#/components/schemas/Thing" }, { $ref: "nowhere" }),
  fc.record({ type: fc.constant("object"), properties: fc.dictionary(fc.constantFrom(...names), leaf), required: fc.constant(["id"]) }),
  fc.record({
    type: fc.constant("array"),
    items: fc.record({ type: fc.constant("object"), properties: fc.constant({ id: { type: "string" } }) }),
  }),
  fc.record({ oneOf: fc.array(leaf, { maxLength: 3 }) }),
);
const parameter = fc.record(
  {
    name: fc.constantFrom(...names),
    in: fc.constantFrom("path", "query", "header", "cookie", "body"),
    required: fc.boolean(),
    style: fc.constantFrom("form", "deepObject", "pipeDelimited", "simple"),
    explode: fc.boolean(),
    schema,
  },
  { requiredKeys: ["name", "in"] },
);
const media = fc.constantFrom("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml", "image/png");
const operation = fc.record(
  {
    operationId: fc.constantFrom("list", "get a thing", "", "Ünïcode/übung", "9lives", "deleteThing"),
    parameters: fc.array(parameter, { maxLength: 6 }),
    requestBody: fc.record({ content: fc.dictionary(media, fc.record({ schema }), { maxKeys: 2 }) }),
    responses: fc.record({ "200": fc.record({ content: fc.record({ "application/json": fc.record({ schema }) }) }) }),
  },
  { requiredKeys: [] },
);
const path = fc.constantFrom(
  "/",
  "/a/{id}",
  "/a/{id}/{id}",
  "/a/{x y}.json",
  "b",
  "/q?a=1&b={c}",
  "/r/{+all}",
  "/s p/{}",
  "/h#x",
  "/ä/{größe}",
);
const method = fc.constantFrom("get", "post", "put", "patch", "delete", "GET", "head", "x-own");
const document = fc.record({
  openapi: fc.constant("3.0.0"),
  servers: fc.constant([{ url: "https://things.example.com" }]),
  paths: fc.dictionary(path, fc.dictionary(method, operation, { maxKeys: 3 }), { maxKeys: 4 }),
  components: fc.constant({
    schemas: { Thing: { type: "object", properties: { id: { type: "string" }, thing: { $ref: "#/components/schemas/Thing" } } } },
  }),
});

test("whatever a document describes, its draft can be saved as it is", async () => {
  const saved = fc.assert(
    fc.asyncProperty(document, async (value) => {
      const { title, baseUrl, auth, operations, triggers } = await readOpenApi(JSON.stringify(value));
      checkApp(appDefinition.parse({ title, baseUrl, auth, operations: operations.map(({ definition }) => definition), triggers }), []);
    }),
    { numRuns: 100 },
  );
  await expect(saved).resolves.toBeUndefined();
});
