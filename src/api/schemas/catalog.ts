/** The catalog. */
import { z } from "zod";
import { jsonValue } from "#engine/flow/format.ts";
import { effects, type InputField, type JsonSchema } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";

/** A JSON Schema. */
export const jsonSchema = z.custom<JsonSchema>(isObject);
const inputValues = z.record(z.string(), jsonValue);

/** A list operation that offers the choices of a field. */
const lookup = z.object({
  operation: z.string(),
  otherwise: z.string().optional(),
  input: inputValues.optional(),
  list: z.string().optional(),
  within: z.object({ row: z.string(), label: z.string(), field: z.string() }).optional(),
  value: z.string(),
  identity: z.string().optional(),
  label: z.string(),
  by: z.array(z.string()).optional(),
  id: z.string().optional(),
  short: z.boolean().optional(),
  retired: z.object({ row: z.string(), values: z.array(jsonValue) }).optional(),
  options: z.object({ row: z.string(), open: z.string() }).optional(),
  controls: z.object({ row: z.string(), of: z.record(z.string(), z.enum(["number", "date", "tags", "longtext", "json"])) }).optional(),
});
/** What a search can be narrowed and sorted by. */
const searches = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      control: z.enum(["text", "number", "date", "checkbox", "choice", "lookup", "tags"]),
      choices: z.record(z.string(), z.string()).optional(),
      lookup: lookup.optional(),
      sorts: z.boolean().optional(),
    }),
  ),
  custom: z.object({ prefix: z.string(), lookup }).optional(),
});
/** A list that is searched while a person types. */
const suggest = z.object({
  operation: z.string(),
  query: z.string(),
  input: inputValues.optional(),
  value: z.string(),
  label: z.array(z.string()),
  one: z.object({ operation: z.string(), id: z.string() }).optional(),
});
/** A field of an operation's input, as the catalog has it. */
export const inputField = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header", "body", "setting"]),
  wire: z.string().optional(),
  members: z.record(z.string(), z.string()).optional(),
  required: z.boolean().optional(),
  schema: jsonSchema,
  fill: z.union([z.object({ connection: z.enum(["locationId", "companyId"]) }), z.object({ value: jsonValue })]).optional(),
  label: z.string().optional(),
  control: z
    .enum([
      "text",
      "longtext",
      "number",
      "checkbox",
      "choice",
      "date",
      "lookup",
      "tags",
      "list",
      "customFields",
      "filters",
      "order",
      "json",
    ])
    .optional(),
  words: z.record(z.string(), z.string()).optional(),
  help: z.string().optional(),
  text: z.enum(["address", "body"]).optional(),
  join: z.literal("comma").optional(),
  lookup: lookup.optional(),
  suggest: suggest.optional(),
  searches: searches.optional(),
}) satisfies z.ZodType<InputField>;

export const catalogEntry = z.object({
  key: z.string(),
  app: z.string(),
  kind: z.enum(["trigger", "action", "change", "webhook", "schedule", "manual"]),
  title: z.string(),
  category: z.string(),
  effect: z.enum(effects).nullable(),
  method: z.string().nullable(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** The id of the same in the vendor's newer API, where it has it. */
  newer: z.string().optional(),
  scopes: z.array(z.string()),
  /** The scopes follow from a rule of ours, where the vendor names none. */
  scopesLikely: z.boolean().optional(),
  deprecated: z.boolean(),
  inputs: z.array(inputField),
  output: z.unknown().optional(),
  example: z.unknown().optional(),
  note: z.string().optional(),
  /** Of a webhook whose lost events a list can recover: the inputs that the list needs. */
  reconcile: z.array(z.string()).optional(),
  /** A change trigger: the events that report the change sooner than a poll. */
  events: z.array(z.string()).optional(),
  /** Two calls or a decision behind one name. */
  recipe: z.boolean(),
  /** It sends a message to a person, by the rules for messages of the workspace. */
  sendsMessage: z.boolean().optional(),
  /** Why it could hand access or events to somebody else, though it only adds or changes records: an agent asks a person first. */
  handsOver: z.string().optional(),
  /** It takes further members beside its fields, under `$more`: what the other side takes and does not describe. */
  takesMore: z.boolean(),
  /** The fields that may be emptied on purpose, where it changes records: with `{ "$empty": true }`. */
  empties: z.array(z.string()),
  /** The fields that replace the whole list that a record has, where it changes records: what is left out of them is taken away. */
  replaces: z.array(z.string()),
  /** The fields by which a list is read page by page. Millrace fills them in, so hardly anybody has to. */
  pages: z.array(z.string()),
});
export const catalogQuery = z.object({
  app: z.string().max(60).optional(),
  q: z.string().max(200).optional(),
  /** One of them by its key; also an endpoint's own (`contacts/create-contact`) and one of the newer API (`contacts.create@v3`). */
  key: z.string().max(200).optional(),
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints: z.stringbool().optional(),
  /** What it should do, in a few words: synonyms count, and the likeliest come first. */
  find: z.string().max(200).optional(),
  category: z.string().max(100).optional(),
  /** What it does to the app: `read`, `create`, `delete`. */
  effect: z.string().max(30).optional(),
  /** What can be a step of a flow, or what can start one. */
  use: z.enum(["step", "trigger"]).optional(),
  /** How many at most; all where it is left out. */
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
});
export const catalogList = z.object({ operations: z.array(catalogEntry) });
export type CatalogEntry = z.infer<typeof catalogEntry>;
