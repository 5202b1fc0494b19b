import type { BuiltInTrigger, ControlKind, InputField, JsonSchema, Lookup, Operation } from "#catalog/types.ts";

/** One field of a form, as the web draws it. */
export interface FormField {
  name: string;
  label: string;
  control: ControlKind;
  required: boolean;
  /** Shown at first; the others wait behind "More fields". */
  first: boolean;
  choices?: string[];
  default?: unknown;
  lookup?: Lookup;
  help?: string;
}
export interface Form {
  app: string;
  operation: string;
  title: string;
  note?: string;
  fields: FormField[];
}

/** How many fields that nobody must fill are shown at first. */
const shownAtFirst = 8;

/** The form of an operation or a built-in trigger: what is filled in by Millrace is not asked. */
export function formOf(operation: Operation | BuiltInTrigger): Form {
  const asked = operation.input.filter((field) => !field.fill);
  return {
    app: operation.app,
    operation: operation.id,
    title: operation.title,
    ...(operation.note ? { note: operation.note } : {}),
    fields: asked.map((field, at) => fieldOf(field, at)),
  };
}

function fieldOf(field: InputField, at: number): FormField {
  const { name, schema, required = false, lookup, help } = field;
  const choices = schema.enum?.filter((value): value is string => typeof value === "string");
  return {
    name,
    label: field.label ?? name,
    control: field.control ?? controlOf(schema),
    required,
    first: required || at < shownAtFirst,
    ...(choices?.length ? { choices } : {}),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(lookup ? { lookup } : {}),
    ...(help ? { help } : {}),
  };
}

function controlOf({ type, enum: choices }: JsonSchema): ControlKind {
  if (choices) return "choice";
  if (type === "boolean") return "checkbox";
  if (type === "number" || type === "integer") return "number";
  return type === "array" || type === "object" ? "json" : "text";
}
