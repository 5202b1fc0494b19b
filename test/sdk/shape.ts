import type { Json } from "#kernel/json.ts";

/**
 * Paths of what an example shows and an answer has not, or has of another kind. Null says nothing of a kind. Of lists the first rows
 * are compared.
 */
export function lacking(example: Json | undefined, answer: unknown, path = ""): string[] {
  if (example === null || example === undefined || answer === null) return [];
  if (kindOf(example) !== kindOf(answer)) return [`${path || "it"} is ${kindOf(answer)}, not ${kindOf(example)}`];
  if (Array.isArray(example)) return (answer as unknown[]).length > 0 ? lacking(example[0], (answer as unknown[])[0], path) : [];
  if (typeof example !== "object") return [];
  return Object.entries(example).flatMap(([name, value]) => lacking(value, (answer as Record<string, unknown>)[name], `${path}.${name}`));
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? "a list" : value === undefined ? "not there" : `${typeof value}`);
