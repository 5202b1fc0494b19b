import type { CatalogEntry } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";

/** Pure: steps that call a web address which a person wrote, in words that say the address. */

const longestAddress = 60;

/** Where a request goes, where the operation takes a whole address; "…" where none is written yet. */
export function addressOf({ inputs }: Pick<CatalogEntry, "inputs">, input: unknown): string | undefined {
  const field = inputs.find(({ text }) => text === "address");
  if (field === undefined) return undefined;
  const value = isObject(input) ? input[field.name] : undefined;
  if (typeof value !== "string" || value.trim() === "") return "…";
  const shown = value.replace(/^https?:\/\//i, "").replace(/[?#].*$/s, "");
  return shown.length > longestAddress ? `${shown.slice(0, longestAddress - 1)}…` : shown;
}

/** "Send data to a web address" is "Send data to example.com/contacts". */
export const withAddress = (title: string, address: string): string =>
  /\baddress$/.test(title) ? title.replace(/(a web )?address$/, () => address) : `${title} to ${address}`;

/** What a step of a run is called: by its own name, else with the address it called. */
export function stepTitle(
  step: { title: string; input: unknown },
  operation: Pick<CatalogEntry, "title" | "inputs"> | null | undefined,
): string {
  const address = operation ? addressOf(operation, step.input) : undefined;
  return address === undefined || address === "…" || step.title !== operation?.title ? step.title : withAddress(step.title, address);
}
