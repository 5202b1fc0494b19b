import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { offering } from "#catalog/choices.ts";
import type { FitSettings } from "#catalog/fit.ts";
import { emptyMark, isEmptyMark, pointer } from "#catalog/empty.ts";
import { splitKnown } from "#catalog/lists.ts";
import { nearest } from "#catalog/nearest.ts";
import { readNumber } from "#catalog/numbers.ts";
import { internationalPhone, plainEmail } from "#catalog/people.ts";
import type { CustomFieldSettings, FieldDefinition, PrepareHook } from "#catalog/prepare/types.ts";
import { fold, isBlankText, textOf } from "#catalog/text.ts";
import { fitTime, timeProblem } from "#catalog/times.ts";

/** A custom field of a sub-account, as its list of definitions gives it. */
export interface CustomFieldDefinition extends FieldDefinition {
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

/** The field that a name means. */
type Find = (name: string) => CustomFieldDefinition;

/** How contacts and opportunities take custom fields that a flow names. */
export const customFieldHook: PrepareHook = {
  names: (values) => customFieldNames(values),
  find: (definitions: readonly CustomFieldDefinition[], name) => findDefinition(definitions, name),
  resolve: (definitions: readonly CustomFieldDefinition[], values, settings, find: Find) =>
    Array.isArray(values)
      ? resolveCustomFieldRows(definitions, values, settings, find)
      : resolveCustomFields(definitions, isObject(values) ? values : {}, settings, find),
};

/**
 * `{ "Net promoter score": 9, "contact.colour": "teal" }` as HighLevel takes it: by id, each value in its type's shape.
 * What is empty is left out, so that a mapping whose source is missing blanks nothing. Throws STEP_INPUT_INVALID naming the field.
 */
export function resolveCustomFields(
  definitions: readonly CustomFieldDefinition[],
  values: Readonly<Record<string, unknown>>,
  settings: CustomFieldSettings,
  find: Find = (name) => findDefinition(definitions, name),
): CustomFieldValue[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const isEmptied = settings.emptied?.has(pointer(settings.at, name)) === true && isEmptyMark(value);
    return resolveOne(find, name, value, isEmptied, settings) ?? [];
  });
}

/**
 * The same as a list, as HighLevel itself writes it: `[{ id, field_value }]`, the value under any of its spellings. HighLevel drops an
 * id it does not know without a word, so each is looked up. A `null` that no mapping gave stays: it is how HighLevel blanks a field.
 */
export function resolveCustomFieldRows(
  definitions: readonly CustomFieldDefinition[],
  rows: readonly unknown[],
  settings: CustomFieldSettings,
  find: Find = (name) => findDefinition(definitions, name),
): unknown[] {
  return rows.flatMap((row, i) => {
    const name = rowName(row);
    if (name === undefined || !isObject(row)) return [row]; // checking will say what it should have been
    const at = pointer(settings.at, String(i));
    const spelling = valueKeys.find((key) => row[key] !== undefined) ?? "value";
    const value = row[spelling];
    if (value === null && (settings.emptied?.has(pointer(at, spelling)) ?? true)) {
      const { id, fieldKey } = find(name);
      return [{ id, key: fieldKey, field_value: null }];
    }
    const isEmptied = settings.emptied?.has(pointer(at, spelling)) === true && isEmptyMark(value);
    return resolveOne(find, name, value, isEmptied, settings) ?? [];
  });
}

function resolveOne(
  find: Find,
  name: string,
  value: unknown,
  isEmptied: boolean,
  settings: CustomFieldSettings,
): CustomFieldValue | undefined {
  if (isEmpty(value)) return undefined;
  const definition = find(name);
  const written = isEmptied ? emptied(definition, settings) : shape(definition, name, value, settings);
  return written === undefined ? undefined : { id: definition.id, key: definition.fieldKey, field_value: written };
}

/** How a value names its custom fields, in both of its forms. */
export const customFieldNames = (values: unknown): string[] =>
  Array.isArray(values) ? values.flatMap((row: unknown) => rowName(row) ?? []) : isObject(values) ? Object.keys(values) : [];

function rowName(row: unknown): string | undefined {
  const name = isObject(row) ? (row["id"] ?? row["key"]) : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Nothing, spaces, or a list or an object of nothing else. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && isBlankText(value)) ||
  (typeof value === "object" && Object.values(value).every(isEmpty));

/** What a contact carries (`[{id, value}]`) by key: `{ "contact.nps": 9 }`. Fields without a definition keep their id. */
export function namedCustomFields(definitions: readonly CustomFieldDefinition[], carried: unknown): Record<string, unknown> {
  const keys = new Map(definitions.map((d) => [d.id, d.fieldKey]));
  const rows = Array.isArray(carried) ? carried.filter(isObject) : [];
  return Object.fromEntries(rows.map((row) => [keys.get(String(row["id"])) ?? String(row["id"]), customFieldValue(row)]));
}

const valueKeys = ["value", "fieldValue", "field_value"] as const;

/** A carried field's value, whichever of its spellings the endpoint uses. */
export const customFieldValue = (row: Record<string, unknown>): unknown => row["value"] ?? row["fieldValue"] ?? row["field_value"];

/** The custom field a name means. Throws STEP_INPUT_INVALID, with what comes near, where there is none or more than one. */
export function findDefinition(definitions: readonly CustomFieldDefinition[], name: string): CustomFieldDefinition {
  const [first, ...others] = candidates(definitions, name);
  if (!first) throw invalid(name, unknownProblem(definitions, name));
  if (others.length === 0) return first;
  const keys = [first, ...others].map(({ fieldKey }) => fieldKey).join(" or ");
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
    const matches = definitions.filter(way);
    if (matches.length > 0) return matches;
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

/** The value of a kind of field as HighLevel takes it; undefined where nothing is left of it. Throws for what it would drop or misread. */
type Shape = (value: unknown, name: string, definition: CustomFieldDefinition, settings: FitSettings) => unknown;

const shapes: Record<string, Shape> = {
  NUMERICAL: number,
  FLOAT: number,
  MONETORY: number, // sic
  CHECKBOX: options,
  MULTIPLE_OPTIONS: options,
  SINGLE_OPTIONS: oneOption,
  RADIO: oneOption,
  DATE: date,
  PHONE: (value, name, _, settings) => internationalPhone(text(name, value), settings),
  EMAIL: (value, name) => plainEmail(text(name, value)),
  FILE_UPLOAD: file,
  SIGNATURE: file,
  TEXTBOX_LIST: boxes,
};

function shape(definition: CustomFieldDefinition, name: string, value: unknown, settings: FitSettings): unknown {
  if (isEmptyMark(value)) throw invalid(name, "holds the word for emptying a field, and only the flow itself may say so");
  const write = shapes[definition.dataType] ?? ((value: unknown) => text(name, value));
  return write(value, name, definition, settings);
}

/** What empties a field of its kind. */
function emptied({ dataType }: CustomFieldDefinition, { keepMarks }: CustomFieldSettings): unknown {
  if (keepMarks) return emptyMark;
  if (dataType === "CHECKBOX" || dataType === "MULTIPLE_OPTIONS") return [];
  return ["NUMERICAL", "FLOAT", "MONETORY", "FILE_UPLOAD", "SIGNATURE", "TEXTBOX_LIST"].includes(dataType) ? null : "";
}

function number(value: unknown, name: string): number {
  const read =
    typeof value === "number" ? value : typeof value === "string" || typeof value === "bigint" ? readNumber(String(value)) : undefined;
  if (read !== undefined && Number.isFinite(read)) return read;
  const long = /^\s*[+-]?\d{16,}\s*$/.test(textOf(value)) ? "; it has more digits than a number keeps: use a text field for it" : "";
  throw invalid(name, `must be a number, but is ${typeof value === "bigint" ? String(value) : JSON.stringify(value)}${long}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === "object") throw invalid(name, "must be text, but is a list or an object");
  return textOf(value);
}

/** A day in the flow's zone. */
function date(value: unknown, name: string, _: CustomFieldDefinition, settings: FitSettings): unknown {
  if (typeof value !== "string" && typeof value !== "number") throw invalid(name, "must be a date such as 2026-01-31, but is none");
  const day = fitTime("date", "string", value, settings);
  const problem = typeof day === "number" ? timeProblem("date", String(day)) : timeProblem("date", day);
  if (problem !== null) throw invalid(name, `${problem}; parse_date reads other spellings`);
  return day;
}

/** Options, each as the definition spells it. One may contain a comma: it is looked for before a text is split. */
function options(value: unknown, name: string, definition: CustomFieldDefinition): unknown {
  const isOption = (part: string) => definition.picklistOptions?.some((option) => fold(option) === fold(part)) ?? false;
  const parts = Array.isArray(value)
    ? value.filter((one) => !isEmpty(one)).map((one) => text(name, one))
    : splitKnown(text(name, value), isOption);
  return parts.length === 0 ? undefined : parts.map((part) => option(definition, name, part));
}

function oneOption(value: unknown, name: string, definition: CustomFieldDefinition): string {
  return option(definition, name, answerOf(definition, text(name, value)));
}

/** Where the options are a yes and a no, they may come as true and false, or as a form's 1 and 0. */
function answerOf({ picklistOptions = [] }: CustomFieldDefinition, value: string): string {
  const answer = yesOrNo(value);
  if (answer === undefined || picklistOptions.some((option) => fold(option) === fold(value))) return value;
  const [same, other] = [true, false].map((one) => picklistOptions.filter((option) => yesOrNo(option) === (one ? answer : !answer)));
  return same!.length === 1 && other!.length === 1 ? same![0]! : value;
}

/** The option as the definition spells it. HighLevel keeps a misspelt one without a word, and then shows nothing. */
function option({ picklistOptions, isAllowedCustomOption }: CustomFieldDefinition, name: string, value: string): string {
  if (!picklistOptions?.length) return value;
  const option = picklistOptions.find((o) => fold(o) === fold(value));
  if (option !== undefined || isAllowedCustomOption) return option ?? value;
  throw invalid(name, `must be one of ${picklistOptions.join(", ")}, but is '${value}'`);
}

/** HighLevel drops an address without a word: it wants a file that it already has. */
function file(value: unknown, name: string): unknown {
  const files = isObject(value) ? Object.values(value) : [];
  if (files.length > 0 && files.every((one) => isObject(one) && typeof one["url"] === "string")) return value;
  throw invalid(
    name,
    "is a file field, which takes no text or address: upload the file with forms/upload-to-custom-fields, or give the value of another record's file field",
  );
}

/** Text boxes by their labels; blank ones are left out. */
function boxes(value: unknown, name: string, { picklistOptions }: CustomFieldDefinition): unknown {
  const labels = (picklistOptions ?? []).map(labelOf).filter((label) => label !== "");
  const sample = `{${(labels.length > 0 ? labels : ["Label"]).map((label) => `"${label}": "…"`).join(", ")}}`;
  if (!isObject(value)) throw invalid(name, `is a list of text boxes, and a text alone does not say which one it is for; give ${sample}`);
  const filled = Object.entries(value).filter(([, one]) => !isEmpty(one));
  return Object.fromEntries(
    filled.map(([key, one]) => {
      const label = labels.find((candidate) => fold(candidate) === fold(key));
      if (label === undefined && labels.length > 0) throw invalid(name, `has no text box '${key}'; give ${sample}`);
      return [label ?? key, text(`${name}.${key}`, one)];
    }),
  );
}

const labelOf = (option: unknown): string => (isObject(option) ? textOf(option["label"]) : textOf(option));

const invalid = (name: string, problem: string) =>
  new MillraceError("STEP_INPUT_INVALID", {
    details: { field: `customFields.${name}`, label: `Custom field '${name.trim()}'`, problem, outcome: "not_sent" },
  });
