import { isBareId, isNoId } from "#catalog/ids.ts";
import type { Operation } from "#catalog/types.ts";
import { isTemplate } from "../mapping/template.ts";
import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";
import type { LintReader } from "./types.ts";

/** Names where only an id will do, and no list could tell which one is meant. */
export function namesForIds({ at, step, app, input }: Place, operation: Operation, reader: LintReader): LintFinding[] {
  return operation.input.filter(isBareId).flatMap(({ name }) => {
    const value = input[name];
    if (typeof value !== "string" || isTemplate(value) || !isNoId(value) || reader.choosing(app, name)) return [];
    const problem = `'${value.trim()}' is no id, and names are not looked up in '${operation.title}'`;
    return {
      level: "error",
      at: `${at}.input.${name}`,
      step,
      field: name,
      problem,
      fix: "Give the id, or map it from a step that finds the record.",
    };
  });
}
