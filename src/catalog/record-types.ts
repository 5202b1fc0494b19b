import type { JsonObject } from "#kernel/json.ts";

/**
 * A kind of record that an app keeps, as far as a sync has to know it: how it is listed, read, written and told from others. Data of the app.
 * Built-in apps name theirs beside their operations; those of a workspace's own apps follow from their operations (see record-types-of.ts).
 */
export interface RecordType {
  /** `contact`; unique in its app. */
  id: string;
  /** As a person says it: "contact", and of several "contacts". */
  title: string;
  many: string;
  /** The read that lists all of them. Its `identity`, `changed` and `gone` hold here too. */
  list: { operation: string; input?: JsonObject };
  /** The list is of one parent at a time (the notes of a contact): the type of the parent, and the list's input that takes its id. */
  of?: { type: string; input: string };
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
}

/** One value of a record: where it is read, and how it is written. */
export interface RecordField {
  /** `email`; for a custom field `custom:<id>`. It names the field in a sync. */
  name: string;
  label: string;
  /** Path in the record as it is read. */
  read: string;
  /** The input of create and update that writes it; null: nobody can write it. */
  write: string | null;
  /** Only create takes it. */
  once?: boolean;
  kind: RecordFieldKind;
  /** It holds the id of another record of the app: of this type. */
  refers?: string;
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
