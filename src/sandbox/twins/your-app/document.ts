import { yourAppEvents, yourAppScopes } from "./your-app.ts";

const text = (description?: string) => ({ type: "string", ...(description !== undefined && { description }) });
const time = { type: "string", format: "date-time" };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object, example?: unknown) => ({ "application/json": { schema, ...(example !== undefined && { example }) } });
const answers = (description: string, schema: object, example?: unknown) => ({
  200: { description, content: json(schema, example) },
  default: { $ref: "#/components/responses/Refused" },
});
const needs = (...scopes: (keyof typeof yourAppScopes)[]) => [{ client: scopes }];
const inPath = (name: string, description: string) => ({ name, in: "path", required: true, description, schema: { type: "string" } });
const inQuery = (name: string, description: string, schema: object = { type: "string" }) => ({ name, in: "query", description, schema });
const body = (schema: object, example?: unknown) => ({ required: true, content: json(schema, example) });
const pages = [{ $ref: "#/components/parameters/page" }, { $ref: "#/components/parameters/pageSize" }];
const listOf = (name: string, row: string) => ({
  type: "object",
  required: [name, "total", "page"],
  properties: { [name]: { type: "array", items: ref(row) }, total: { type: "integer" }, page: { type: "integer" } },
});
const listByAddress = (name: string, row: string) => ({
  type: "object",
  required: [name, "next"],
  properties: {
    [name]: { type: "array", items: ref(row) },
    next: { type: ["string", "null"], format: "uri", description: "The address of the next page" },
  },
});

const detail = { id: "ytag_1", locationId: "loc_1", tagId: "tagVip", name: "vip", colour: "#b45309", description: "Spends the most" };
const statistics = { locationId: "loc_1", timestamp: "2026-11-30T07:00:00Z", statistics: { posts: 12, likes: 340 } };

const schemas = {
  Tag: { type: "object", required: ["name"], properties: { id: text("HighLevel's id of the tag"), name: text() } },
  LocationTags: {
    type: "object",
    required: ["tags", "timestamp"],
    properties: { locationId: { ...text(), readOnly: true }, tags: { type: "array", items: ref("Tag") }, timestamp: time },
  },
  NewTagDetail: {
    type: "object",
    required: ["locationId", "tagId", "name"],
    properties: {
      locationId: text("HighLevel's id of the sub-account"),
      tagId: text("HighLevel's id of the tag"),
      name: text(),
      colour: { type: ["string", "null"], pattern: "^#[0-9a-f]{6}$" },
      description: { type: ["string", "null"] },
    },
  },
  TagDetailChange: {
    type: "object",
    properties: {
      name: text(),
      colour: { type: ["string", "null"], pattern: "^#[0-9a-f]{6}$" },
      description: { type: ["string", "null"] },
    },
  },
  TagDetail: {
    allOf: [
      ref("NewTagDetail"),
      {
        type: "object",
        required: ["id", "changedAt"],
        properties: { id: text(), changedAt: time, confirmedAt: { type: ["string", "null"], format: "date-time" } },
      },
    ],
  },
  Statistics: {
    type: "object",
    required: ["locationId", "timestamp", "statistics"],
    properties: {
      id: { ...text(), readOnly: true },
      locationId: text("HighLevel's id of the sub-account"),
      timestamp: time,
      statistics: { type: "object", description: "Numbers by the name of their metric", additionalProperties: { type: "number" } },
    },
  },
  Chart: {
    type: "object",
    properties: {
      metric: text(),
      points: { type: "array", items: { type: "object", properties: { at: time, value: { type: "number" } } } },
    },
  },
  Webhook: {
    type: "object",
    required: ["url", "events"],
    properties: {
      id: { ...text(), readOnly: true },
      url: { type: "string", format: "uri" },
      events: { type: "array", items: { type: "string", enum: [...yourAppEvents] } },
      secret: { ...text("What events are signed with: HMAC with SHA-256 over the body, in X-Your-App-Signature"), readOnly: true },
    },
  },
  Refusal: {
    type: "object",
    properties: { statusCode: { type: "integer" }, message: { type: ["string", "array"], items: { type: "string" } } },
  },
};

const tagDetail = { type: "object", properties: { tagDetail: ref("TagDetail") } };
const paths = {
  "/locations/{locationId}/tags": {
    parameters: [inPath("locationId", "HighLevel's id of the sub-account")],
    get: {
      operationId: "getLocationTags",
      summary: "Get the tags of a sub-account",
      tags: ["Tags"],
      security: needs("tags:read"),
      responses: answers("Its tags as they were sent last", ref("LocationTags")),
    },
    put: {
      operationId: "replaceLocationTags",
      summary: "Replace the tags of a sub-account",
      tags: ["Tags"],
      security: needs("tags:write"),
      requestBody: body(ref("LocationTags"), { tags: [{ id: "tagVip", name: "vip" }], timestamp: statistics.timestamp }),
      responses: answers("The tags", ref("LocationTags")),
    },
  },
  "/tag-details": {
    get: {
      operationId: "listTagDetails",
      summary: "List tag details",
      tags: ["Tag details"],
      security: needs("tags:read"),
      parameters: [inQuery("locationId", "Of this sub-account"), inQuery("changedSince", "Changed at or after", time), ...pages],
      responses: answers("A page of tag details", listOf("tagDetails", "TagDetail"), { tagDetails: [detail], total: 1, page: 1 }),
    },
    put: {
      operationId: "saveTagDetail",
      summary: "Create or update a tag detail",
      tags: ["Tag details"],
      security: needs("tags:write"),
      requestBody: body(ref("NewTagDetail")),
      responses: answers("The tag detail", tagDetail, { tagDetail: detail }),
    },
  },
  "/tag-details/{tagDetailId}": {
    get: {
      operationId: "getTagDetail",
      summary: "Get a tag detail",
      tags: ["Tag details"],
      security: needs("tags:read"),
      parameters: [inPath("tagDetailId", "The tag detail")],
      responses: answers("The tag detail", tagDetail, { tagDetail: detail }),
    },
    patch: {
      operationId: "changeTagDetail",
      summary: "Change a tag detail",
      tags: ["Tag details"],
      security: needs("tags:write"),
      parameters: [inPath("tagDetailId", "The tag detail")],
      requestBody: body(ref("TagDetailChange")),
      responses: answers("The tag detail", tagDetail, { tagDetail: detail }),
    },
    delete: {
      operationId: "deleteTagDetail",
      summary: "Delete a tag detail",
      tags: ["Tag details"],
      security: needs("tags:write"),
      parameters: [inPath("tagDetailId", "The tag detail")],
      responses: answers("It is gone", { type: "object", properties: { deleted: { type: "boolean" } } }),
    },
  },
  "/tag-details/confirm": {
    post: {
      operationId: "confirmTagDetail",
      summary: "Confirm that a tag detail arrived",
      tags: ["Tag details"],
      security: needs("tags:write"),
      requestBody: body({ type: "object", required: ["tagDetailId"], properties: { tagDetailId: text("The tag detail") } }),
      responses: answers("The tag detail", tagDetail, { tagDetail: detail }),
    },
  },
  "/statistics": {
    get: {
      operationId: "listStatistics",
      summary: "List statistics",
      tags: ["Statistics"],
      security: needs("statistics:read"),
      parameters: [inQuery("locationId", "Of this sub-account")],
      responses: answers("A page of statistics", listByAddress("statistics", "Statistics")),
    },
    post: {
      operationId: "addStatistics",
      summary: "Send statistics",
      tags: ["Statistics"],
      security: needs("statistics:write"),
      parameters: [{ name: "Idempotency-Key", in: "header", description: "The same key again adds nothing", schema: { type: "string" } }],
      requestBody: body(ref("Statistics"), statistics),
      responses: answers("The statistics", ref("Statistics"), { id: "ystat_1", ...statistics }),
    },
  },
  "/charts/{metric}": {
    get: {
      operationId: "getChart",
      summary: "Get the data of a chart",
      tags: ["Charts"],
      security: needs("statistics:read"),
      parameters: [inPath("metric", "The metric, such as posts"), inQuery("locationId", "Of this sub-account")],
      responses: answers("Its points by time", ref("Chart")),
    },
  },
  "/webhooks": {
    get: {
      operationId: "listWebhooks",
      summary: "List webhooks",
      tags: ["Webhooks"],
      security: needs("webhooks:manage"),
      responses: answers("The webhooks", { type: "object", properties: { webhooks: { type: "array", items: ref("Webhook") } } }),
    },
    post: {
      operationId: "subscribeWebhook",
      summary: "Register a webhook",
      tags: ["Webhooks"],
      security: needs("webhooks:manage"),
      requestBody: body(ref("Webhook")),
      responses: answers("The webhook with its secret", ref("Webhook")),
    },
  },
  "/webhooks/{webhookId}": {
    delete: {
      operationId: "unsubscribeWebhook",
      summary: "Remove a webhook",
      tags: ["Webhooks"],
      security: needs("webhooks:manage"),
      parameters: [inPath("webhookId", "The webhook")],
      responses: answers("It is gone", { type: "object", properties: { deleted: { type: "boolean" } } }),
    },
  },
};

const event = (name: string, summary: string, about: Record<string, object>) => ({
  post: {
    operationId: name,
    summary,
    requestBody: body({
      type: "object",
      required: ["id", "event", "at"],
      properties: { id: text("Of the event: the same on each attempt"), event: { type: "string", const: name }, at: time, ...about },
    }),
    responses: { 202: { description: "Taken" }, 410: { description: "No more of these, please" } },
  },
});

/** The OpenAPI document by which the pretend customer's app says what it can do. `address`: where it is. */
export const yourAppDocument = (address: string) => ({
  openapi: "3.1.0",
  info: { title: "Your App", version: "1.0.0", description: "Tags, tag details, statistics and charts of a customer's own app." },
  servers: [{ url: address }],
  tags: ["Tags", "Tag details", "Statistics", "Charts", "Webhooks"].map((name) => ({ name })),
  paths,
  webhooks: {
    "tagDetail.changed": event("tagDetail.changed", "A tag detail was made or changed", { tagDetail: ref("TagDetail") }),
    "tagDetail.deleted": event("tagDetail.deleted", "A tag detail was deleted", { tagDetail: ref("TagDetail") }),
    "statistics.requested": event("statistics.requested", "Statistics are wanted now", { locationId: text() }),
  },
  components: {
    schemas,
    parameters: {
      page: inQuery("page", "The page, from 1", { type: "integer", minimum: 1, default: 1 }),
      pageSize: inQuery("pageSize", "Rows of a page", { type: "integer", minimum: 1, maximum: 100, default: 50 }),
    },
    responses: { Refused: { description: "It was refused", content: json(ref("Refusal")) } },
    securitySchemes: {
      client: { type: "oauth2", flows: { clientCredentials: { tokenUrl: `${address}/oauth/token`, scopes: yourAppScopes } } },
    },
  },
});
