import type { ControlKind, InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { endpointFacts, indexLine, newerEndpoint, newerId, newerIndex, olderId, type EndpointFacts, type ModuleFacts } from "./facts.ts";
import { withFormats } from "./formats.ts";
import { renames } from "./renames.ts";
import { inline } from "./schemas.ts";
import { messages } from "./messages.ts";

/** What most endpoints want, and every one accepts, where the description forgets the Version header. */
const usualVersion = "2021-07-28";
const newerVersion = "v3";

/**
 * An endpoint as an operation nobody has judged yet, under its facts key (`contacts/create-contact`): a GET reads,
 * anything else is a write that is not repeated. Undefined when there is no such endpoint.
 */
export function deriveOperation(key: string): Operation | undefined {
  const facts = endpointFacts(key);
  return facts && operationOf(facts.endpoint, facts.module);
}

/**
 * An endpoint of the newer API as an operation nobody has judged, by its id with the mark (`contacts/create-contact@v3`). An endpoint
 * that several older ones became has each of their ids, with what they stood for filled in.
 */
export function deriveNewer(id: string): Operation | undefined {
  const { to, set } = renames[olderId(id) ?? ""] ?? {};
  const key = set ? newerIndex().find(({ method, path }) => `${method} ${path}` === to)?.key : id;
  const facts = key === undefined ? undefined : newerEndpoint(key);
  if (!facts) return undefined;
  const operation = operationOf(facts.endpoint, facts.module);
  if (!set) return operation;
  const input = operation.input.map((field) => (set[field.name] ? { ...field, fill: { value: set[field.name]! } } : field));
  return { ...operation, id, title: titleOf(id), input };
}

/** The same record for judged operations to build on. */
export function operationOf(endpoint: EndpointFacts, module: ModuleFacts): Operation {
  const { key, method, path, version, scopes, scopesFrom, access, oauthOnly, deprecated, body, result } = endpoint;
  const reads = method === "GET";
  const older = olderId(key);
  return {
    id: key,
    app: "highlevel",
    title: titleOf(key),
    category: words(module.module),
    kind: reads ? "trigger" : "action",
    effect: reads ? "read" : "other",
    method,
    path,
    ...(key === "oauth/get-access-token" ? {} : { version: version ?? (older ? newerVersion : usualVersion) }),
    scopes,
    ...(scopesFrom === "rule" ? { scopesLikely: true } : {}),
    access,
    ...(oauthOnly ? { oauthOnly } : {}),
    ...(indexLine(key)?.newer ? { newer: newerId(key) } : {}),
    ...(deprecated ? { deprecated } : {}),
    ...(messages[older ?? key] ? { message: messages[older ?? key]! } : {}),
    ...(body && body.type !== "json" ? { body: body.type } : {}),
    input: fieldsOf(endpoint, module),
    result: "",
    ...(result.schema ? { output: inline(result.schema, module.$defs) } : {}),
  };
}

function fieldsOf(endpoint: EndpointFacts, { $defs }: ModuleFacts): InputField[] {
  const params = endpoint.params.map((p): InputField => ({
    name: p.name,
    in: p.in,
    ...(p.required ? { required: true } : {}),
    ...(p.join ? { join: p.join } : {}),
    schema: inline(p.schema, $defs),
  }));
  const all = [...params, ...bodyFields(endpoint, $defs)];
  return all.map((field) => finish(field, endpoint, all));
}

/** `contacts/create-contact@v3` in words. */
function titleOf(key: string): string {
  const older = olderId(key);
  const title = words((older ?? key).slice(key.indexOf("/") + 1));
  return older === undefined ? title : `${title} (v3)`;
}

/** A member of the body each; a body that is no object of known members is one field. */
function bodyFields({ body }: EndpointFacts, defs: Record<string, JsonSchema>): InputField[] {
  if (!body) return [];
  const described = inline(body.schema, defs);
  const schema = body.type === "multipart" ? withFiles(described) : described;
  if (!schema.properties || Object.keys(schema.properties).length === 0)
    return [{ name: "body", in: "body", wire: "", ...(body.required ? { required: true } : {}), schema }];
  return Object.entries(schema.properties).map(([name, member]) => ({
    name,
    in: "body",
    ...(schema.required?.includes(name) ? { required: true } : {}),
    schema: member,
  }));
}

/** A file as a step gives it. */
const fileSchema: JsonSchema = {
  type: "object",
  properties: { filename: { type: "string" }, contentType: { type: "string" }, base64: { type: "string" } },
  required: ["filename", "base64"],
};

/** The parts of a form, those that are files as a step gives them. */
function withFiles(schema: JsonSchema): JsonSchema {
  if (schema.format === "binary") return fileSchema;
  const { properties, items, additionalProperties: more } = schema;
  return {
    ...schema,
    ...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, withFiles(part)])) } : {}),
    ...(items ? { items: withFiles(items) } : {}),
    ...(typeof more === "object" ? { additionalProperties: withFiles(more) } : {}),
  };
}

function finish(field: InputField, endpoint: EndpointFacts, all: readonly InputField[]): InputField {
  const isDuplicate = all.slice(0, all.indexOf(field)).some((other) => other.name === field.name); // all fields share one name space
  return {
    ...field,
    schema: withFormats(field.wire ?? field.name, field.schema, endpoint.path),
    ...(isDuplicate ? { name: `${field.in}_${field.name}`, wire: field.wire ?? field.name } : {}),
    ...fillOf(field, endpoint, all),
    label: words(field.name),
    control: controlOf(field.schema),
    ...helpOf(field.schema),
  };
}

/** How a file is given: nothing in a form's own shape would tell. */
function helpOf({ properties, items, additionalProperties }: JsonSchema): Pick<InputField, "help"> {
  const file = "{filename, contentType, base64}";
  if (properties === fileSchema.properties) return { help: `A file: ${file}.` };
  if (items?.properties === fileSchema.properties) return { help: `Files, each ${file}.` };
  return additionalProperties === fileSchema ? { help: `The parts of the form by name; a file is ${file}.` } : {};
}

/**
 * The sub-account comes from the connection, but never silently into the path of a write: that could be the thing to delete. Some
 * families call it `altId` and say beside it, in `altType`, what kind of id that is.
 */
function fillOf({ name, in: place, schema }: InputField, { method }: EndpointFacts, all: readonly InputField[]): Pick<InputField, "fill"> {
  if (place === "path" && method !== "GET") return {};
  if (name === "locationId" || name === "companyId") return { fill: { connection: name } };
  if (name === "location_id") return { fill: { connection: "locationId" } };
  if (name === "altId" && all.some(isOfLocation)) return { fill: { connection: "locationId" } };
  return isOfLocation({ name, schema }) ? { fill: { value: "location" } } : {};
}

const isOfLocation = ({ name, schema }: Pick<InputField, "name" | "schema">): boolean =>
  name === "altType" && (schema.enum?.includes("location") ?? false);

function controlOf({ type, enum: choices, items, format }: JsonSchema): ControlKind {
  const kind = Array.isArray(type) ? type.find((t) => t !== "null") : type;
  if (choices) return "choice";
  if (kind === "boolean") return "checkbox";
  if (kind === "number" || kind === "integer") return "number";
  if (kind === "string") return format === "date-time" || format === "date" ? "date" : "text";
  return kind === "array" && items?.type === "string" ? "list" : "json";
}

/** `get-all-tasks` and `firstName` as people read them. */
export function words(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[-_]+/g, " ")
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
