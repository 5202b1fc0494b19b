import { getPath, isObject } from "#kernel/json.ts";
import type { Lookup } from "./types.ts";

/** The rows a look-up offers, from its list's answer. `input` is the step's, for choices that hang on another field's. */
export function choiceRows(
  { list, within }: Lookup,
  output: unknown,
  input: Readonly<Record<string, unknown>> = {},
): Record<string, unknown>[] {
  const rows = Array.isArray(output) ? output.filter(isObject) : [];
  if (list === undefined) return rows;
  const chosen = within && input[within.field];
  const parents = chosen ? rows.filter((row) => getPath(row, within!.row) === chosen) : rows;
  return parents.flatMap((row) => {
    const inner = getPath(row, list);
    return Array.isArray(inner) ? inner.filter(isObject) : [];
  });
}
