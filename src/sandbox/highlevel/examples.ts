import type { endpointFacts } from "#apps/highlevel/facts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import { hexId, recordId } from "../random.ts";
import { type AnswerBody, type Call, locationOf, type World } from "./call.ts";

type Described = NonNullable<ReturnType<typeof endpointFacts>>;
type Defs = Record<string, JsonSchema>;

const deepest = 8;
const when = Date.UTC(2025, 10, 3, 14, 30);

/**
 * An answer with the shape the vendor describes, the same each time, holding what the request said where the names agree. Nothing
 * is kept of it. A location that the request names must be one the token may enter.
 */
export function exampleAnswer(world: World, call: Call, { endpoint, module }: Described): AnswerBody {
  const { locationId = call.query.locationId ?? call.query.location_id ?? call.body.locationId } = call.params;
  if (locationId !== undefined) locationOf(world, call, locationId);
  const said: Record<string, unknown> = {
    locationId: call.grant.locationId,
    companyId: call.grant.companyId,
    ...call.params,
    ...call.body,
  };
  const schema = endpoint.result.schema;
  const made = schema ? example(schema, { seed: world.state.seed, defs: module.$defs, said, name: "", depth: 0 }) : {};
  return isObject(made) || Array.isArray(made) ? made : {};
}

interface Frame {
  seed: number;
  defs: Defs;
  said: Record<string, unknown>;
  /** The key the value stands under. */
  name: string;
  depth: number;
}

function example(described: JsonSchema, frame: Frame): unknown {
  const schema = chosen(described, frame.defs);
  const type = [schema.type ?? (schema.properties ? "object" : "string")].flat().find((t) => t !== "null");
  if (type === "object") return objectExample(schema, frame);
  if (type === "array") return schema.items && frame.depth < deepest ? [example(schema.items, { ...frame, depth: frame.depth + 1 })] : [];
  const said = Object.hasOwn(frame.said, frame.name) ? frame.said[frame.name] : undefined;
  if (typeof said === (type === "integer" ? "number" : type)) return said;
  if (schema.default !== undefined && typeof schema.default === type) return schema.default;
  if (schema.enum?.length) return schema.enum[0];
  if (type === "number" || type === "integer") return schema.minimum ?? 1;
  return type === "boolean" ? true : textExample(schema, frame);
}

function objectExample(schema: JsonSchema, frame: Frame): Record<string, unknown> {
  const inside = (name: string): Frame => ({ ...frame, name, depth: frame.depth + 1 });
  if (frame.depth >= deepest) return {};
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, example(property, inside(name))]));
}

/** Behind references, the first of several alternatives. */
function chosen(schema: JsonSchema, defs: Defs): JsonSchema {
  const name = schema.$ref?.slice("#/$defs/".length);
  if (name) return defs[name] ? chosen(defs[name], defs) : {};
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (alternative) return chosen(alternative, defs);
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => chosen(part, defs));
  return { ...schema, ...parts[0], properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Defs };
}

function textExample(schema: JsonSchema, { name, seed }: Frame): string {
  if (schema.format === "date-time" || /(At|Date|Time)$|^date/.test(name)) return new Date(when).toISOString();
  if (name === "_id") return hexId(seed, 1);
  if (/^id$|Id$/.test(name)) return recordId(seed, 1);
  const known = texts.find(([pattern]) => pattern.test(name));
  return known ? known[1] : name || "example";
}

const texts: [RegExp, string][] = [
  [/e-?mail/i, "dana@acmedental.example.com"],
  [/url|link|website|domain/i, "https://acmedental.example.com"],
  [/phone|number$/i, "+12125550142"],
  [/timezone/i, "America/New_York"],
  [/currency/i, "USD"],
  [/country/i, "US"],
  [/name/i, "Acme Dental"],
];
