import { isObject } from "#kernel/json.ts";

/** Pure: what a JSON Schema says of a place of a value. A compact reading of it: `$ref`, `properties`, `items`, `anyOf`, `enum`. */
export type Schema = Readonly<Record<string, unknown>>;

/** A member that can be written at a place. */
export interface SchemaMember {
  name: string;
  about: string | undefined;
  isRequired: boolean;
  /** What its value begins with: `{`, `[`, `"`. */
  begins: string;
}

/** The schemas of a document, by name. */
export type Schemas = Readonly<Record<string, unknown>>;

/** The schemas that hold at a place; several where it may be one of several. `value` is what is written so far: it tells which of them is meant. */
export function schemasAt(root: Schema, schemas: Schemas, value: unknown, path: readonly (string | number)[]): Schema[] {
  let matching = meant([root], schemas, value);
  let at: unknown = value;
  for (const key of path) {
    at = isObject(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[key] : undefined;
    const inner = matching.flatMap((schema) => {
      if (typeof key === "number") return isObject(schema["items"]) ? [schema["items"]] : [];
      const properties = isObject(schema["properties"]) ? schema["properties"] : {};
      if (isObject(properties[key])) return [properties[key]];
      return isObject(schema["additionalProperties"]) ? [schema["additionalProperties"]] : [];
    });
    matching = meant(inner, schemas, at);
  }
  return matching;
}

/** Follows references and looks into alternatives. Of these, only those that have every member that is written; all where none has. */
function meant(matching: readonly Schema[], schemas: Schemas, value: unknown): Schema[] {
  const all = matching.flatMap((schema) => opened(schema, schemas, 0));
  const written = isObject(value) ? Object.keys(value) : [];
  const fitting = all.filter((schema) => {
    const { properties } = schema;
    return !isObject(properties) || written.every((name) => Object.hasOwn(properties, name) || schema["additionalProperties"] !== false);
  });
  return fitting.length > 0 ? fitting : all;
}

const deepest = 20;

function opened(schema: Schema, schemas: Schemas, depth: number): Schema[] {
  if (depth > deepest) return [];
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === "string") {
    const target = schemas[$ref.split("/").at(-1) ?? ""];
    return isObject(target) ? opened(target, schemas, depth + 1) : [];
  }
  const inner = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])).filter(isObject);
  return inner.length > 0 ? inner.flatMap((one) => opened(one, schemas, depth + 1)) : [schema];
}

/** The members that may be written at a place and are not there yet; those that are needed first. */
export function membersOf(matching: readonly Schema[], schemas: Schemas, written: ReadonlySet<string>): SchemaMember[] {
  const members = new Map<string, SchemaMember>();
  for (const { properties, required } of matching)
    for (const [name, schema] of Object.entries(isObject(properties) ? properties : {})) {
      if (written.has(name) || members.has(name) || !isObject(schema)) continue;
      const [first = schema] = opened(schema, schemas, 0);
      const about = schema["description"] ?? first["description"];
      const isRequired = Array.isArray(required) && required.includes(name) && matching.length === 1;
      members.set(name, { name, about: typeof about === "string" ? about : undefined, isRequired, begins: beginOf(first) });
    }
  return [...members.values()].toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

const beginOf = ({ type }: Schema): string => ({ object: "{", array: "[", string: '"' })[String(type)] ?? "";

/** The values that may be written at a place, as JSON. */
export function valuesOf(matching: readonly Schema[]): string[] {
  const values = matching.flatMap(({ enum: words, const: only, type }) => {
    if (Array.isArray(words)) return words as unknown[];
    if (only !== undefined) return [only];
    return type === "boolean" ? [true, false] : [];
  });
  return [...new Set(values.map((value) => JSON.stringify(value)))];
}
