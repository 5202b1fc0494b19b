import type { ControlKind, InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { endpointFacts, type EndpointFacts, type ModuleFacts } from "./facts.ts";
import { inline } from "./schemas.ts";

/** What most endpoints want, and every one accepts, where the description forgets the Version header. */
const usualVersion = "2021-07-28";

/**
 * An endpoint as an operation nobody has judged yet, under its facts key (`contacts/create-contact`): a GET reads,
 * anything else is a write that is not repeated. Undefined when there is no such endpoint.
 */
export function deriveOperation(key: string): Operation | undefined {
  const facts = endpointFacts(key);
  return facts && operationOf(facts.endpoint, facts.module);
}

/** The same record for judged operations to build on. */
export function operationOf(endpoint: EndpointFacts, module: ModuleFacts): Operation {
  const { key, method, path, version, scopes, access, deprecated, body, result } = endpoint;
  const reads = method === "GET";
  return {
    id: key,
    app: "highlevel",
    title: words(key.slice(key.indexOf("/") + 1)),
    category: words(module.module),
    kind: reads ? "trigger" : "action",
    effect: reads ? "read" : "other",
    method,
    path,
    ...(key === "oauth/get-access-token" ? {} : { version: version ?? usualVersion }),
    scopes,
    access,
    ...(deprecated ? { deprecated } : {}),
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

/** A member of the body each; a body that is no object of known members is one field. */
function bodyFields({ body }: EndpointFacts, defs: Record<string, JsonSchema>): InputField[] {
  if (!body) return [];
  const schema = inline(body.schema, defs);
  if (!schema.properties) return [{ name: "body", in: "body", wire: "", ...(body.required ? { required: true } : {}), schema }];
  return Object.entries(schema.properties).map(([name, member]) => ({
    name,
    in: "body",
    ...(schema.required?.includes(name) ? { required: true } : {}),
    schema: member,
  }));
}

function finish(field: InputField, endpoint: EndpointFacts, all: readonly InputField[]): InputField {
  const taken = all.slice(0, all.indexOf(field)).some((other) => other.name === field.name); // all fields share one name space
  return {
    ...field,
    ...(taken ? { name: `${field.in}_${field.name}`, wire: field.wire ?? field.name } : {}),
    ...fillOf(field, endpoint),
    label: words(field.name),
    control: controlOf(field.schema),
  };
}

/** The sub-account comes from the connection, but never silently into the path of a write: that could be the thing to delete. */
function fillOf({ name, in: place }: InputField, { method }: EndpointFacts): Pick<InputField, "fill"> {
  if (name !== "locationId" && name !== "companyId") return {};
  return place === "path" && method !== "GET" ? {} : { fill: { connection: name } };
}

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
