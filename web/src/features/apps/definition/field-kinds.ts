import type { Field } from "./types.ts";
import { patched } from "./edits.ts";

/** What a field holds, in words: a type of its value and the control that fills it in. */
export const fieldKinds = {
  text: "Text",
  longtext: "Long text",
  email: "E-mail address",
  url: "Web address",
  number: "Number",
  integer: "Whole number",
  boolean: "Yes or no",
  choice: "One of a few choices",
  date: "Date",
  datetime: "Date and time",
  tags: "Several short texts",
  lookup: "Chosen from a list of the app",
  json: "Anything else (JSON)",
} as const;
export type FieldKind = keyof typeof fieldKinds;

const types: Readonly<Record<Exclude<FieldKind, "choice" | "lookup" | "json">, Pick<Field, "schema" | "control">>> = {
  text: { schema: { type: "string" } },
  longtext: { schema: { type: "string" }, control: "longtext" },
  email: { schema: { type: "string", format: "email" } },
  url: { schema: { type: "string", format: "uri" } },
  number: { schema: { type: "number" } },
  integer: { schema: { type: "integer" } },
  boolean: { schema: { type: "boolean" } },
  date: { schema: { type: "string", format: "date" }, control: "date" },
  datetime: { schema: { type: "string", format: "date-time" }, control: "date" },
  tags: { schema: { type: "array", items: { type: "string" } } },
};

/** What a field holds. */
export function kindOfField({ schema = { type: "string" }, control, lookup }: Field): FieldKind {
  if (lookup !== undefined) return "lookup";
  if (schema.enum !== undefined) return "choice";
  if (control === "json") return "json";
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  if (type === "number" || type === "integer" || type === "boolean") return type;
  if (type === "array") return schema.items?.type === "string" ? "tags" : "json";
  if (type !== "string") return "json";
  if (control === "longtext") return "longtext";
  if (schema.format === "date") return "date";
  if (schema.format === "date-time") return "datetime";
  if (schema.format === "email") return "email";
  return schema.format === "uri" || schema.format === "url" ? "url" : "text";
}

/** The field with a value of another kind. */
export function withKind(field: Field, kind: FieldKind): Field {
  const bare = patched(field, { lookup: undefined, suggest: undefined, control: undefined });
  if (kind === "choice") return { ...bare, schema: { type: "string", enum: [] } };
  if (kind === "json") return { ...bare, schema: {}, control: "json" };
  if (kind === "lookup")
    return { ...bare, schema: { type: "string" }, lookup: { operation: "", value: "id", label: "name", by: ["name"] } };
  return { ...bare, ...types[kind] };
}

/** The look-up with another member that is shown. A name that flows give is looked for in what is shown, too. */
export function withLabel(lookup: NonNullable<Field["lookup"]>, label: string): NonNullable<Field["lookup"]> {
  const { by } = lookup;
  return { ...lookup, label, ...(by && { by: by.map((path) => (path === lookup.label ? label : path)) }) };
}
