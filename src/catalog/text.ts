import { numberText } from "#kernel/number-text.ts";

/** Any value as text: nothing is "", objects and lists are JSON. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return numberText(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value as boolean | bigint);
}

/**
 * Text as names are compared: without regard to case, kinds of spaces, and marks nobody sees. By way of capitals, so that ß meets SS, ı
 * meets I, and a final sigma the others; İ loses the dot that its small letter keeps.
 */
export const fold = (text: string): string =>
  text.length > longestName
    ? text.trim()
    : plainText.test(text)
      ? text.toLowerCase()
      : text.normalize("NFKC").toUpperCase().toLowerCase().replace(unseen, "").replace(/\s+/g, " ").trim();

/** A longer text is no name, and is compared as it is: even its case would take its time. */
const longestName = 10_000;
const plainText = /^(?:[!-~]+ )*[!-~]+$/;
const unseen = /[\p{Cf}\u0307]/gu;

/** Text without the marks nobody sees, which come with copied addresses and numbers: zero-width spaces, a BOM, soft hyphens, bidi marks. */
export const withoutUnseen = (text: string): string => text.replace(/\p{Cf}/gu, "");
/** Whether there is nothing to see in a text. */
export const isBlankText = (text: string): boolean => !/^[!-~]/.test(text) && !/[^\s\p{Cf}]/u.test(text);
