import { isObject, type Json } from "#kernel/json.ts";
import type { JsonSchema, JsonType } from "#catalog/types.ts";
import type { Spec, SpecSchema } from "./spec.ts";

const kept = ["format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"] as const;
const types = new Set(["string", "number", "integer", "boolean", "object", "array"]);

/** Turns the schemas of one document into compact JSON Schema: facts only, no titles, prose or examples. */
export function schemaReader(spec: Spec) {
  const known = spec.components?.schemas ?? {};

  function compact(schema: SpecSchema): JsonSchema {
    if (schema.$ref) return reference(schema.$ref);
    const plain = withoutNullable(schema);
    return schema.nullable ? orNull(plain) : plain;
  }

  function withoutNullable(schema: SpecSchema): JsonSchema {
    const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined;
    return only && !schema.properties ? compact(only) : fields(schema);
  }

  function fields(schema: SpecSchema): JsonSchema {
    const out: JsonSchema = {};
    const type = realType(schema);
    if (type) out.type = type;
    for (const key of kept) if (schema[key] !== undefined) Object.assign(out, { [key]: schema[key] });
    if (Array.isArray(schema["enum"])) out.enum = schema["enum"].flat() as Json[]; // a few put the list into a list
    if (isPlain(schema["default"])) out.default = schema["default"];
    if (schema.items) out.items = shownItems(schema) ?? compact(schema.items);
    if (schema.properties) out.properties = mapValues(schema.properties, compact);
    if (Array.isArray(schema["required"]) && schema["required"].length > 0) out.required = schema["required"] as string[];
    for (const key of ["allOf", "anyOf", "oneOf"] as const) if (schema[key]?.length) out[key] = schema[key].map(compact);
    const extra = schema.additionalProperties;
    if (extra !== undefined) out.additionalProperties = typeof extra === "boolean" ? extra : compact(extra);
    return out;
  }

  /** A pointer that leads nowhere is an unknown shape, not an error: the vendor has a few. */
  function reference(ref: string): JsonSchema {
    const name = ref.split("/").at(-1)!;
    return known[name] ? { $ref: `#/$defs/${name}` } : {};
  }

  /** Whether every definition that `value` points to is in the document. */
  const resolves = (value: unknown): boolean => namesIn(value).every((name) => known[name]);

  /** The definitions that can be reached from `roots`, sorted by name. */
  function definitions(roots: unknown): Record<string, JsonSchema> {
    const out = new Map<string, JsonSchema>();
    const visit = (value: unknown) => {
      for (const name of namesIn(value)) {
        if (out.has(name)) continue;
        out.set(name, compact(known[name]!));
        visit(out.get(name));
      }
    };
    visit(roots);
    return Object.fromEntries([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  return { compact, definitions, resolves };
}

/**
 * The type the document states, mended where it plainly errs: some 90 scalars are called objects, and their example gives
 * them away; a few choices among texts are called numbers.
 */
function realType(schema: SpecSchema): JsonType | undefined {
  const choices = (schema["enum"] as unknown[] | undefined)?.flat() ?? [];
  if (schema.type === "number" && choices.length > 0 && choices.every((c) => typeof c === "string")) return "string";
  if (!schema.type || !types.has(schema.type)) return schema.properties ? "object" : undefined;
  const bare = schema.type === "object" && !schema.properties && !schema.additionalProperties;
  return bare ? bareObjectType(schema) : (schema.type as JsonType);
}

function bareObjectType(schema: SpecSchema): JsonType | undefined {
  const sample = schema.example ?? (schema["enum"] as unknown[] | undefined)?.flat()[0] ?? schema["default"];
  if (Array.isArray(sample)) return undefined; // a list of examples, or an example list: not to be told apart
  if (typeof sample === "number") return "number";
  const objectAsText = typeof sample === "string" && /^\s*[[{]/.test(sample);
  return typeof sample === "string" && !objectAsText ? "string" : "object";
}

/** What a list holds where the document calls it texts or lists and the example beside it shows records. */
function shownItems({ items, example }: SpecSchema): JsonSchema | undefined {
  const plain = items?.type === "string" || (items?.type === "array" && !items.items);
  const shown: unknown = Array.isArray(example) ? example[0] : example;
  return plain && isObject(shown) ? shapeOf(shown) : undefined;
}

/** The shape of a value; unknown where it is null or an empty list. */
function shapeOf(value: unknown): JsonSchema {
  if (Array.isArray(value)) return { type: "array", items: value.length > 0 ? shapeOf(value[0]) : {} };
  if (isObject(value)) return { type: "object", properties: mapValues(value, shapeOf) };
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? { type } : {};
}

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type !== "string") return schema.$ref ? { anyOf: [schema, { type: "null" }] } : schema;
  const withNull: JsonSchema = { ...schema, type: [schema.type, "null"] };
  if (schema.enum && !schema.enum.includes(null)) withNull.enum = [...schema.enum, null];
  return withNull;
}

/** A default that is a value. A few are sentences. */
const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && !/\s/.test(value));

const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

function namesIn(value: unknown): string[] {
  const text = JSON.stringify(value) ?? "";
  return [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map((m) => m[1]!);
}
