/** OpenAPI documents of our own making, of the kinds that are met in the wild. */

const pet = (extra: object = {}) => ({
  type: "object",
  required: ["name"],
  properties: {
    id: { type: "integer", format: "int64", readOnly: true },
    name: { type: "string", description: "What the pet is **called**.", example: "Rex" },
    status: { type: "string", enum: ["available", "pending", "sold"] },
    tags: { type: "array", items: { type: "string" } },
    owner: { $ref: "#/components/schemas/Owner" },
    updatedAt: { type: "string", format: "date-time", readOnly: true },
    ...extra,
  },
});
const json = (schema: object, more: object = {}) => ({ content: { "application/json": { schema, ...more } } });
const petRef = { $ref: "#/components/schemas/Pet" };

/** Pets in OpenAPI 3.0: parameters of the path, references, a form, a multipart upload, logins by key and OAuth. */
export const petstore30 = (url = "https://pets.example.com/v1") => ({
  openapi: "3.0.3",
  info: { title: "Pet shop", version: "1.0.0" },
  servers: [{ url }, { url: "https://test.pets.example.com/v1", description: "for trying" }],
  security: [{ api_key: [] }],
  tags: [{ name: "pets" }],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        summary: "List pets",
        tags: ["pets"],
        parameters: [
          { name: "page", in: "query", schema: { type: "integer", minimum: 1 } },
          { name: "per_page", in: "query", schema: { type: "integer", maximum: 50 } },
          { name: "status", in: "query", style: "form", explode: false, schema: { type: "array", items: { type: "string" } } },
          {
            name: "filter",
            in: "query",
            style: "deepObject",
            explode: true,
            schema: { type: "object", properties: { kind: { type: "string" }, age: { type: "integer" } } },
          },
        ],
        responses: {
          "200": {
            description: "pets",
            ...json(
              { type: "object", properties: { pets: { type: "array", items: petRef }, total: { type: "integer" } } },
              { example: { pets: [{ id: 1, name: "Rex" }], total: 1 } },
            ),
          },
        },
      },
      post: {
        operationId: "createPet",
        summary: "Add a pet",
        tags: ["pets"],
        parameters: [{ name: "Idempotency-Key", in: "header", schema: { type: "string" } }],
        requestBody: { required: true, ...json(petRef, { example: { name: "Rex" } }) },
        responses: {
          "201": {
            description: "made",
            ...json({ type: "object", properties: { pet: petRef } }, { example: { pet: { id: 2, name: "Rex" } } }),
          },
        },
        callbacks: {
          sold: {
            "{$request.body#/url}": {
              post: { requestBody: json({ type: "object", properties: { eventId: { type: "string" }, pet: petRef } }), responses: {} },
            },
          },
        },
      },
    },
    "/pets/{petId}": {
      parameters: [{ $ref: "#/components/parameters/PetId" }],
      get: {
        operationId: "getPet",
        tags: ["pets"],
        responses: { "200": { description: "a pet", ...json(petRef, { example: { id: 1, name: "Rex" } }) } },
      },
      put: {
        operationId: "updatePet",
        tags: ["pets"],
        requestBody: json(petRef),
        responses: { "200": { description: "a pet", ...json(petRef) } },
      },
      delete: { operationId: "deletePet", deprecated: true, tags: ["pets"], responses: { "204": { description: "gone" } } },
      head: { responses: {} },
    },
    "/pets/{petId}/photo": {
      post: {
        operationId: "uploadPhoto",
        parameters: [{ $ref: "#/components/parameters/PetId" }],
        requestBody: {
          content: {
            "multipart/form-data": {
              schema: { type: "object", properties: { photo: { type: "string", format: "binary" }, caption: { type: "string" } } },
            },
          },
        },
        responses: { "200": { description: "ok" } },
      },
    },
    "/pets/search": {
      post: {
        operationId: "searchPets",
        requestBody: {
          content: { "application/x-www-form-urlencoded": { schema: { type: "object", properties: { q: { type: "string" } } } } },
        },
        responses: { "200": { description: "found", ...json({ type: "array", items: petRef }) } },
      },
    },
  },
  components: {
    parameters: { PetId: { name: "petId", in: "path", required: true, schema: { type: "integer" } } },
    schemas: { Pet: pet(), Owner: { type: "object", nullable: true, properties: { email: { type: "string", format: "email" } } } },
    securitySchemes: {
      api_key: { type: "apiKey", in: "header", name: "X-Api-Key" },
      oauth: {
        type: "oauth2",
        flows: { authorizationCode: { authorizationUrl: "/oauth/authorize", tokenUrl: "/oauth/token", scopes: { "pets.read": "read" } } },
      },
    },
  },
});

/** Pets in OpenAPI 3.1: lists of types, constants with titles, members beside a reference, webhooks. */
export const petstore31 = (url = "https://pets.example.com/v1") => ({
  openapi: "3.1.0",
  info: { title: "Pet shop", version: "2.0.0" },
  servers: [{ url: url.replace("/v1", "/{version}"), variables: { version: { default: "v1", enum: ["v1", "v2"] } } }],
  paths: {
    "/pets": {
      get: {
        operationId: "pets/list",
        parameters: [
          { name: "cursor", in: "query", schema: { type: ["string", "null"] } },
          { name: "limit", in: "query", schema: { type: "integer", exclusiveMinimum: 0, maximum: 100 } },
        ],
        responses: {
          "200": {
            description: "pets",
            ...json(
              { type: "object", properties: { data: { type: "array", items: petRef }, next_cursor: { type: ["string", "null"] } } },
              { examples: { one: { value: { data: [{ id: "p_1", name: "Rex" }], next_cursor: null } } } },
            ),
          },
        },
      },
      post: {
        operationId: "pets/create",
        requestBody: json({ $ref: "#/components/schemas/Pet", description: "The pet." }),
        responses: { "201": { description: "made", ...json(petRef, { example: { id: "p_2", name: "Rex" } }) } },
      },
    },
  },
  webhooks: {
    petCreated: {
      post: {
        summary: "A pet was added",
        requestBody: json({ type: "object", properties: { id: { type: "string" }, type: { const: "pet.created" }, data: petRef } }),
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Pet: {
        type: "object",
        required: ["name"],
        properties: {
          id: { type: "string", readOnly: true },
          name: { type: "string" },
          size: {
            oneOf: [
              { const: "s", title: "Small" },
              { const: "l", title: "Large" },
            ],
          },
          colour: { anyOf: [{ type: "string" }, { type: "null" }] },
        },
      },
    },
    securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
  },
});

/** Pets in Swagger 2.0: a host and a base path, a body parameter that is shared, a form, lists joined by commas. */
export const petstore20 = (host = "pets.example.com", scheme = "https") => ({
  swagger: "2.0",
  info: { title: "Pet shop", version: "0.9" },
  host,
  basePath: "/v1",
  schemes: [scheme],
  consumes: ["application/json"],
  produces: ["application/json"],
  securityDefinitions: { login: { type: "basic" } },
  parameters: { PetBody: { in: "body", name: "pet", required: true, schema: { $ref: "#/definitions/Pet" } } },
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        parameters: [
          { name: "ids", in: "query", type: "array", items: { type: "integer" }, collectionFormat: "csv" },
          { name: "limit", in: "query", type: "integer" },
          { name: "offset", in: "query", type: "integer" },
        ],
        responses: {
          "200": {
            description: "pets",
            schema: { type: "array", items: { $ref: "#/definitions/Pet" } },
            examples: { "application/json": [{ id: 1, name: "Rex" }] },
          },
        },
      },
      post: {
        operationId: "addPet",
        parameters: [{ $ref: "#/parameters/PetBody" }],
        responses: { "200": { description: "a pet", schema: { $ref: "#/definitions/Pet" } } },
      },
    },
    "/pets/{id}/name": {
      post: {
        operationId: "renamePet",
        consumes: ["application/x-www-form-urlencoded"],
        parameters: [
          { name: "id", in: "path", required: true, type: "integer" },
          { name: "name", in: "formData", required: true, type: "string" },
        ],
        responses: { "200": { description: "a pet", schema: { $ref: "#/definitions/Pet" } } },
      },
    },
    "/nothing": null,
  },
  definitions: {
    Pet: {
      type: "object",
      required: ["name"],
      properties: { id: { type: "integer" }, name: { type: "string" }, note: { type: "string", "x-nullable": true } },
    },
  },
});

/** Schemas that hold themselves: directly, by turns, in lists, through allOf, and a reference that is only itself. */
export const circular = (url = "https://tree.example.com") => ({
  openapi: "3.0.0",
  info: { title: "Tree", version: "1" },
  servers: [{ url }],
  paths: {
    "/nodes": {
      post: {
        operationId: "addNode",
        requestBody: json({ $ref: "#/components/schemas/Node" }),
        responses: { "200": { description: "ok", ...json({ $ref: "#/components/schemas/Node" }, { example: { id: "n_1" } }) } },
      },
      get: {
        operationId: "listNodes",
        responses: {
          "200": { description: "ok", ...json({ type: "array", items: { $ref: "#/components/schemas/A" } }, { example: [{ id: "n_1" }] }) },
        },
      },
    },
    "/self": {
      post: { operationId: "self", requestBody: json({ $ref: "#/components/schemas/Self" }), responses: { "200": { description: "ok" } } },
    },
    "/loop": { $ref: "#/paths/~1loop" },
  },
  components: {
    schemas: {
      Node: {
        type: "object",
        properties: {
          name: { type: "string" },
          parent: { $ref: "#/components/schemas/Node" },
          children: { type: "array", items: { $ref: "#/components/schemas/Node" } },
        },
      },
      A: { type: "object", properties: { id: { type: "string" }, b: { $ref: "#/components/schemas/B" } } },
      B: { allOf: [{ $ref: "#/components/schemas/A" }, { type: "object", properties: { c: { $ref: "#/components/schemas/B" } } }] },
      Self: { $ref: "#/components/schemas/Self" },
    },
  },
});

/** Many operations over linked schemas. */
export const large = (operations: number, url = "https://large.example.com") => ({
  openapi: "3.0.0",
  info: { title: "Large", version: "1" },
  servers: [{ url }],
  paths: Object.fromEntries(
    Array.from({ length: operations }, (_, i) => [
      `/things${i}/{id}`,
      {
        get: {
          operationId: `getThing${i}`,
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: { "200": { description: "ok", ...json({ $ref: `#/components/schemas/S${i}` }, { example: { id: `t_${i}` } }) } },
        },
      },
    ]),
  ),
  components: {
    schemas: Object.fromEntries(
      Array.from({ length: operations }, (_, i) => [
        `S${i}`,
        {
          type: "object",
          properties: {
            id: { type: "string" },
            next: { $ref: `#/components/schemas/S${(i + 1) % operations}` },
            other: { $ref: `#/components/schemas/S${(i * 7) % operations}` },
          },
        },
      ]),
    ),
  },
});

/** Every way to log in that a document can describe. */
export const everyScheme = (url = "https://doors.example.com") => ({
  openapi: "3.1.0",
  info: { title: "Doors", version: "1" },
  servers: [{ url }],
  security: [{ basic: [] }],
  paths: {
    "/me": {
      get: {
        operationId: "me",
        security: [{ code: ["me.read"] }],
        parameters: [{ name: "X-Key", in: "header", schema: { type: "string" } }],
        responses: {
          "200": { description: "ok", ...json({ type: "object", properties: { id: { type: "string" } } }, { example: { id: "u_1" } }) },
        },
      },
    },
  },
  components: {
    securitySchemes: {
      header: { type: "apiKey", in: "header", name: "X-Key" },
      query: { type: "apiKey", in: "query", name: "key" },
      cookie: { type: "apiKey", in: "cookie", name: "sid" },
      basic: { type: "http", scheme: "basic" },
      bearer: { type: "http", scheme: "Bearer", bearerFormat: "JWT" },
      digest: { type: "http", scheme: "digest" },
      code: {
        type: "oauth2",
        flows: {
          authorizationCode: {
            authorizationUrl: "https://doors.example.com/a",
            tokenUrl: "https://doors.example.com/t",
            scopes: { "me.read": "" },
          },
        },
      },
      client: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://doors.example.com/t", scopes: {} } } },
      implicit: { type: "oauth2", flows: { implicit: { authorizationUrl: "https://doors.example.com/a", scopes: {} } } },
      openid: { type: "openIdConnect", openIdConnectUrl: "https://doors.example.com/.well-known/openid-configuration" },
      mutual: { type: "mutualTLS" },
      unknown: { type: "smoke signals" },
    },
  },
});

/** Parts that are not what they should be, among parts that are. */
export const broken = (url = "https://broken.example.com") => ({
  openapi: "3.0.0",
  info: { title: "Broken", version: "1" },
  servers: [{ url }],
  paths: {
    "/nothing": null,
    "/text": "a text",
    "no-slash": { get: { responses: {} } },
    "/good": {
      get: {
        operationId: "good",
        responses: {
          "200": { description: "ok", ...json({ type: "object", properties: { id: { type: "string" } } }, { example: { id: "g_1" } }) },
        },
      },
    },
    "/twice": { get: { operationId: "good", responses: {} } },
    "/odd": {
      get: "a text",
      post: null,
      put: {
        operationId: "oddPut",
        parameters: [
          null,
          7,
          { in: "query" },
          { name: "a", in: "nowhere" },
          { $ref: "#/components/parameters/None" },
          { $ref: "other.yaml#/x" },
          { $ref: "http://127.0.0.1/x" },
        ],
        requestBody: json({ $ref: "#/components/schemas/None" }),
        responses: "none",
      },
    },
    "/missing/{one}/{two}": {
      get: {
        operationId: "missing",
        parameters: [
          { name: "one", in: "path", required: true, schema: { type: 7 } },
          { name: "three", in: "path", required: true, schema: null },
        ],
      },
    },
    "/upload": { post: { operationId: "rawUpload", requestBody: { content: { "application/octet-stream": {} } }, responses: {} } },
    "/list?kind=all#one": { get: { operationId: "listAll", responses: { "200": { $ref: "#/components/responses/None" } } } },
    "/constructor": {
      post: {
        operationId: "constructor",
        requestBody: json({
          type: "object",
          properties: { constructor: { type: "string" }, "a b": { type: "string" }, "": {}, list: { type: "array", items: [] } },
          required: "all",
        }),
        responses: {},
      },
    },
  },
  components: "none",
});

/** Names that have to be encoded in a reference, and the same names twice in one operation. */
export const oddNames = (url = "https://names.example.com") => ({
  openapi: "3.0.0",
  info: { title: "Names", version: "1" },
  servers: [{ url }],
  paths: {
    "/things/{thing-id}/{thing.id}.json": {
      put: {
        summary: "Put <b>it</b> [here](https://names.example.com)",
        parameters: [
          { name: "thing-id", in: "path", required: true, schema: { type: "string" } },
          { name: "thing.id", in: "path", required: true, schema: { type: "string" } },
          { name: "id", in: "query", schema: { type: "string" } },
          { name: "ids[]", in: "query", schema: { type: "array", items: { type: "string" } } },
        ],
        requestBody: json({ $ref: "#/components/schemas/a~1b~0c%20d" }),
        responses: { "200": { description: "ok", ...json({ type: "object" }, { example: { ok: true } }) } },
      },
    },
  },
  components: { schemas: { "a/b~c d": { type: "object", properties: { id: { type: "string" }, größe: { type: "integer" } } } } },
});

/** A body whose kinds a discriminator tells apart, one that is one of several objects, and one that is a list. */
export const kinds = () => ({
  openapi: "3.0.0",
  info: { title: "Kinds", version: "1" },
  servers: [{ url: "https://kinds.example.com" }],
  paths: {
    "/animals": { post: { operationId: "addAnimal", requestBody: json({ $ref: "#/components/schemas/Animal" }), responses: {} } },
    "/either": {
      post: {
        operationId: "addEither",
        requestBody: json({ oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }] }),
        responses: {},
      },
    },
    "/many": { post: { operationId: "addMany", requestBody: json({ type: "array", items: { type: "string" } }), responses: {} } },
    "/note": {
      post: { operationId: "addNote", requestBody: { content: { "application/xml": { schema: { type: "object" } } } }, responses: {} },
    },
  },
  components: {
    schemas: {
      Animal: {
        type: "object",
        required: ["kind"],
        properties: { kind: { type: "string" } },
        discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", dog: "Dog" } },
      },
      Cat: {
        allOf: [
          { $ref: "#/components/schemas/Animal" },
          { type: "object", required: ["purrs"], properties: { purrs: { type: "boolean" } } },
        ],
      },
      Dog: { allOf: [{ $ref: "#/components/schemas/Animal" }, { type: "object", properties: { barks: { type: "boolean" } } }] },
    },
  },
});

/** YAML with anchors, merged mappings and an unquoted version. */
export const anchors = `
openapi: 3.1
info: &info {title: Anchors, version: "1"}
servers: [{url: "https://anchors.example.com"}]
x-common: &common
  tags: [things]
  responses:
    "200": {description: ok}
paths:
  /things:
    get:
      <<: *common
      operationId: listThings
    post:
      <<: *common
      operationId: addThing
      requestBody:
        content:
          application/json:
            schema: &thing
              type: object
              properties:
                since: {type: string, format: date, default: 2020-01-01}
                code: {type: string, default: "012"}
`;
