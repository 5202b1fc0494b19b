import type { SearchField, SearchFields } from "#catalog/types.ts";
import { useLookup } from "../panel/fields/use-choices.ts";

interface Searched {
  fields: readonly SearchField[];
  custom: readonly SearchField[];
  /** A field that is written; of one that nobody knows, how it is shown all the same. */
  of: (name: string) => SearchField;
  enter: () => void;
}

/** What a search can be narrowed by: the fields of the catalog, and the custom fields of the sub-account by their names. */
export function useSearchFields(
  { fields, custom }: SearchFields,
  app: string,
  connection: string | null,
  written: readonly string[],
): Searched {
  const prefix = custom?.prefix ?? "";
  const isCustom = (name: string) => custom !== undefined && name.startsWith(prefix);
  const { choices, enter } = useLookup(
    custom && { ...custom.lookup, value: custom.lookup.identity ?? "id" },
    app,
    connection,
    {},
    written.some(isCustom),
    "id",
  );
  const own = choices.map(({ value, label, filled = {} }): SearchField => {
    const name = `${prefix}${value}`;
    const { control, options } = filled;
    const kind = control === "number" || control === "date" || control === "tags" ? control : options === undefined ? "text" : "choice";
    return { name, label, control: kind, ...(options && { choices: Object.fromEntries(options.map((one) => [one, one])) }) };
  });
  const all = [...fields, ...own];
  return {
    fields,
    custom: own,
    of: (name) => all.find((one) => one.name === name) ?? { name, label: isCustom(name) ? "Custom field" : name, control: "text" },
    enter,
  };
}
