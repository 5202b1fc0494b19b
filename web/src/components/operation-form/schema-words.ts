import type { ControlKind, InputField, JsonSchema } from "#catalog/types.ts";

/** A schema in a few words: "text", "list of texts", "one of: add, remove". */
export function typeWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of: ${schema.enum.map(String).join(", ")}`;
  const type = typeOf(schema);
  if (type === "array") return schema.items === undefined ? "list" : listWords(typeWords(schema.items));
  if (type === "string") return stringWords(schema.format);
  return { number: "number", integer: "whole number", boolean: "yes or no", object: "object", null: "nothing" }[type ?? ""] ?? "anything";
}

/** The words beside a field to fill in. One that takes any value, or members that a person names, needs none: its rows say what it is. */
export function typeNote(schema: JsonSchema): string {
  const words = typeWords(schema);
  if (words === "anything" || (words === "object" && schema.properties === undefined)) return "";
  return (schema.enum ?? schema.items?.enum) ? "" : words;
}

/** Several of a kind; what is no kind by itself stays as it is told. */
function listWords(one: string): string {
  if (one === "anything" || one === "nothing") return "list";
  return /^[\w-]+( [\w-]+)?$/.test(one) ? `list of ${one.endsWith("s") ? `${one}es` : `${one}s`}` : `list of ${one}`;
}

function stringWords(format: string | undefined): string {
  return { "date-time": "date and time", date: "date", email: "e-mail address", uri: "address", url: "address" }[format ?? ""] ?? "text";
}

function typeOf(schema: JsonSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;
}

/** More than these are found faster by typing. */
const mostTicked = 12;

/** Whether all that a list can hold is shown with a tick box each: days of the week. Ticks have no order: a list that begins in one keeps it. */
export function isTicked({ schema, lookup }: InputField): boolean {
  const count = schema.items?.enum?.length ?? 0;
  return typeOf(schema) === "array" && lookup === undefined && schema.default === undefined && count > 0 && count <= mostTicked;
}

/** The control by which a field is filled in, where the catalog does not name one. */
export function controlOf(field: InputField): ControlKind {
  if ((field.control ?? "list") === "list" && isTicked(field)) return "tags";
  if (field.control !== undefined) return field.control;
  if (field.lookup !== undefined) return "lookup";
  if (field.schema.enum !== undefined) return "choice";
  const type = typeOf(field.schema);
  if (type === "boolean") return "checkbox";
  if (type === "number" || type === "integer") return "number";
  if (type === "array") return field.schema.items !== undefined && typeOf(field.schema.items) === "string" ? "tags" : "json";
  return type === "string" ? "text" : "json";
}
