import type { Json } from "#kernel/json.ts";
import { printPath } from "#engine/mapping/words/parts.ts";
import type { PlaceData, Sample, SourceField, ValueType } from "../../flow-editor/data/types.ts";
import type { RecordField, SideWords } from "../types.ts";
import { capital } from "#kernel/words.ts";

/** Pure: what conditions and templates of a sync can read, as the mapping editor takes it. */

const valueTypes: Readonly<Record<string, ValueType>> = {
  number: "number",
  boolean: "yes-no",
  date: "date",
  moment: "date",
  tags: "list",
  list: "list",
  custom: "any",
};

/** Where a field stands in the record as the app gives it; null: nothing can read it there. */
const pathOf = ({ name, read, custom }: RecordField): string | null => {
  if (read !== undefined) return printPath(["record", ...read.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key))]);
  return custom ? null : printPath(["record", name]);
};

const fieldsOf = ({ type }: SideWords): SourceField[] =>
  (type?.fields ?? []).flatMap((field) => {
    const path = pathOf(field);
    return path === null ? [] : [{ path, label: field.label, type: valueTypes[field.kind] ?? "text", fields: [] }];
  });

const recordSource = (words: SideWords) =>
  ({ name: "record", kind: "record", title: capital(words.one), app: words.app, fields: fieldsOf(words) }) as const;

/** What a condition on the records of a side can read. */
export const conditionData = (words: SideWords): PlaceData => ({ sources: [recordSource(words)], samples: [], sample: null, zone: "UTC" });

/** What a value can be made of on its way from a side: the value itself, and its record. `example`: a value to try it with. */
export function transformData(words: SideWords, label: string, example: Json | undefined): PlaceData {
  const value: SourceField = { path: "value", label: capital(label), type: "any", fields: [] };
  const sample: Sample | null =
    example === undefined || example === null || example === ""
      ? null
      : { id: `value ${JSON.stringify(example)}`, person: null, at: 0, from: "edited", values: { value: example, record: {} } };
  return {
    sources: [{ name: "value", kind: "record", title: "The value", app: words.app, fields: [value] }, recordSource(words)],
    samples: sample === null ? [] : [sample],
    sample,
    zone: "UTC",
  };
}
