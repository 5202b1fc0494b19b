/** Apps: what comes with Millrace, and those that a workspace defines as data. */
import { z } from "zod";
import { jsonValue } from "#engine/flow/format.ts";
import { address, fieldName, headerName, headerValue, text } from "#catalog/definition-texts.ts";
import { isJsonSchema } from "#catalog/json-schema.ts";
import { loginField } from "#catalog/logins/field.ts";
import { authScheme, loginKindNames } from "#catalog/logins/kinds.ts";
import type { JsonSchema } from "#catalog/types.ts";

/** Bounds of a definition, so that it does not slow down look-ups and forms. */
export const appLimits = { operations: 1_000, triggers: 100, inputs: 80, bytes: 2 * 1024 * 1024 } as const;

const path = z.string().max(200);
const paths = z.array(path).max(50);
const operationId = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, "use small letters, digits and _, with dots between: contacts.create");
/** Paths are added to its end. It may have variables, such as `{subdomain}`. */
const baseAddress = z
  .string()
  .max(2000)
  .superRefine((url, context) => {
    const { error } = address.safeParse(url.replace(/:\{\w+\}/g, ":1").replace(/\{\w+\}/g, "x"));
    if (error) context.addIssue({ code: "custom", message: error.issues[0]!.message });
  })
  .refine((url) => !/[?#]/.test(url), "has a query or a #; paths are added to its end");
const input = z.record(z.string().max(80), jsonValue);
const pathsByName = z.record(z.string().max(200), path);
const values = z.array(jsonValue).max(100);
const effect = z.enum(["read", "create", "update", "upsert", "delete", "link", "unlink", "send", "other"]);
/** A JSON Schema of the subset that forms and checks understand. */
const jsonSchema = z.custom<JsonSchema>(isJsonSchema, "is not a JSON Schema that Millrace understands (docs/add-an-app.md)");

const place = z.enum(["locationId", "companyId"]);
const placeField = z.strictObject({ name: place, label: text(80), help: text(300).optional() });
const probeRead = z.strictObject({ operation: operationId, input: input.optional(), has: place.optional(), lacks: place.optional() });
const mark = z.strictObject({ letters: text(3), hue: z.number().min(0).max(360) });
const home = z.strictObject({
  operation: operationId,
  account: fieldName,
  zone: path,
  country: path,
  name: path.optional(),
  agency: z.strictObject({ operation: operationId, name: path }).optional(),
});
const subAccounts = z.strictObject({
  list: operationId,
  registration: fieldName,
  id: path,
  name: path,
  installed: path,
  login: operationId,
});
const quota = z.strictObject({
  burst: z.strictObject({ limit: z.int().min(1).max(100_000), windowMs: z.int().min(100).max(3_600_000) }),
  daily: z.int().min(1).max(1e9).optional(),
  headers: z
    .strictObject({
      limit: headerName.optional(),
      remaining: headerName.optional(),
      windowMs: headerName.optional(),
      dailyLimit: headerName.optional(),
      dailyRemaining: headerName.optional(),
      dailyResetMs: headerName.optional(),
    })
    .optional(),
});
const refusal = z.strictObject({
  status: z.array(z.int().min(400).max(599)).min(1).max(50),
  operations: z.array(operationId).max(appLimits.operations).optional(),
  message: text(200).optional(),
  has: path.optional(),
  code: z.enum([
    "OUTBOUND_REFUSED",
    "OUTBOUND_NOT_FOUND",
    "OUTBOUND_FAILED",
    "DUPLICATE_RECORD",
    "SLOT_TAKEN",
    "RATE_LIMITED",
    "SCOPE_MISSING",
    "WRONG_LOCATION",
    "CONNECTION_WRONG_KIND",
    "CONNECTION_EXPIRED",
    "CONNECTION_REVOKED",
    "CONNECTION_PAUSED",
  ]),
  existing: path.optional(),
  refresh: z.boolean().optional(),
  doubtful: z.boolean().optional(),
  say: text(300).optional(),
});

const lookup = z.strictObject({
  operation: operationId,
  otherwise: operationId.optional(),
  input: input.optional(),
  list: path.optional(),
  within: z.strictObject({ row: path, label: path, field: fieldName }).optional(),
  value: path,
  identity: path.optional(),
  label: path,
  by: paths.optional(),
  id: text(200).optional(),
  short: z.boolean().optional(),
  retired: z.strictObject({ row: path, values }).optional(),
});
const suggest = z.strictObject({
  operation: operationId,
  query: fieldName,
  input: input.optional(),
  value: path,
  label: paths,
  one: z.strictObject({ operation: operationId, id: fieldName }).optional(),
});
const inputField = z.strictObject({
  name: fieldName,
  in: z.enum(["path", "query", "header", "body"]),
  wire: z.string().max(80).optional(),
  members: pathsByName.optional(),
  required: z.boolean().optional(),
  schema: jsonSchema.default({ type: "string" }),
  fill: z.union([z.strictObject({ connection: place }), z.strictObject({ value: jsonValue })]).optional(),
  label: text(80).optional(),
  control: z
    .enum(["text", "longtext", "number", "checkbox", "choice", "date", "lookup", "tags", "list", "customFields", "json"])
    .optional(),
  /** What its choices are called. */
  words: z.record(z.string().max(200), text(80)).optional(),
  help: text(300).optional(),
  join: z.literal("comma").optional(),
  lookup: lookup.optional(),
  suggest: suggest.optional(),
});

const at = z.enum(["query", "body"]);
const size = { size: fieldName, max: z.int().min(1).max(10_000) };
const paging = z.discriminatedUnion("style", [
  z.strictObject({ style: z.literal("none") }),
  z.strictObject({
    style: z.literal("cursor"),
    in: at,
    ...size,
    next: pathsByName,
    sizeAsText: z.boolean().optional(),
    total: path.optional(),
  }),
  z.strictObject({
    style: z.literal("offset"),
    in: at,
    offset: fieldName,
    ...size,
    asText: z.boolean().optional(),
    more: path.optional(),
    total: path.optional(),
    floor: z.int().min(1).optional(),
  }),
  z.strictObject({
    style: z.literal("page"),
    in: at,
    page: fieldName,
    ...size,
    pageRows: z.int().min(1).optional(),
    after: z.strictObject({ field: fieldName, row: path }).optional(),
    total: path.optional(),
  }),
  z.strictObject({
    style: z.literal("lastRow"),
    in: at,
    field: fieldName,
    row: path,
    ties: z.boolean().optional(),
    ...size,
    more: path.optional(),
    floor: z.int().min(1).optional(),
  }),
  z.strictObject({ style: z.literal("link"), link: path.optional(), total: path.optional() }),
]);
const fieldNames = z.array(fieldName).min(1).max(20);
const rule = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["atLeastOne", "exactlyOne", "atMostOne"]), fields: fieldNames }),
  z.strictObject({ kind: z.literal("window"), from: fieldName, to: fieldName, maxDays: z.int().min(1).optional() }),
]);
const confirm = z.strictObject({
  operation: operationId,
  input: pathsByName,
  match: pathsByName,
  begins: paths.optional(),
  since: path.optional(),
  needs: paths.optional(),
});
const before = z.strictObject({
  operation: operationId,
  input: pathsByName,
  match: pathsByName.optional(),
  ignore: paths.optional(),
  sets: z.record(z.string().max(80), z.enum(["add", "remove", "replace"])).optional(),
});
const marked = z.strictObject({ row: path, values });
/** An operation as a definition writes it. */
export const operationDefinition = z.strictObject({
  id: operationId,
  title: text(80),
  category: text(60).optional(),
  effect,
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path: z
    .string()
    .max(500)
    .regex(/^(\/[^\s?#]*|secret-url:[A-Za-z_][\w-]*)$/, "begins with / and has no query; or is secret-url: and the name of an address"),
  version: text(40).optional(),
  scopes: z.array(text(120)).max(50).default([]),
  deprecated: z.boolean().optional(),
  body: z.enum(["json", "form", "multipart"]).optional(),
  input: z.array(inputField).max(appLimits.inputs).default([]),
  rules: z.array(rule).max(20).optional(),
  result: path.default(""),
  resultOr: paths.optional(),
  list: z.boolean().optional(),
  lone: z.boolean().optional(),
  identity: path.optional(),
  identityOr: paths.optional(),
  gone: marked.optional(),
  changed: path.optional(),
  volatile: paths.optional(),
  paging: paging.optional(),
  newest: z.strictObject({ input, by: path }).optional(),
  output: jsonSchema.optional(),
  confirm: confirm.optional(),
  fresh: fieldName.optional(),
  before: before.optional(),
  idempotencyKey: z.boolean().optional(),
  events: z.array(operationId).max(20).optional(),
  show: paths.optional(),
  example: z.strictObject({ input, output: jsonValue }).optional(),
  note: text(500).optional(),
});

const textValues = z.record(z.string().max(200), z.array(z.string().max(200)).max(50));
const reconcile = z.strictObject({
  operation: operationId,
  emit: z.enum(["new", "changed", "deleted"]),
  input: input.optional(),
  needs: paths.optional(),
  only: paths.optional(),
  carries: paths.optional(),
  where: textValues.optional(),
  made: path.optional(),
  wrap: fieldName.optional(),
});
const requestPart = { in: z.enum(["header", "query", "body"]), name: text(200) };
const secretPlace = z.union([z.strictObject({ login: fieldName }), z.strictObject({ answer: path }), z.strictObject({ input: fieldName })]);
/** A way of signing is checked when the parts are put together: its sentence says more than a union of shapes. */
const signature = z.union([text(40), z.strictObject({ header: text(80) }).catchall(z.union([z.string(), z.number()]))]);
const verify = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("address") }),
  z.strictObject({
    kind: z.literal("token"),
    in: z.enum(["header", "query"]),
    name: text(80),
    prefix: z.string().max(40).optional(),
    secret: secretPlace,
  }),
  z.strictObject({ kind: z.literal("basic"), user: text(200).optional(), secret: secretPlace }),
  z.strictObject({ kind: z.literal("signature"), signature, secret: secretPlace }),
]);
const challenge = z.strictObject({
  when: z.strictObject({ ...requestPart, value: text(200).optional() }),
  text: z.strictObject(requestPart).optional(),
  answer: z.discriminatedUnion("as", [
    z.strictObject({ as: z.literal("text") }),
    z.strictObject({
      as: z.literal("json"),
      member: text(80),
      signature: z
        .strictObject({
          member: text(80),
          algorithm: z.enum(["sha1", "sha256", "sha512"]).optional(),
          encoding: z.enum(["hex", "base64"]).optional(),
        })
        .optional(),
    }),
    z.strictObject({ as: z.literal("header"), name: headerName }),
  ]),
});
const subscribe = z.strictObject({
  operation: operationId,
  input: input.optional(),
  address: fieldName,
  id: path,
  unsubscribe: z.strictObject({ operation: operationId, id: fieldName, input: input.optional() }).optional(),
  list: z.strictObject({ operation: operationId, input: input.optional(), id: path, address: path }).optional(),
});
/** How webhooks come in, as a definition writes it. */
const webhookRules = z.strictObject({
  verify: verify.optional(),
  challenges: z.array(challenge).max(5).optional(),
  subscribe: subscribe.optional(),
});

/** A webhook trigger as a definition writes it. */
export const triggerDefinition = z.strictObject({
  id: operationId,
  title: text(80),
  category: text(60).optional(),
  key: paths.default([]),
  repeatMs: z.int().min(1000).max(86_400_000).optional(),
  person: paths.optional(),
  aliases: textValues.optional(),
  accepts: textValues.optional(),
  record: path.optional(),
  at: path.optional(),
  reconcile: reconcile.optional(),
  webhooks: webhookRules.extend({ event: text(120).optional() }).optional(),
  output: jsonSchema.optional(),
  example: input,
  note: text(500).optional(),
});

/** A part of the app's addresses that each connection fills in. */
export const addressVariable = z.strictObject({
  name: fieldName.max(40),
  label: text(80),
  help: text(300).optional(),
  /** `host`: the whole host is the customer's word. `path`: several parts of a path. Otherwise one part, between dots or slashes. */
  as: z.enum(["host", "path"]).optional(),
  choices: z.array(text(100)).min(1).max(50).optional(),
  default: text(200).optional(),
});

/** An app as a workspace defines it: data only. How its parts fit together is checked after the shape. */
export const appDefinition = z.strictObject({
  /** By it a file is known to be an app of Millrace; it is not saved. */
  millraceApp: z.literal(1).optional(),
  title: text(60),
  baseUrl: baseAddress.optional(),
  variables: z.array(addressVariable).max(10).optional(),
  auth: z
    .array(authScheme)
    .min(1)
    .max(loginKindNames.length)
    .default([{ kind: "none" }]),
  place: z.array(placeField).max(2).optional(),
  probe: z.array(probeRead).max(10).optional(),
  mark: mark.optional(),
  subAccounts: subAccounts.optional(),
  home: home.optional(),
  finders: z.record(fieldName, operationId).optional(),
  prepare: text(60).optional(),
  headers: z.record(headerName, headerValue.max(1000)).optional(),
  quota: quota.optional(),
  webhooks: webhookRules.optional(),
  refusals: z.array(refusal).max(50).default([]),
  operations: z.array(operationDefinition).max(appLimits.operations).default([]),
  triggers: z.array(triggerDefinition).max(appLimits.triggers).default([]),
});

const loginView = z.object({
  kind: z.enum(loginKindNames),
  title: z.string(),
  /** What the login asks of a person, in the order of its form. */
  fields: z.array(loginField),
  /**
   * Set where a person can allow the login at a page of the app instead: the fields of the client that asks, and where to register the
   * redirect address, in words.
   */
  consent: z.object({ asker: z.array(loginField), register: z.string().nullable() }).nullable(),
});
export const appView = z.object({
  id: z.string(),
  title: z.string(),
  /** It comes with Millrace. The others are the workspace's own. */
  builtIn: z.boolean(),
  /** Of an own app: 1 at first, and one more with each change. */
  revision: z.number().nullable(),
  /** The app of a call that names none. */
  main: z.boolean(),
  /** Where its API is; empty where only the connection says. */
  baseUrl: z.string(),
  mark: z.object({ letters: z.string().optional(), icon: z.enum(["globe", "timer"]).optional(), hue: z.number() }).nullable(),
  /** The ways to log in, the usual one first. */
  logins: z.array(loginView),
  /** Parts of its address that a connection fills in. */
  variables: z.array(addressVariable),
  /** It has no address of its own: every connection says where it is. */
  asksAddress: z.boolean(),
  /** Facts of a connection that its form asks for beside the login. */
  place: z.array(placeField),
  /** Whether it can only be called with a login. */
  needsLogin: z.boolean(),
  /** Where its webhooks come to an inbox: where a person ticks the events, in words. */
  inbox: z.object({ where: z.string() }).nullable(),
  /** It has further operations under keys of their own, which are listed on request. */
  endpoints: z.boolean(),
  operations: z.number(),
  triggers: z.number(),
});
export const appList = z.object({
  /** Changes with every change of the workspace's own apps. */
  revision: z.number(),
  apps: z.array(appView),
});
export const appDetail = appView.extend({
  /** Of an own app: what was put. */
  definition: z.record(z.string(), z.unknown()).nullable(),
});
export type AppDefinition = z.infer<typeof appDefinition>;
export type AppView = z.infer<typeof appView>;
export type LoginView = z.infer<typeof loginView>;
