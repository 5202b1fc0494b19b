import type { Lookup } from "#catalog/types.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { type NamedRow, tellApart } from "#kernel/tell-apart.ts";

/** One that can be chosen by its name. */
export interface NamedChoice {
  value: string;
  label: string;
  /** What tells it from another of the same name, or what it lies within. */
  note?: string | undefined;
}

const text = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/**
 * What can be chosen from the rows of a list. A name stands for itself where it is the only one of it: it says more than an id. `values` are
 * those of the other fields: a stage depends on its pipeline.
 */
export function namedChoices(
  output: unknown,
  lookup: Pick<Lookup, "value" | "label" | "list" | "within" | "retired">,
  values: Readonly<Record<string, unknown>> = {},
): NamedChoice[] {
  const parent = lookup.within === undefined ? "" : text(values[lookup.within.field]);
  const all = rowsOf(output, lookup, parent);
  const notes = tellApart(all);
  return all.map(({ id, label, parent: around }, index) => {
    const note = notes[index];
    const value = note === undefined && label !== "" ? label : id;
    return { value, label: label || id, note: note ?? (parent === "" ? around : undefined) };
  });
}

/** The rows that can be chosen, with what they lie within; of one parent only, where that is chosen already. */
function rowsOf(output: unknown, { value, label, list, within, retired }: Parameters<typeof namedChoices>[1], chosen: string): NamedRow[] {
  return (Array.isArray(output) ? output : [output]).filter(isObject).flatMap((row): NamedRow[] => {
    const parent = within === undefined ? undefined : { id: text(row[within.row]), name: text(row[within.label]) };
    if (parent !== undefined && chosen !== "" && !chosen.includes("{{") && ![parent.id, parent.name].includes(chosen)) return [];
    const listed = list === undefined ? [row] : getPath(row, list);
    const inner = Array.isArray(listed) ? listed.filter(isObject) : [];
    return inner
      .filter((one) => !(retired !== undefined && retired.values.includes(one[retired.row] as never)))
      .map((one) => ({ id: text(one[value]), label: text(one[label]), parent: parent?.name, row: one }))
      .filter(({ id }) => id !== "");
  });
}

/** A choice in one line: "Sam Hill (sam@acme.example)". */
export const choiceLine = ({ label, note }: NamedChoice): string => (note === undefined ? label : `${label} (${note})`);
