import { getPath, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import type { CustomFields, RecordField, RecordFieldKind, RecordType } from "./record-types.ts";

/** The value of a field of a record as it was read alone; undefined where the record has none. */
export function readRecordField(field: RecordField, record: unknown): Json | undefined {
  return valueAt(field, record, field.read);
}

function valueAt({ row }: RecordField, record: unknown, path: string): Json | undefined {
  const value = getPath(record, path) as Json | undefined;
  if (row === undefined) return value;
  const found = Array.isArray(value) ? value.find((each) => isObject(each) && each[row.key] === row.id) : undefined;
  return isObject(found) ? (row.values.map((name) => found[name]).find((each) => each !== undefined) as Json | undefined) : undefined;
}

/**
 * A row of a type's list in the shape in which the record is read alone, with `parent` where the list is of one parent. What the list lacks is
 * missing in it.
 */
export function recordOfRow(type: RecordType, row: JsonObject, parent?: string): JsonObject {
  const record: JsonObject = { ...row };
  for (const field of type.fields) {
    if (typeof field.listed !== "string") continue;
    const value = valueAt(field, row, field.listed);
    if (value !== undefined) record[field.read] = value;
  }
  const of = type.of && parent !== undefined ? type.fields.find(({ name }) => name === type.of?.field) : undefined;
  return of ? { ...record, [of.read]: parent! } : record;
}

/** Whether a row of the list has a field at all. */
export const isListed = (field: RecordField): boolean => field.listed !== null;

/** What a person calls a record: `Ada Byron`, or its id. */
export function recordName(type: RecordType, record: JsonObject, id: string): string {
  const textOf = (name: string): string => {
    const field = type.fields.find((each) => each.name === name);
    const value = field && readRecordField(field, record);
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  };
  const names = type.called.map((group) => group.map(textOf).filter(Boolean).join(" "));
  return (names.find(Boolean) ?? id).slice(0, longestName);
}
const longestName = 200;

/** The input that writes these values, by the names of fields. What nobody can write is left out. */
export function recordInput(type: RecordType, values: Readonly<Record<string, Json>>): JsonObject {
  const input: JsonObject = {};
  for (const field of type.fields) {
    const value = values[field.name];
    if (value === undefined || field.write === null) continue;
    const { row, write } = field;
    if (row === undefined) input[write] = value;
    else input[write] = [...((input[write] as Json[] | undefined) ?? []), { [row.key]: row.id, [row.values[0]!]: value }];
  }
  return input;
}

/** A type with the custom fields of an account, as the list of their definitions names them. What has no id or label is left out. */
export function withCustomFields(type: RecordType, rows: readonly unknown[]): RecordType {
  const { custom } = type;
  return custom ? { ...type, fields: [...type.fields, ...rows.flatMap((row) => customField(custom, row) ?? [])] } : type;
}

function customField(custom: CustomFields, row: unknown): RecordField | undefined {
  const [id, label, kind] = [custom.id, custom.label, custom.kind].map((path) => getPath(row, path));
  if (typeof id !== "string" || id === "" || typeof label !== "string") return undefined;
  return {
    name: `custom:${id}`,
    label,
    read: custom.read,
    row: { ...custom.row, id },
    write: custom.write,
    kind: kindOf(custom, kind),
  };
}

const kindOf = ({ kinds }: CustomFields, kind: unknown): RecordFieldKind =>
  typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind]! : "text";
