import type { JsonObject } from "#kernel/json.ts";

/**
 * A kind of record that an app keeps, as far as a sync has to know it: how it is listed, read and written, and what tells two of them apart. Data of the app.
 * Built-in apps name theirs beside their operations; those of a workspace's own apps follow from their operations (see record-types-of.ts).
 */
export interface RecordType {
  /** `contact`; unique in its app. */
  id: string;
  /** As a person says it: "contact", and of several "contacts". */
  title: string;
  many: string;
  /** Names of the fields by which a person knows a record: those that are filled, joined, of the first group that has any. */
  called: string[][];
  /** The read that lists all of them. Its `identity` and `gone` hold here too. */
  list: { operation: string; input?: JsonObject };
  /** Path of the time of its last change, by which two sides are compared. It need not move on every change, as an operation's `changed` does. */
  changed?: string;
  /**
   * Each is of one parent (the note of a contact). `field`: the field that holds the parent's id. `input`: the input that takes it, of each
   * operation here that has one of this name. `each`: the list is of one parent at a time, and so is read for each.
   */
  of?: { type: string; field: string; input: string; each?: boolean };
  /** Ids of events that contain the record, and its path within them (the whole payload when absent). They tell sooner than the list. */
  events?: { id: string; wrap?: string; gone?: boolean }[];
  /** Reads one: the operation, and its input that takes the id. Without it the row of the list is what is known. */
  one?: { operation: string; id: string };
  /** Makes one. `key`: the input that takes the id of the record on the other side, where the app keeps one (an upsert by our own id). */
  create?: { operation: string; input?: JsonObject; key?: string };
  update?: { operation: string; id: string; input?: JsonObject };
  remove?: { operation: string; id: string };
  /** Makes it rest without deleting it, as data: what is written. */
  archive?: { operation: string; id: string; input: JsonObject };
  fields: RecordField[];
  /** Fields that each account defines for itself, and the list that names them. */
  custom?: CustomFields;
}

/** One value of a record: where it is read, and how it is written. */
export interface RecordField {
  /** `email`; for a custom field `custom:<id>`. It names the field in a sync. */
  name: string;
  label: string;
  /** Path in the record as it is read. */
  read: string;
  /** Path in the rows of the list where it is another one; null: the list does not have it. */
  listed?: string | null;
  /** The value is that of one row of the list at `read`: the row whose member `key` is `id`, under the first of `values`. It is written the same way. */
  row?: { key: string; id: string; values: string[] };
  /** The input of create and update that writes it; null: nobody can write it. */
  write: string | null;
  /** Only create takes it. */
  once?: boolean;
  kind: RecordFieldKind;
  /** It holds the id of another record of the app: of this type. */
  refers?: string;
}

/** How the custom fields of an account become fields: those of the list, by id and label. `kinds`: the value at `kind` -> what it is. */
export interface CustomFields {
  list: { operation: string; input?: JsonObject };
  id: string;
  label: string;
  kind: string;
  kinds: Record<string, RecordFieldKind>;
  /** Where a record has them, and the input that writes them. */
  read: string;
  write: string;
  row: { key: string; values: string[] };
}

export type RecordFieldKind =
  | "text"
  | "longtext"
  | "email"
  | "phone"
  | "number"
  | "boolean"
  | "date"
  | "moment"
  | "tags"
  | "list"
  | "custom";

/** A field that is read and written under its own name, unless `more` says otherwise. */
export const recordField = (
  name: string,
  label: string,
  kind: RecordFieldKind = "text",
  more: Partial<Omit<RecordField, "name" | "label" | "kind">> = {},
): RecordField => ({ name, label, read: name, write: name, kind, ...more });
