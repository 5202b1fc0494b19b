import type { Lookup } from "#catalog/types.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { type NamedRow, tellApart } from "#kernel/tell-apart.ts";

/** One that can be chosen by its name. */
export interface NamedChoice {
  value: string;
  label: string;
  /** What tells it from another of the same name, or what it lies within. */
  note?: string | undefined;
  /** By what else it is known: its id, its key. */
  names?: readonly string[];
  /** How a value of it is filled in, where it has one (a custom field): by which control, and what it may be. */
  filled?: Filled;
}
interface Filled {
  control?: "number" | "date" | "tags" | "longtext" | "json";
  options?: readonly string[];
  /** Others than the options are kept too. */
  open?: boolean;
}

const text = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/**
 * What can be chosen from the rows of a list. A name stands for itself where it is the only one of it: it says more than an id. `values` are
 * those of the other fields: a stage depends on its pipeline. By their ids they are chosen where nobody turns a name into its id.
 */
export function namedChoices(
  output: unknown,
  lookup: Pick<Lookup, "value" | "label" | "list" | "within" | "retired" | "options" | "controls" | "by" | "identity">,
  values: Readonly<Record<string, unknown>> = {},
  by: "name" | "id" = "name",
): NamedChoice[] {
  const parent = lookup.within === undefined ? "" : text(values[lookup.within.field]);
  const all = rowsOf(output, lookup, parent);
  const notes = tellApart(all);
  return all.map(({ id, label, parent: around, row }, index) => {
    const note = notes[index];
    const value = by === "name" && note === undefined && label !== "" ? label : id;
    const filled = filledOf(row, lookup);
    const names = namesOf(row, lookup);
    return {
      value,
      label: label || id,
      note: note ?? (parent === "" ? around : undefined),
      ...(names && { names }),
      ...(filled && { filled }),
    };
  });
}

function namesOf(row: Record<string, unknown>, { value, by, identity = value }: Pick<Lookup, "value" | "by" | "identity">) {
  if (by === undefined) return undefined;
  return [value, identity, ...by].map((path) => text(getPath(row, path))).filter((name) => name !== "");
}

/** The one that is meant by what is written: its value, or another of its names. */
export const choiceOf = (choices: readonly NamedChoice[], written: string): NamedChoice | undefined =>
  choices.find(({ value }) => value === written) ?? choices.find(({ names }) => names?.includes(written));

function filledOf(row: Record<string, unknown>, { options, controls }: Pick<Lookup, "options" | "controls">): Filled | undefined {
  const control = controls?.of[text(getPath(row, controls.row))];
  const listed = options === undefined ? undefined : getPath(row, options.row);
  const isChoice = control === undefined || control === "tags";
  const words = isChoice && Array.isArray(listed) ? listed.map(text).filter((word) => word !== "") : [];
  if (control === undefined && words.length === 0) return undefined;
  return {
    ...(control && { control }),
    ...(words.length > 0 && { options: words, open: getPath(row, options!.open) === true }),
  };
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
