import type { LoginField } from "./field.ts";

/** Whether a field has to be filled beside these values. Apart from the table, so that the page's bundle does not hold all of it. */
export function isNeeded({ required }: LoginField, values: Readonly<Record<string, string | undefined>>): boolean {
  if (required === undefined || required === true) return required === true;
  return "with" in required ? Boolean(values[required.with]) : !values[required.without];
}
