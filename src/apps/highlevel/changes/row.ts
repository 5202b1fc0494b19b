import type { JsonObject } from "#kernel/json.ts";
import type { InputField, InputRule, WatchedChange, WatchFacts } from "#catalog/types.ts";
import type { customFieldLookup } from "../judgement/lookups.ts";

/** One change trigger. The engine decides from its events and its list whether a record really changed in that way. */
export interface ChangeRow {
  title: string;
  /** What happens, within a sentence. */
  says: string;
  about: Subject;
  events: string[];
  change: WatchedChange;
  settings?: InputField[];
  rules?: InputRule[];
  note: string;
  /** What the example says of the change, beside the record. */
  example: { fields?: JsonObject; change: JsonObject };
}

/** Of which records: the list that shows them and where events have them. */
export interface Subject extends Pick<WatchFacts, "list" | "input" | "wrap" | "made" | "updated" | "where" | "each"> {
  category: string;
  settings: InputField[];
}

export const setting = (name: string, label: string, more: Partial<InputField> = {}): InputField => ({
  name,
  in: "setting",
  label,
  schema: { type: "string" },
  ...more,
  control: more.control ?? (more.lookup ? "lookup" : more.schema?.enum ? "choice" : "text"),
});
export const any = (what: string): string => `Leave it empty for any ${what}.`;

/** A field that is chosen: one of the record's own, or a custom field. */
export const chosenField = (names: readonly string[], lookup: typeof customFieldLookup): Pick<ChangeRow, "settings" | "rules"> => ({
  settings: [
    setting("field", "Field", { schema: { type: "string", enum: [...names] }, help: "A standard field." }),
    setting("customField", "Custom field", {
      lookup: { ...lookup, value: "id", by: ["fieldKey", "name"], id: "^[A-Za-z0-9]{20,24}$" },
      help: "A custom field instead, by its name, key or id.",
    }),
  ],
  rules: [{ kind: "exactlyOne", fields: ["field", "customField"] }],
});
export const fieldChange = (fields: Record<string, string[]>): WatchedChange => ({
  kind: "value",
  compared: { field: "field", fields, customField: "customField" },
});
export const same = (...names: string[]): Record<string, string[]> => Object.fromEntries(names.map((name) => [name, [name]]));
