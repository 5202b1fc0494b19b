import type { InputField } from "#catalog/types.ts";
import { fieldLabel } from "#kernel/field-words.ts";

/** What people call a member of a value, by the keys that lead to it; undefined: the key says it itself. */
export type KeyLabels = (path: readonly string[]) => string | undefined;

/** Members whose own members are named by people or by another standard: a custom field, a header. */
const named: ReadonlySet<string> = new Set(["customFields", "customField", "headers", "_headers", "$more"]);

type Labelled = Pick<InputField, "name" | "label"> & Partial<Pick<InputField, "text" | "control" | "schema">>;

/** A field whose members a person names: the data of a request, its headers. */
const isOpen = ({ control, schema }: Labelled): boolean => control === "json" && schema !== undefined && schema.properties === undefined;

/** Labels for what goes into an operation or comes out of it: those of its fields, else the names in words. */
export function keyLabels(fields: readonly Labelled[] = [], of: "input" | "result" = "input"): KeyLabels {
  const labels = new Map(fields.flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]])));
  const open = new Set(fields.filter(isOpen).map(({ name }) => name));
  // What any web address answers has the names of that system.
  if (of === "result" && fields.some(({ text }) => text === "address")) return () => undefined;
  return (path) => {
    const key = path.at(-1) ?? "";
    if (key === "$more") return "Further fields";
    if (named.has(path.at(-2) ?? "") || (path.length > 1 && open.has(path[0]!)) || !isName(key)) return undefined;
    return labels.get(key) ?? fieldLabel(key);
  };
}

/** `firstName`, `date_added` and `id`, and no id of a record, number of a list or name that somebody chose. */
const isName = (key: string): boolean => /^[a-z]+(?:[A-Z_]?[a-z]+|[A-Z]+)*\d?$/.test(key);
