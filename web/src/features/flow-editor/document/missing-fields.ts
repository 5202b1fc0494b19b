import type { CatalogEntry, LintFinding } from "#api/schemas.ts";

type Fields = CatalogEntry["inputs"];

/** Pure: which fields a step cannot do without and does not have. The page knows at once what the server would say later. */

/** The required fields that are not filled in. One that another field has in its own value (a pipeline within its stage) is not asked for. */
export function missingFields(fields: Fields, values: Readonly<Record<string, unknown>>): Fields {
  const isGiven = (name: string) =>
    !isBlank(values[name]) || fields.some((other) => other.lookup?.within?.field === name && !isBlank(values[other.name]));
  return fields.filter((field) => isNeeded(field) && !isGiven(field.name));
}

/** Whether a field has to be filled in by somebody. */
export const isNeeded = ({ required, fill }: Fields[number]): boolean => required === true && fill === undefined;

/** What a field says that cannot be empty and is. */
export const neededSentence = "This field is needed.";

/** What is wrong with the fields, with those that are missing. */
export const withMissing = (errors: ReadonlyMap<string, string>, missing: Fields): ReadonlyMap<string, string> =>
  missing.length === 0 ? errors : new Map([...errors, ...missing.map(({ name }) => [name, neededSentence] as const)]);

/** Findings without those that say of a missing field that it is missing: the field itself says so. */
export const withoutMissing = (findings: readonly LintFinding[], missing: Fields): readonly LintFinding[] =>
  findings.filter(({ at }) => !missing.some(({ name }) => at.endsWith(`.input.${name}`)));

/** Whether nothing is written. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");
