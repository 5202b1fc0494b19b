import { isBlankText } from "#catalog/text.ts";
import { cutText } from "#kernel/characters.ts";
import { numberText } from "#kernel/number-text.ts";
import { MappingProblem } from "./problem.ts";

/** The longest text a mapping may give. */
export const maxTextLength = 1024 * 1024;

/** A value as it is written inside a text. Items of a list have commas between them, and objects become JSON: nobody wants to read `[object Object]`. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value))
    return value
      .filter((item) => !isBlank(item))
      .map(toText)
      .join(", ");
  if (typeof value === "number") return numberText(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value as boolean | bigint);
}

/** The same text, or a problem when it is longer than a field can be. */
export function bounded(text: string): string {
  if (text.length > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return text;
}

/** A value as it is quoted in a sentence: short, and in one line. */
export function quote(value: unknown): string {
  const text = toText(value).slice(0, 1000).replace(/\s+/g, " ");
  return `'${text.length > 60 ? `${cutText(text, 59)}…` : text}'`;
}

export const isNil = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Whether there is nothing in a value: it is missing, a text of nothing to see, or a list of nothing but such. */
export const isBlank = (value: unknown): boolean =>
  isNil(value) || (typeof value === "string" ? isBlankText(value) : Array.isArray(value) && value.every(isBlank));
