import { fieldLabel } from "#kernel/field-words.ts";
import { isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { sampleOf } from "#catalog/schema-sample.ts";
import { schemaOf } from "#catalog/schema-of.ts";
import type { JsonSchema } from "#catalog/types.ts";
import type { OutputField } from "./shapes.ts";

/** Pure: what a step gives, from the schema and the example of the catalog. */

const deepest = 2;
const mostFields = 120;

/** One record of an example, as the runtime would give it: a value that is no object is put into one. */
export function sampleRecord(example: Json | undefined, schema: JsonSchema | undefined): JsonObject {
  const first = firstOf(example) ?? firstOf(schema && sampleOf(schema));
  if (isObject(first) && Object.keys(first).length > 0) return first;
  return { done: true, ...(first !== undefined && first !== null && !isObject(first) && { value: first }) };
}

const firstOf = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? value[0] : value);

/** A sample with an id, which every record of a trigger needs. */
export const withId = (sample: JsonObject, identity: string | undefined): JsonObject =>
  sample["id"] === undefined || sample["id"] === null ? { ...sample, id: idIn(sample, identity) } : sample;

const idIn = (sample: JsonObject, identity: string | undefined): Json => (identity && sample[identity]) || "a1b2c3";

/** The members of a record that can be mapped in later steps, those within objects by `outer__inner`. */
export function outputFieldsOf(schema: JsonSchema | undefined, sample: JsonObject): OutputField[] {
  const described = schema?.type === "array" ? schema.items : schema;
  const known = flattened(described ?? {}, "", "", 0, described?.$defs ?? {});
  const shown = flattened(schemaOf(sample), "", "", 0, {});
  const fields = new Map([...known, ...shown].map((field) => [field.key, field]));
  for (const field of known) fields.set(field.key, field);
  return [...fields.values()].slice(0, mostFields);
}

function flattened(schema: JsonSchema, prefix: string, title: string, depth: number, defs: Record<string, JsonSchema>): OutputField[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => /^[A-Za-z0-9_]+$/.test(name) && !name.startsWith("__"))
    .flatMap(([name, member]) => {
      const one = resolved(member, defs);
      const [key, label] = [`${prefix}${name}`, title === "" ? fieldLabel(name) : `${title} ${fieldLabel(name)}`];
      if (one.properties && depth < deepest) return flattened(one, `${key}__`, label, depth + 1, defs);
      const items = one.items && resolved(one.items, defs);
      if (items?.properties && depth === 0) return flattened(items, `${key}[]`, label, deepest, defs);
      return [{ key, label, ...typeOf(one) }];
    });
}

const resolved = (schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema =>
  schema.$ref === undefined ? schema : (defs[schema.$ref.replace("#/$defs/", "")] ?? {});

function typeOf({ type, format }: JsonSchema): Pick<OutputField, "type"> {
  if (format === "date-time") return { type: "datetime" };
  const one = [type].flat().find((each) => each !== "null");
  return one === "string" || one === "integer" || one === "number" || one === "boolean" ? { type: one } : {};
}
