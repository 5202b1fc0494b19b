import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anchors,
  broken,
  circular,
  everyScheme,
  kinds,
  large,
  oddNames,
  petstore20,
  petstore30,
  petstore31,
} from "#test/definitions/documents.ts";
import { appDefinition } from "#api/schemas.ts";
import type { AppDraft } from "#api/schemas/app-drafts.ts";
import { MillraceError } from "#kernel/errors.ts";
import { readOpenApi } from "./read-document.ts";

const read = (document: unknown, source?: string): Promise<AppDraft> =>
  readOpenApi(typeof document === "string" ? document : JSON.stringify(document), source);

/** What this process has worked, in milliseconds; the clock would count what others on the machine do. */
const cpuMs = (): number => process.cpuUsage().user / 1000;

const operation = ({ operations }: AppDraft, id: string) => {
  const found = operations.find(({ definition }) => definition.id === id);
  if (!found) throw new Error(`no operation ${id} among ${operations.map(({ definition }) => definition.id).join(", ")}`);
  return found.definition;
};
const ids = ({ operations }: AppDraft) => operations.map(({ definition }) => definition.id);
const says = ({ notes }: AppDraft) => notes.map((note) => `${note.at ?? ""}: ${note.says}`);
/** Why a text is refused. */
const refusal = (text: string): Promise<unknown> =>
  readOpenApi(text).then(
    () => "read",
    (err: unknown) => (err instanceof MillraceError && err.code === "BAD_INPUT" ? err.details["problem"] : err),
  );

describe("what a document says is in the draft", () => {
  test("OpenAPI 3.0: parameters by place and style, logins, result, paging, effect, example and callbacks", async () => {
    const draft = await read(petstore30());
    expect(ids(draft)).toEqual(["list_pets", "create_pet", "get_pet", "update_pet", "delete_pet", "upload_photo", "search_pets"]);
    expect(draft).toMatchObject({ title: "Pet shop", baseUrl: "https://pets.example.com/v1" });
    expect(draft.auth).toMatchObject([
      { kind: "header", header: "X-Api-Key" },
      { kind: "oauth2", tokenUrl: "https://pets.example.com/oauth/token", tokenPath: "/oauth/token" },
    ]);
    const list = operation(draft, "list_pets");
    expect(list).toMatchObject({
      title: "List pets",
      category: "pets",
      effect: "read",
      result: "pets",
      list: true,
      identity: "id",
      changed: "updatedAt",
      paging: { style: "page", page: "page", size: "per_page", max: 50, total: "total" },
    });
    expect(list.input.map(({ name, wire = name, join }) => [name, wire, join])).toEqual([
      ["page", "page", undefined],
      ["per_page", "per_page", undefined],
      ["status", "status", "comma"],
      ["filter_kind", "filter[kind]", undefined],
      ["filter_age", "filter[age]", undefined],
    ]);
    const create = operation(draft, "create_pet");
    expect(create).toMatchObject({ effect: "create", idempotencyKey: true, result: "pet", example: { input: { name: "Rex" } } });
    expect(create.input.map(({ name, required = false }) => [name, required])).toEqual([
      ["name", true],
      ["status", false],
      ["tags", false],
      ["owner", false],
    ]);
    expect(create.input[0]).toMatchObject({ label: "Name", help: "What the pet is called." });
    expect(operation(draft, "get_pet").input).toMatchObject([{ name: "petId", in: "path", required: true }]);
    expect(operation(draft, "delete_pet")).toMatchObject({ effect: "delete", deprecated: true });
    expect(operation(draft, "upload_photo")).toMatchObject({ body: "multipart" });
    expect(operation(draft, "search_pets")).toMatchObject({ body: "form", effect: "read", list: true });
    expect(draft.triggers).toMatchObject([{ id: "sold", key: ["eventId"], note: "It is posted to the address that POST /pets is given." }]);
    expect(says(draft)).toEqual(["paths./pets/{petId}.head: Calls by HEAD are left out."]);
  });

  test("OpenAPI 3.1: lists of types, constants with titles as words, webhooks, variables of the address", async () => {
    const draft = await read(petstore31());
    expect(ids(draft)).toEqual(["pets.list", "pets.create"]);
    expect(operation(draft, "pets.list")).toMatchObject({ paging: { style: "cursor", next: { cursor: "next_cursor" } }, result: "data" });
    expect(operation(draft, "pets.create").input).toMatchObject([
      { name: "name", required: true },
      { name: "size", schema: { enum: ["s", "l"] }, words: { s: "Small", l: "Large" } },
      { name: "colour", schema: { type: ["string", "null"] } },
    ]);
    expect(draft.triggers).toMatchObject([{ id: "pet_created", title: "A pet was added", key: ["id"] }]);
    expect(draft.baseUrl).toBe("https://pets.example.com/v1");
  });

  test("Swagger 2.0: host and base path, a shared body, a form, lists joined by commas", async () => {
    const draft = await read(petstore20());
    expect(ids(draft)).toEqual(["list_pets", "add_pet", "rename_pet"]);
    expect(draft).toMatchObject({ baseUrl: "https://pets.example.com/v1", auth: [{ kind: "basic" }] });
    expect(operation(draft, "list_pets")).toMatchObject({
      input: [{ name: "ids", join: "comma" }, { name: "limit" }, { name: "offset" }],
      list: true,
      paging: { style: "offset" },
    });
    expect(operation(draft, "rename_pet")).toMatchObject({ body: "form" });
    expect(operation(draft, "add_pet").input.map(({ name }) => name)).toEqual(["id", "name", "note"]);
  });

  test("schemas that hold themselves end where they begin again, with a note", async () => {
    const draft = await read(circular());
    const [, parent] = operation(draft, "add_node").input;
    expect(parent).toMatchObject({ name: "parent", schema: { type: "object", properties: { parent: { type: "object" } } } });
    expect(operation(draft, "self").input).toMatchObject([{ name: "body", wire: "", schema: {} }]);
    expect(says(draft).join("\n")).toMatch(/components\.schemas\.Node: This schema holds itself/);
    expect(says(draft).join("\n")).toMatch(/paths\.\/loop: The reference '#\/paths\/~1loop' leads to itself/);
  });

  test("every way to log in is a login of ours, or a sentence why it is none", async () => {
    const draft = await read(everyScheme());
    expect(draft.auth.map(({ kind }) => kind)).toEqual(["basic", "header", "query", "token", "oauth2", "client"]);
    expect(draft.auth[3]).toMatchObject({ header: "Cookie", prefix: "sid=" });
    expect(says(draft)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/digest: A login by HTTP digest is not supported/),
        expect.stringMatching(/mutual: A login by a client certificate is not supported/),
        expect.stringMatching(/unknown: The kind of login 'smoke signals' is not known/),
        expect.stringMatching(/bearer: An app has one login of each kind/),
      ]),
    );
    expect(operation(draft, "me")).toMatchObject({ input: [], scopes: ["me.read"] });
  });

  test("a way to log in that is sent as another one is, is noted", async () => {
    const securitySchemes = {
      bearer: { type: "http", scheme: "bearer" },
      sso: { type: "openIdConnect", openIdConnectUrl: "https://x.example/sso" },
    };
    const draft = await read({ ...everyScheme(), components: { securitySchemes } });
    expect(draft.auth).toHaveLength(1);
    expect(says(draft)).toContainEqual(expect.stringMatching(/securitySchemes\.sso: .*it is sent as 'Token' is, so the two are one login/));
  });

  test("broken parts are left out with their place and a reason; the others stay", async () => {
    const draft = await read(broken());
    expect(ids(draft)).toEqual(["no_slash.get", "good", "good_2", "odd_put", "missing", "list_all", "constructor"]);
    expect(operation(draft, "list_all")).toMatchObject({ path: "/list", input: [{ name: "kind", fill: { value: "all" } }] });
    expect(operation(draft, "constructor").input).toMatchObject([
      { name: "field_constructor", wire: "constructor" },
      { name: "a_b", wire: "a b" },
      { name: "list" },
    ]);
    const notes = says(draft).join("\n");
    for (const part of [
      "paths./text: This is no object",
      "paths./odd.get: This is no operation",
      "The reference 'other.yaml#/x' leads out of the document",
      "The reference 'http://127.0.0.1/x' leads out of the document",
      "The reference '#/components/schemas/None' leads nowhere",
      "its body is application/octet-stream, which cannot be written",
      "The path has no place for three",
    ])
      expect(notes).toContain(part);
  });

  test("odd names get inputs of their own, and stay as they are on the wire", async () => {
    const draft = await read(oddNames());
    const [{ definition } = { definition: undefined }] = draft.operations;
    expect(definition).toMatchObject({ path: "/things/{thing-id}/{thing_id}.json", title: "Put it here" });
    expect(definition?.input.map(({ name, in: place, wire = name }) => [name, place, wire])).toEqual([
      ["thing-id", "path", "thing-id"],
      ["thing_id", "path", "thing_id"],
      ["id", "query", "id"],
      ["ids", "query", "ids[]"],
      ["id_2", "body", "id"],
      ["gr_e", "body", "größe"],
    ]);
  });

  test("a body that is told apart by a discriminator has the fields of all its kinds; one that is no plain object is a field by itself", async () => {
    const draft = await read(kinds());
    const inputs = (id: string) => operation(draft, id).input.map(({ name, required = false }) => [name, required]);
    expect(inputs("add_animal")).toEqual([
      ["kind", true],
      ["purrs", false],
      ["barks", false],
    ]);
    expect(operation(draft, "add_either").input).toMatchObject([{ name: "body", wire: "", control: "json", schema: { oneOf: [{}, {}] } }]);
    expect(operation(draft, "add_many").input).toMatchObject([{ name: "body", wire: "", schema: { type: "array" } }]);
    expect(operation(draft, "add_note").input).toMatchObject([
      { name: "body", schema: { type: "string" } },
      { name: "contentType", in: "header", fill: { value: "application/xml" } },
    ]);
  });

  test("YAML: anchors, merged mappings, dates as text, a version that reads as a number", async () => {
    const draft = await read(anchors);
    expect(ids(draft)).toEqual(["list_things", "add_thing"]);
    expect(operation(draft, "add_thing")).toMatchObject({
      category: "things",
      input: [{ schema: { default: "2020-01-01" } }, { schema: { default: "012" } }],
    });
  });

  test("an address without a host is completed by where the document came from, and is missing otherwise", async () => {
    const document = { ...petstore30(), servers: [{ url: "/api" }] };
    expect((await read(document, "https://docs.example.com/openapi.json")).baseUrl).toBe("https://docs.example.com/api");
    const draft = await read(document);
    expect([draft.baseUrl, says(draft)[0]]).toEqual([null, "servers: The address '/api' is not complete; fill in where the API is."]);
  });

  test("a part of the host is for each connection to fill in, unless it could lead anywhere; the version of a path has its usual value", async () => {
    const variables = {
      shop: { default: "demo", description: "The name of the shop" },
      region: { enum: ["eu", "us"], default: "eu" },
      version: { default: "v2" },
      tld: { default: "com" },
      host: { default: "pets.example.com" },
    };
    const at = async (url: string) => {
      const draft = await read({ ...petstore30(), servers: [{ url, variables }] });
      return [draft.baseUrl, ...draft.variables];
    };
    expect(await at("https://{shop}.{region}.pets.example.com/{version}")).toEqual([
      "https://{shop}.{region}.pets.example.com/v2",
      { name: "shop", label: "Shop", help: "The name of the shop", default: "demo" },
      { name: "region", label: "Region", choices: ["eu", "us"], default: "eu" },
    ]);
    expect(await at("https://pets.{tld}/api")).toEqual(["https://pets.com/api"]);
    expect(await at("https://{host}/api")).toEqual([
      "https://{host}/api",
      { name: "host", label: "Host", as: "host", default: "pets.example.com" },
    ]);
    expect(await at("https://pets.example.com/{nobody}")).toEqual([
      "https://pets.example.com/{nobody}",
      { name: "nobody", label: "Nobody" },
    ]);
  });

  test("every draft is a definition that can be saved, and 600 operations over linked schemas too, in seconds", async () => {
    const started = cpuMs();
    const draft = await read(large(600));
    expect(draft.operations).toHaveLength(600);
    expect(cpuMs() - started).toBeLessThan(5_000);
    for (const each of [draft, await read(broken()), await read(everyScheme()), await read(petstore20())])
      expect(appDefinition.safeParse(asDefinition(each)).error?.issues).toBeUndefined();
  });
});

const asDefinition = ({ title, baseUrl, variables, auth, operations, triggers }: AppDraft) => ({
  title,
  variables,
  ...(baseUrl !== null && { baseUrl }),
  auth,
  operations: operations.slice(0, 200).map(({ definition }) => definition),
  triggers,
});

describe("a hostile document is refused with a sentence, or read within bounds", () => {
  const deep = (text: [string, string], times: number) => text[0].repeat(times) + text[1].repeat(times);
  const aliases = [
    "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
    ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`),
  ].join("\n");

  test.each([
    ["lists in lists as JSON", deep(["[", "]"], 50_000), /nested deeper than 100|is no JSON/],
    ["mappings in mappings as YAML", deep(['{"a": ', "}"], 5_000), /nested deeper than 100|is no JSON/],
    ["an alias bomb", aliases, /more than 500,000 parts/],
    ["an alias to itself", "openapi: 3.0.0\npaths: &p {x: *p}", /nested deeper|neither JSON nor YAML/],
    ["more than 10 MB", `{"openapi": "3.0.0", "x": "${"a".repeat(10_000_000)}"}`, /larger than 10 MB/],
    ["a page", "<!doctype html><html><body>API</body></html>", /no OpenAPI|neither JSON nor YAML/],
    ["nothing", "null", /no OpenAPI document/],
    ["another version", '{"swagger": "1.2"}', /is of version '1.2'/],
    ["another kind of JSON", '{"a": 1}', /neither 'openapi' nor 'swagger'/],
  ])("%s", async (_, text, problem) => {
    const started = cpuMs();
    expect(await refusal(text)).toMatch(problem);
    expect(cpuMs() - started).toBeLessThan(2_000);
  });

  test("references that would be huge when written out, prototype names and patterns cost nothing", async () => {
    const bomb = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `S${i}`,
        {
          type: "object",
          properties: Object.fromEntries(Array.from({ length: 10 }, (__, k) => [`p${k}`, { $ref: `#/components/schemas/S${i + 1}` }])),
        },
      ]),
    );
    const text = JSON.stringify({
      openapi: "3.0.0",
      paths: {
        "/a": { post: { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/S0" } } } } } },
        "/b": {
          post: { parameters: [{ name: "q", in: "query", schema: { type: "string", pattern: "(a+)+$", example: "a".repeat(50) } }] },
        },
      },
      components: { schemas: bomb },
    }).replace('"S29"', '"__proto__"');
    const started = cpuMs();
    const draft = await readOpenApi(text);
    expect(draft.operations).toHaveLength(2);
    expect(JSON.stringify(draft).length).toBeLessThan(100_000);
    expect(JSON.stringify(draft)).not.toContain("(a+)+$");
    expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
    expect(cpuMs() - started).toBeLessThan(2_000);
  });

  test("any JSON is read or refused, never a crash", async () => {
    const names = [
      "$ref",
      "allOf",
      "oneOf",
      "properties",
      "items",
      "enum",
      "parameters",
      "schema",
      "in",
      "name",
      "content",
      "application/json",
      "responses",
      "200",
      "requestBody",
      "type",
      "post",
      "get",
      "constructor",
      "__proto__",
      "/a/{b}",
      "required",
    ];
    const values = fc.oneof(
      fc.constantFrom<unknown>(
        "object",
        "array",
        "path",
        "query",
        "#/paths",
        "#/components/a",
        "apiKey",
        "header",
        true,
        null,
        7,
        "",
        [],
        {},
      ),
      fc.jsonValue(),
    );
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        values,
        fc.dictionary(fc.constantFrom(...names), tie("node"), { maxKeys: 5 }),
        fc.array(tie("node"), { maxLength: 3 }),
      ),
    }));
    const document = fc.record(
      {
        openapi: fc.constantFrom("3.0.0", "3.1.0"),
        paths: node,
        components: node,
        security: node,
        servers: node,
        webhooks: node,
        info: node,
      },
      { requiredKeys: ["openapi"] },
    );
    const swagger = fc.record(
      { swagger: fc.constant("2.0"), paths: node, definitions: node, securityDefinitions: node, parameters: node, host: node },
      { requiredKeys: ["swagger"] },
    );
    const done = fc.assert(
      fc.asyncProperty(fc.oneof(document, swagger, fc.jsonValue()), async (value) => {
        const result = await refusalOrDraft(JSON.stringify(value));
        return typeof result === "string" || appDefinition.safeParse(asDefinition(result)).success;
      }),
      { numRuns: 300 },
    );
    await expect(done).resolves.toBeUndefined();
  });
});

/** The draft, or why there is none; anything else than BAD_INPUT is thrown. */
async function refusalOrDraft(text: string): Promise<AppDraft | string> {
  try {
    return await readOpenApi(text);
  } catch (err) {
    if (err instanceof MillraceError && err.code === "BAD_INPUT") return err.message;
    throw err;
  }
}

test("parts that are shared many times over, endless paths and usual values that break an address take no time and no draft", async () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => {
      const next = { $ref: `#/components/schemas/S${i + 1}` };
      return [`S${i}`, { ...(i < 39 && { allOf: [next, next] }), properties: { [`p${i}`]: { type: "string" } } }];
    }),
  );
  const post = { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/S0" } } } }, responses: {} };
  const usual = { proto: { default: "https" }, a: { default: "evil.example/" }, port: { default: "99999999" }, x: { default: "../.." } };
  const document = {
    openapi: "3.0.0",
    info: { title: "Shared", version: "1" },
    servers: [{ url: "{proto}://{a}.b:{port}/{x}", variables: usual }],
    paths: { "/things": { post }, [`/${"{a}/".repeat(100_000)}`]: { get: { responses: {} } } },
    components: { schemas },
  };
  const draft = await readOpenApi(JSON.stringify(document));
  expect([draft.baseUrl, draft.operations.map(({ definition: { input } }) => input.length)]).toEqual([null, [22]]);
  expect(draft.notes).toContainEqual({ at: expect.any(String), says: "Paths of more than 1000 characters are left out." });
});
