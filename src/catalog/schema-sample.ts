import type { Json } from "#kernel/json.ts";
import type { JsonSchema } from "./types.ts";

const deepest = 10;
const mostMembers = 60;

/** Pure: a value of the types that a schema describes, to map fields with before anything real is there. It is always the same. */
export const sampleOf = (schema: JsonSchema): Json => valueOf(schema, "", schema.$defs ?? {}, 0);

function valueOf(schema: JsonSchema, name: string, defs: Record<string, JsonSchema>, depth: number): Json {
  const referred = schema.$ref === undefined ? undefined : defs[schema.$ref.replace("#/$defs/", "")];
  if (referred) return depth >= deepest ? null : valueOf(referred, name, defs, depth + 1);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0] ?? null;
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return valueOf(choice, name, defs, depth + 1);
  if (schema.allOf) return mergedOf(schema.allOf, name, defs, depth);
  const type = [schema.type].flat().find((one) => one !== "null") ?? (schema.properties ? "object" : "string");
  if (type === "object") return depth >= deepest ? {} : objectOf(schema, defs, depth);
  if (type === "array") return depth >= deepest || !schema.items ? [] : [valueOf(schema.items, name, defs, depth + 1)];
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return schema.minimum ?? 1;
  return textOf(schema, name);
}

/** Some vendors need members that they do not describe. */
function objectOf({ properties = {}, required = [] }: JsonSchema, defs: Record<string, JsonSchema>, depth: number): Json {
  const undescribed = required.filter((name) => !Object.hasOwn(properties, name)).map((name) => [name, {}] as const);
  const members = [...Object.entries(properties), ...undescribed].slice(0, mostMembers);
  return Object.fromEntries(members.map(([name, member]) => [name, valueOf(member, name, defs, depth + 1)]));
}

function mergedOf(parts: readonly JsonSchema[], name: string, defs: Record<string, JsonSchema>, depth: number): Json {
  const values = parts.map((part) => valueOf(part, name, defs, depth + 1));
  return values.every((value) => typeof value === "object" && value !== null && !Array.isArray(value))
    ? (Object.assign({}, ...values) as Json)
    : (values[0] ?? null);
}

/** Known kinds of text by their format, else by their name. */
function textOf({ format }: JsonSchema, name: string): string {
  const kind = `${format ?? ""} ${name}`.toLowerCase();
  return texts.find(([pattern]) => pattern.test(kind))?.[1] ?? "text";
}

const texts: readonly (readonly [RegExp, string])[] = [
  [/date-time|(?:^| )date(?:added|updated)|(?:created|updated|start|end)(?:at|time)/, "2026-01-31T09:00:00.000Z"],
  [/(?:^| )date\b|dateofbirth/, "2026-01-31"],
  [/email/, "ada@example.com"],
  [/phone/, "+441632960961"],
  [/\buri\b|url|website/, "https://example.com/"],
  [/first_?name/, "Ada"],
  [/last_?name/, "Byron"],
  [/name/, "Ada Byron"],
  [/\bid$|[a-z]id$/, "a1b2c3"],
];
