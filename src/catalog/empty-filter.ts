import { pointer } from "./empty.ts";
import { inputPaging, positionNames } from "./paging.ts";
import { lacksFilterValue } from "./search-filters.ts";
import type { InputField, Operation } from "./types.ts";

/**
 * The first filter of a list that the step sets and that is empty in this run, or has a condition without its value. Without the filter the list would contain every record, and later
 * steps would write to the wrong ones.
 */
export function emptyFilter(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  { written = [], emptied }: { written?: readonly string[]; emptied?: ReadonlySet<string> },
): InputField | undefined {
  if (operation.effect !== "read" || !operation.list || written.length === 0) return undefined;
  const turning = pagingNames(operation.paging);
  return operation.input.find(
    (field) =>
      written.includes(field.name) &&
      (input[field.name] === undefined ||
        input[field.name] === null ||
        (field.control === "filters" && lacksFilterValue(input[field.name]))) &&
      !emptied?.has(pointer("", field.name)) &&
      isFilter(field, turning),
  );
}

const isFilter = ({ name, wire = name, in: place, fill }: InputField, turning: ReadonlySet<string>): boolean =>
  !fill &&
  (place === "query" || place === "body") &&
  !turning.has(wire) &&
  !/^(sort|order|limit|page|skip|offset|count|fields|projection)/i.test(name);

/** The wire names by which a list is read page by page. */
export function pagingNames(paging: Operation["paging"]): ReadonlySet<string> {
  const byInputs = inputPaging({ paging });
  return new Set(byInputs === null ? [] : [byInputs.size, ...positionNames(byInputs)]);
}
