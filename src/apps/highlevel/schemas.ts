import type { JsonSchema } from "#catalog/types.ts";

type Defs = Record<string, JsonSchema>;

/** A schema that stands alone: every `$ref` replaced by what it names. A shape that contains itself ends in a plain object. */
export function inline(schema: JsonSchema, defs: Defs, open: readonly string[] = []): JsonSchema {
  if (schema.$ref) {
    const name = schema.$ref.slice("#/$defs/".length);
    if (open.includes(name)) return { type: "object" };
    return inline(defs[name] ?? {}, defs, [...open, name]);
  }
  const out: JsonSchema = { ...schema };
  const deeper = (s: JsonSchema) => inline(s, defs, open);
  if (schema.properties) out.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, s]) => [name, deeper(s)]));
  if (schema.items) out.items = deeper(schema.items);
  for (const key of ["allOf", "anyOf", "oneOf"] as const) if (schema[key]) out[key] = schema[key].map(deeper);
  if (typeof schema.additionalProperties === "object") out.additionalProperties = deeper(schema.additionalProperties);
  return merged(out);
}

/** `allOf` of objects as the one object they make together, so that its members can be fields. */
function merged(schema: JsonSchema): JsonSchema {
  if (!schema.allOf?.every((s) => s.properties)) return schema;
  const { allOf, ...rest } = schema;
  const parts = [...allOf, rest];
  const required = [...new Set(parts.flatMap((s) => s.required ?? []))];
  return {
    ...rest,
    type: "object",
    properties: Object.assign({}, ...parts.map((s) => s.properties)) as Defs,
    ...(required.length ? { required } : {}),
  };
}

/** The schema at a result path; an empty one where the description does not reach. */
export function schemaAt(schema: JsonSchema | undefined, path: string): JsonSchema {
  let at = schema ?? {};
  for (const key of path === "" ? [] : path.split(".")) at = at.properties?.[key] ?? {};
  const something = at.anyOf?.filter((s) => s.type !== "null");
  return something?.length === 1 ? something[0]! : at;
}
