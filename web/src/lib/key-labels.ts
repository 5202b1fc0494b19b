import type { InputField } from "#catalog/types.ts";
import { fieldLabel } from "#kernel/field-words.ts";

/** What people call a member of a value, by the keys that lead to it; undefined: the key says it itself. */
export type KeyLabels = (path: readonly string[]) => string | undefined;

/** Members whose own members are named by people or by another standard: a custom field, a header. */
const named: ReadonlySet<string> = new Set(["customFields", "customField", "headers", "_headers", "$more"]);

/** Labels for what goes into an operation or comes out of it: those of its fields, else the names in words. */
export function keyLabels(fields: readonly Pick<InputField, "name" | "label">[] = []): KeyLabels {
  const labels = new Map(fields.flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]])));
  return (path) => {
    const key = path.at(-1) ?? "";
    if (key === "$more") return "Further fields";
    if (named.has(path.at(-2) ?? "") || !isName(key)) return undefined;
    return labels.get(key) ?? fieldLabel(key);
  };
}

/** `firstName`, `date_added` and `id`, and no id of a record, number of a list or name that somebody chose. */
const isName = (key: string): boolean => /^[a-z]+(?:[A-Z_]?[a-z]+|[A-Z]+)*\d?$/.test(key);
