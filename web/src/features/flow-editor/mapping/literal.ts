import type { JsonSchema } from "#catalog/types.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { isEmptied } from "../../../lib/emptied.ts";
import { typeOfSchema } from "../data/schema-fields.ts";
import type { ValueType, Written } from "../data/types.ts";

/** Pure: between what a step writes and how it is edited. */

/** How a value is edited: as a text with chips, as a list, as named values, or not at all. */
export type Shape = "text" | "list" | "object" | "emptied";

export function shapeOf(value: Written): Shape {
  if (isEmptied(value)) return "emptied";
  if (Array.isArray(value)) return "list";
  return isObject(value) ? "object" : "text";
}

/** A value as the text of the editor. */
export const textOf = (value: Written): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** What was written into a field: a number for a field of numbers, yes or no as such, and a text otherwise. Nothing leaves the field as it is. */
export function writtenOf(text: string, schema: JsonSchema | undefined): Written {
  if (text === "") return undefined;
  const wanted = schema === undefined ? "any" : typeOfSchema(schema);
  if (wanted === "number") return numberOf(text) ?? text;
  return wanted === "yes-no" && (text === "true" || text === "false") ? text === "true" : text;
}

/** Only what comes back the same: `007` and numbers too long for a computer stay texts. */
function numberOf(text: string): number | undefined {
  const number = Number(text);
  return text.trim() !== "" && Number.isFinite(number) && String(number) === text.trim() ? number : undefined;
}

/** The value in another shape, with as much of it as fits. */
export function reshaped(value: Written, shape: "text" | "list" | "object"): Written {
  if (shape === shapeOf(value)) return value;
  if (shape === "list") return value === undefined || value === "" || shapeOf(value) === "emptied" ? [] : [value];
  if (shape === "object") return {};
  const first: Json | undefined = Array.isArray(value) ? value[0] : undefined;
  return typeof first === "string" ? first : undefined;
}

/** The type in a word, for the choice of a shape. */
export const wantsShape = (type: ValueType): "list" | "object" | null => (type === "list" || type === "object" ? type : null);

/** The list of a loop may be written with or without braces: as a chip it has them. */
export const templateOf = (expression: string): string =>
  expression === "" || expression.includes("{{") ? expression : `{{ ${expression} }}`;

/** What was written where one expression is wanted: without braces, where it is one. */
export function expressionOf(template: string): Written {
  const inner = /^\s*\{\{-?(.*?)-?\}\}\s*$/s.exec(template)?.[1];
  const text = inner === undefined || inner.includes("{{") ? template : inner.trim();
  return text === "" ? undefined : text;
}
