import type { endpointFacts } from "#apps/highlevel/facts.ts";
import type { Json } from "#kernel/json.ts";
import type { JsonSchema, JsonType } from "#catalog/types.ts";
import { hexId, recordId } from "../random.ts";
import { type AnswerBody, type Call, locationOf, type World } from "./call.ts";

type Described = NonNullable<ReturnType<typeof endpointFacts>>;
type Defs = Record<string, JsonSchema>;

const when = new Date(Date.UTC(2025, 10, 3, 14, 30)).toISOString();

/**
 * An answer with the shape the vendor describes, the same each time, holding what the request said where the names agree. Nothing
 * is kept of it. A location that the request names must be one the token may enter.
 */
export function exampleAnswer(world: World, call: Call, { endpoint, module }: Described): AnswerBody {
  const { locationId = call.query.locationId ?? call.query.location_id ?? call.body.locationId } = call.params;
  if (locationId !== undefined) locationOf(world, call, locationId);
  const inputs: Record<string, unknown> = {
    locationId: call.grant.locationId,
    companyId: call.grant.companyId,
    ...call.params,
    ...call.body,
  };
  const schema = endpoint.result.schema;
  return schema ? (example(schema, { seed: world.state.seed, defs: module.$defs, inputs, name: "", within: [] }) ?? {}) : {};
}

interface Frame {
  seed: number;
  defs: Defs;
  inputs: Record<string, unknown>;
  /** The key the value stands under. */
  name: string;
  /** The definitions the value lies in: one that holds itself ends there. */
  within: readonly string[];
  /** Which of several in a list; none of the first. */
  nth?: number;
}

/** Undefined where a definition holds itself. */
function example(described: JsonSchema, frame: Frame): Json | undefined {
  const { schema, within } = chosen(described, frame.defs, frame.within);
  if (!schema) return undefined;
  const inner = { ...frame, within };
  const type = [schema.type ?? (schema.properties ? "object" : "string")].flat().find((t) => t !== "null");
  if (type === "object") return objectExample(schema, inner);
  if (type === "array") return listExample(schema, inner);
  const value = Object.hasOwn(frame.inputs, frame.name) ? (frame.inputs[frame.name] as Json) : undefined;
  if (value !== undefined && allows(schema, type, value)) return value;
  if (schema.default !== undefined && allows(schema, type, schema.default)) return schema.default;
  if (schema.enum?.length) return schema.enum[0]!;
  if (type === "number" || type === "integer") return schema.minimum ?? Math.min(1, schema.maximum ?? 1);
  return type === "boolean" ? true : textExample(schema, frame);
}

/** Whether a value is one of those a scalar may have. */
function allows(
  { enum: choices, pattern, minLength = 0, maxLength = Infinity }: JsonSchema,
  type: JsonType | undefined,
  value: Json,
): boolean {
  if (typeof value !== (type === "integer" ? "number" : type)) return false;
  if (choices && !choices.includes(value)) return false;
  return (
    typeof value !== "string" || (value.length >= minLength && value.length <= maxLength && (!pattern || new RegExp(pattern).test(value)))
  );
}

/** With every member that is described, and those that are only required. */
function objectExample({ properties = {}, required = [] }: JsonSchema, frame: Frame): Json {
  const names = new Set([...Object.keys(properties), ...required]);
  const members = [...names].flatMap((name) => {
    const value = example(properties[name] ?? {}, { ...frame, name }) ?? (required.includes(name) ? {} : undefined);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
}

/** One item, or as many as there must be, no two alike. None where nothing is said of an item. */
function listExample({ items = {}, minItems = 1 }: JsonSchema, frame: Frame): Json {
  if (Object.keys(items).length === 0 || (items.type === "array" && !items.items)) return [];
  const list = Array.from({ length: Math.max(1, minItems) }, (_, i) => example(items, i === 0 ? frame : { ...frame, nth: i + 1 }));
  return list.flatMap((item) => (item === undefined ? [] : [item]));
}

interface Chosen {
  schema: JsonSchema | undefined;
  within: readonly string[];
}

/** Behind references, the first of several alternatives. */
function chosen(schema: JsonSchema, defs: Defs, within: readonly string[]): Chosen {
  const name = schema.$ref?.slice("#/$defs/".length);
  if (name) return within.includes(name) ? { schema: undefined, within } : chosen(defs[name] ?? {}, defs, [...within, name]);
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (alternative) return chosen(alternative, defs, within);
  return { schema: schema.allOf ? merged(schema, schema.allOf, defs, within) : schema, within };
}

/** A schema of several parts, as one. */
function merged(schema: JsonSchema, allOf: JsonSchema[], defs: Defs, within: readonly string[]): JsonSchema {
  const parts = allOf.flatMap((part) => chosen(part, defs, within).schema ?? []);
  return {
    ...schema,
    ...parts[0],
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Defs,
    required: parts.flatMap((part) => part.required ?? []),
  };
}

function textExample(schema: JsonSchema, { name, seed, nth }: Frame): string {
  if (schema.pattern) return patternExample(schema.pattern, name);
  return `${plainText(schema, name, seed)}${nth ? ` ${nth}` : ""}`.padEnd(schema.minLength ?? 0, "x").slice(0, schema.maxLength);
}

function plainText({ format }: JsonSchema, name: string, seed: number): string {
  if (format === "date-time" || /(At|Date|Time)$|^date/.test(name)) return when;
  if (name === "_id") return hexId(seed, 1);
  if (/^id$|Id$/.test(name)) return recordId(seed, 1);
  const sample = texts.find(([pattern]) => pattern.test(name));
  return sample ? sample[1] : name || "example";
}

/** A text for a pattern: the first of these that fits, an end later than a start. */
function patternExample(pattern: string, name: string): string {
  const fitting = new RegExp(pattern);
  const times = name === "to" ? ["17:00", "09:00"] : ["09:00"];
  return [...times, when.slice(0, 10), "America/New_York", name].find((text) => fitting.test(text)) ?? name;
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
