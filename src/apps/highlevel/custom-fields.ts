import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { splitList } from "#catalog/fit.ts";
import { offering } from "#catalog/choices.ts";
import { nearest } from "#catalog/nearest.ts";
import { fold, textOf } from "#catalog/text.ts";

/** A custom field of a sub-account, as its list of definitions gives it. */
export interface CustomFieldDefinition {
  id: string;
  name: string;
  /** `contact.nps`. */
  fieldKey: string;
  /** NUMERICAL, SINGLE_OPTIONS, … */
  dataType: string;
  picklistOptions?: string[];
  isAllowedCustomOption?: boolean;
}
/** One custom field as a contact write takes it. */
export interface CustomFieldValue {
  id: string;
  key: string;
  field_value: unknown;
}

/**
 * `{ "Net promoter score": 9, "contact.colour": "teal" }` as HighLevel takes it: by id, each value in its type's shape.
 * What is empty is left out, so that a mapping that found nothing blanks nothing. Throws STEP_INPUT_INVALID naming the field.
 */
export function resolveCustomFields(
  definitions: readonly CustomFieldDefinition[],
  values: Readonly<Record<string, unknown>>,
  find: (name: string) => CustomFieldDefinition = (name) => findDefinition(definitions, name),
): CustomFieldValue[] {
  return Object.entries(values)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => {
      const definition = find(name);
      return { id: definition.id, key: definition.fieldKey, field_value: shape(definition, name, value) };
    });
}

/**
 * The same as a list, as HighLevel itself writes it: `[{ id, field_value }]`, the value under any of its spellings. HighLevel drops an
 * id it does not know without a word, so each is looked up. An empty value stays: it is how a field is blanked.
 */
export function resolveCustomFieldRows(
  definitions: readonly CustomFieldDefinition[],
  rows: readonly unknown[],
  find: (name: string) => CustomFieldDefinition = (name) => findDefinition(definitions, name),
): unknown[] {
  return rows.map((row) => {
    const name = rowName(row);
    if (name === undefined || !isObject(row)) return row; // checking will say what it should have been
    const value = customFieldValue(row);
    if (!isEmpty(value)) return resolveCustomFields(definitions, { [name]: value }, find)[0];
    const { id, fieldKey } = find(name);
    return { id, key: fieldKey, field_value: value ?? null };
  });
}

/** How a value names its custom fields, in both of its forms. */
export const customFieldNames = (values: unknown): string[] =>
  Array.isArray(values) ? values.flatMap((row: unknown) => rowName(row) ?? []) : isObject(values) ? Object.keys(values) : [];

function rowName(row: unknown): string | undefined {
  const name = isObject(row) ? (row["id"] ?? row["key"]) : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

/** What a contact carries (`[{id, value}]`) by key: `{ "contact.nps": 9 }`. Fields without a definition keep their id. */
export function namedCustomFields(definitions: readonly CustomFieldDefinition[], carried: unknown): Record<string, unknown> {
  const keys = new Map(definitions.map((d) => [d.id, d.fieldKey]));
  const rows = Array.isArray(carried) ? carried.filter(isObject) : [];
  return Object.fromEntries(rows.map((row) => [keys.get(String(row["id"])) ?? String(row["id"]), customFieldValue(row)]));
}

/** A carried field's value, whichever of its spellings the endpoint uses. */
export const customFieldValue = (row: Record<string, unknown>): unknown => row["value"] ?? row["fieldValue"] ?? row["field_value"];

/** The custom field a name means. Throws STEP_INPUT_INVALID, with what comes near, where there is none or more than one. */
export function findDefinition(definitions: readonly CustomFieldDefinition[], name: string): CustomFieldDefinition {
  const [found, ...others] = candidates(definitions, name);
  if (!found) throw invalid(name, unknownProblem(definitions, name));
  if (others.length === 0) return found;
  const keys = [found, ...others].map(({ fieldKey }) => fieldKey).join(" or ");
  throw invalid(name, `${others.length + 1} custom fields have this name; write ${keys}`);
}

/** By id, then key (with or without its `contact.`), then name; the first of these that knows it decides, and among those of one name the case. */
function candidates(definitions: readonly CustomFieldDefinition[], name: string): CustomFieldDefinition[] {
  const wanted = fold(name);
  const ways: ((d: CustomFieldDefinition) => boolean)[] = [
    (d) => d.id === name.trim(),
    (d) => d.fieldKey.toLowerCase() === wanted,
    (d) => d.fieldKey.toLowerCase().replace(/^\w+\./, "") === wanted,
    (d) => d.name.trim() === name.trim(),
    (d) => fold(d.name) === wanted,
  ];
  for (const way of ways) {
    const found = definitions.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

function unknownProblem(definitions: readonly CustomFieldDefinition[], name: string): string {
  const guess = nearest(
    name,
    definitions.flatMap((d) => [d.name, d.fieldKey]),
  );
  const advice = guess ? `; did you mean '${guess}'` : offering(definitions.map((d) => d.name));
  return `the sub-account has no such custom field${advice}`;
}

function shape(definition: CustomFieldDefinition, name: string, value: unknown): unknown {
  switch (definition.dataType) {
    case "NUMERICAL":
    case "MONETORY": // sic
      return number(name, value);
    case "CHECKBOX":
    case "MULTIPLE_OPTIONS":
      return list(value).map((one) => option(definition, name, one));
    case "SINGLE_OPTIONS":
    case "RADIO":
      return option(definition, name, text(name, value));
    case "DATE":
      return text(name, value).replace(/^(\d{4}-\d{2}-\d{2})T.*$/, "$1");
    case "FILE_UPLOAD":
    case "TEXTBOX_LIST":
      return value;
    default:
      return text(name, value);
  }
}

function number(name: string, value: unknown): number {
  const read = typeof value === "number" ? value : typeof value === "string" ? Number(value.trim()) : NaN;
  if (!Number.isFinite(read)) throw invalid(name, `must be a number, and is ${JSON.stringify(value)}`);
  return read;
}

function text(name: string, value: unknown): string {
  if (typeof value === "object") throw invalid(name, "must be text, and is a list or an object");
  return textOf(value);
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : splitList(textOf(value)));

/** The option as the definition spells it. HighLevel keeps a misspelt one without a word, and then shows nothing. */
function option({ picklistOptions, isAllowedCustomOption }: CustomFieldDefinition, name: string, value: string): string {
  if (!picklistOptions?.length) return value;
  const found = picklistOptions.find((o) => fold(o) === fold(value));
  if (found !== undefined || isAllowedCustomOption) return found ?? value;
  throw invalid(name, `must be one of ${picklistOptions.join(", ")}, and is '${value}'`);
}

const invalid = (name: string, problem: string) =>
  new MillraceError("STEP_INPUT_INVALID", {
    details: { field: `customFields.${name}`, label: `Custom field '${name.trim()}'`, problem, outcome: "not_sent" },
  });
