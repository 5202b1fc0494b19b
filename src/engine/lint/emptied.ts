import { isObject } from "#kernel/json.ts";
import { isEmptyMark } from "#catalog/empty.ts";
import { canEmpty } from "#catalog/fit.ts";
import type { InputField, Operation } from "#catalog/types.ts";
import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";

type Says = Pick<LintFinding, "level" | "problem" | "fix">;

/** Fields that a step empties on purpose: each run would, whatever the event holds. */
export function emptiedFields({ at, step, input }: Place, operation: Operation): LintFinding[] {
  return operation.input.flatMap((field) => {
    const value = input[field.name];
    const place = { at: `${at}.input.${field.name}`, step, field: field.name };
    if (isEmptyMark(value)) return [{ ...place, ...says(operation, field) }];
    if (field.control !== "customFields" || !isObject(value)) return [];
    const names = Object.keys(value).filter((name) => isEmptyMark(value[name]));
    return names.map((name) => ({ ...place, at: `${place.at}.${name}`, ...wouldEmpty(name) }));
  });
}

function says(operation: Operation, field: InputField): Says {
  const label = field.label ?? field.name;
  const may = canEmpty(operation, field);
  if (may === "yes") return wouldEmpty(label);
  if (may === "void")
    return { level: "warning", problem: `'${operation.title}' has nothing to empty in '${label}'`, fix: "Leave the field out." };
  const fix = field.control === "customFields" ? "Say it of each custom field by its name." : "Give a value, or leave the field out.";
  return { level: "error", problem: `'${label}' of '${operation.title}' cannot be emptied`, fix };
}

const wouldEmpty = (label: string): Says => ({
  level: "warning",
  problem: `'${label}' would be emptied`,
  fix: "Leave the field out if its value is to stay.",
});
