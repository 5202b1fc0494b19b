import type { JsonSchema, JsonType } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";

type Defs = Record<string, JsonSchema>;

/**
 * What the vendor's strict validator would say of a body: unknown keys, missing keys, wrong types, in its words.
 * Of a body with alternatives, what it would say by the one that comes nearest; alternatives further down are left to the handler. An optional property may be null, as with class-validator.
 */
export function bodyFaults(schema: JsonSchema, body: Record<string, unknown>, defs: Defs): string[] {
  const { anyOf, oneOf, ...described } = resolve(schema, defs);
  const alternatives = [...(anyOf ?? []), ...(oneOf ?? [])].map((one) => bodyFaults(one, body, defs));
  if (described.properties || alternatives.length === 0) return objectFaults(described, body, defs, "");
  return alternatives.reduce((best, faults) => (faults.length < best.length ? faults : best));
}

/** The same of a body that is a list. */
export function listBodyFaults(schema: JsonSchema, list: readonly unknown[], defs: Defs): string[] {
  return listFaults(resolve(schema, defs), [...list], defs, "body");
}

/** The same of what stands in a query: everything is text there, and numbers must read as such. */
export function queryFaults(params: readonly QueryParam[], query: Readonly<Record<string, string | undefined>>): string[] {
  return params.flatMap(({ name, required, schema }) => {
    const text = query[name];
    if (text === undefined) return required && !ruledElsewhere.has(name) ? missing(schema, name, {}) : [];
    return valueFaults(
      schema,
      typeOf(schema) === "number" && Number.isFinite(Number(text)) ? Number(text) : asQueried(schema, text),
      {},
      name,
    );
  });
}
type QueryParam = { name: string; required?: boolean; schema: JsonSchema };
/** Without them the vendor answers that the token may not go there. */
const ruledElsewhere = new Set(["locationId", "location_id", "companyId"]);

/** Lists and flags are read leniently, and a text is a text. */
function asQueried(schema: JsonSchema, text: string): unknown {
  const type = typeOf(schema);
  if (type === "array") return [];
  return type === "boolean" ? text === "true" : text;
}

function objectFaults(schema: JsonSchema, value: Record<string, unknown>, defs: Defs, path: string): string[] {
  const properties = schema.properties ?? {};
  const unknown = Object.keys(value)
    .filter((key) => !Object.hasOwn(properties, key))
    .map((key) => `${path}property ${key} should not exist`);
  const wrong = Object.entries(properties).flatMap(([key, property]) => {
    const member = Object.hasOwn(value, key) ? value[key] : undefined;
    const required = schema.required?.includes(key) ?? false;
    if (member === undefined || member === null) return required ? missing(property, path + key, defs) : [];
    return valueFaults(resolve(property, defs), member, defs, path + key);
  });
  return [...unknown, ...wrong];
}

function missing(property: JsonSchema, name: string, defs: Defs): string[] {
  const type = typeOf(resolve(property, defs));
  const empty = type === "string" ? [`${name} should not be empty`] : [];
  return type ? [...empty, `${name} ${mustBe[type]}`] : [`${name} should not be empty`];
}

function valueFaults(schema: JsonSchema, value: unknown, defs: Defs, name: string): string[] {
  const type = typeOf(schema);
  if (type && !fits[type](value)) return [`${name} ${mustBe[type]}`];
  if (schema.enum && !schema.enum.includes(value as never))
    return [`${name} must be one of the following values: ${schema.enum.map(String).join(", ")}`];
  if (typeof value === "string" && schema.maxLength !== undefined && value.length > schema.maxLength) {
    return [`${name} must be shorter than or equal to ${schema.maxLength} characters`];
  }
  if (typeof value === "number") return numberFaults(schema, value, name);
  if (Array.isArray(value)) return listFaults(schema, value, defs, name);
  return isObject(value) && schema.properties ? objectFaults(schema, value, defs, `${name}.`) : [];
}

function numberFaults(schema: JsonSchema, value: number, name: string): string[] {
  if (schema.minimum !== undefined && value < schema.minimum) return [`${name} must not be less than ${schema.minimum}`];
  if (schema.maximum !== undefined && value > schema.maximum) return [`${name} must not be greater than ${schema.maximum}`];
  return [];
}

function listFaults(schema: JsonSchema, list: unknown[], defs: Defs, name: string): string[] {
  const items = schema.items && resolve(schema.items, defs);
  const type = items && typeOf(items);
  if (!items || !type) return [];
  if (!list.every((item) => fits[type](item))) return [`each value in ${name} ${mustBe[type]}`];
  if (items.enum && !list.every((item) => items.enum!.includes(item as never)))
    return [`each value in ${name} must be one of the following values: ${items.enum.map(String).join(", ")}`];
  return items.properties ? list.flatMap((item, i) => valueFaults(items, item, defs, `${name}.${i}`)) : [];
}

/** The one type a schema asks for; undefined where it leaves a choice. */
function typeOf(schema: JsonSchema): JsonType | undefined {
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  return types.length === 1 ? types[0] : undefined;
}

function resolve(schema: JsonSchema, defs: Defs): JsonSchema {
  const name = schema.$ref?.slice("#/$defs/".length);
  return name && defs[name] ? resolve(defs[name], defs) : schema;
}

const mustBe: Record<JsonType, string> = {
  string: "must be a string",
  number: "must be a number conforming to the specified constraints",
  integer: "must be an integer number",
  boolean: "must be a boolean value",
  object: "must be an object",
  array: "must be an array",
  null: "must be null",
};
const fits: Record<JsonType, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  object: isObject,
  array: Array.isArray,
  null: (value) => value === null,
};
