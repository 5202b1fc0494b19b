import type { Json } from "#kernel/json.ts";
import type { JsonSchema } from "./types.ts";

/** The schema of an example: what a value of this shape has. */
export function schemaOf(value: Json): JsonSchema {
  if (Array.isArray(value)) return value[0] === undefined ? { type: "array" } : { type: "array", items: schemaOf(value[0]) };
  if (value === null) return {};
  if (typeof value !== "object") return { type: typeof value as "string" | "number" | "boolean" };
  return { type: "object", properties: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOf(member)])) };
}
