import { lacksFilterValue } from "#catalog/search-filters.ts";
import type { Operation } from "#catalog/types.ts";
import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";

/** Fields that a call cannot do without and that were left empty: a begun flow has them, and no run gets past them. */
export function emptyFields({ at, step, input }: Place, { title, input: fields }: Operation): LintFinding[] {
  const isEmpty = (name: string): boolean => {
    const value = input[name];
    return value === undefined || (typeof value === "string" && value.trim() === "");
  };
  const cutShort = fields
    .filter(({ name, control }) => control === "filters" && lacksFilterValue(input[name]))
    .map(({ name, label }): LintFinding => ({
      level: "error",
      at: `${at}.input.${name}`,
      step,
      field: name,
      problem: `A condition under '${label ?? name}' has no value to compare with`,
      fix: "Fill in its value, or remove the condition.",
    }));
  const needed = fields
    .filter(({ name, required, fill }) => required && !fill && Object.hasOwn(input, name) && isEmpty(name))
    .filter(({ name }) => !fields.some((other) => other.lookup?.within?.field === name && !isEmpty(other.name)))
    .map(({ name, label }): LintFinding => ({
      level: "error",
      at: `${at}.input.${name}`,
      step,
      field: name,
      problem: `'${title}' needs '${label ?? name}', and it is empty`,
      fix: "Fill it in, or map it from the event or an earlier step.",
    }));
  return [...needed, ...cutShort];
}
