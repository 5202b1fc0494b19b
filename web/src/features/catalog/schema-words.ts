import type { ControlKind, InputField, JsonSchema } from "#catalog/types.ts";

/** A schema in a few words: "text", "list of text", "one of: add, remove". */
export function typeWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of: ${schema.enum.map(String).join(", ")}`;
  const type = typeOf(schema);
  if (type === "array") return `list of ${schema.items === undefined ? "anything" : typeWords(schema.items)}`;
  if (type === "string") return stringWords(schema.format);
  return { number: "number", integer: "whole number", boolean: "yes or no", object: "object", null: "nothing" }[type ?? ""] ?? "anything";
}

function stringWords(format: string | undefined): string {
  return { "date-time": "date and time", date: "date", email: "e-mail address", uri: "address", url: "address" }[format ?? ""] ?? "text";
}

function typeOf(schema: JsonSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;
}

/** The control by which a field is filled in, where the catalog does not name one. */
export function controlOf(field: InputField): ControlKind {
  if (field.control !== undefined) return field.control;
  if (field.lookup !== undefined) return "lookup";
  if (field.schema.enum !== undefined) return "choice";
  const type = typeOf(field.schema);
  if (type === "boolean") return "checkbox";
  if (type === "number" || type === "integer") return "number";
  if (type === "array")
    return field.schema.items !== undefined && typeOf(field.schema.items) === "string" && field.schema.items.enum === undefined
      ? "tags"
      : "json";
  return type === "string" ? "text" : "json";
}
