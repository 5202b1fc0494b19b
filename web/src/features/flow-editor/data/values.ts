import { cutText } from "#kernel/characters.ts";
import { withPretendedWords } from "#kernel/pretended-id.ts";
import { numberText } from "#kernel/number-text.ts";
import { exactTime, momentOf } from "../../../lib/time.ts";
import type { ValueType } from "./types.ts";

/** Pure: a sample's value in short words. */

const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export function typeOfValue(value: unknown): ValueType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "yes-no";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object" && value !== null) return "object";
  return typeof value === "string" ? (isoDate.test(value) ? "date" : "text") : "any";
}

/** Whether a value is blank, so that a step would change nothing with it. */
export const isEmptyValue = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.every(isEmptyValue));

export const longestShown = 200;

/** A value as one short line. */
export function shortText(value: unknown, length = longestShown): string {
  const text = lineOf(value, length * 4).replace(/\s+/g, " ");
  return text.length > length ? `${cutText(text, length - 1)}…` : text;
}

/** The same as people read it: a time by the clock of whoever looks. */
export function shownText(value: unknown, length = longestShown): string {
  const moment = typeof value === "string" ? momentOf(value) : undefined;
  return moment === undefined ? shortText(value, length) : exactTime(moment);
}

/** A value in one line, written out only as far as it is shown. */
function lineOf(value: unknown, room: number): string {
  if (typeof value === "string") return withPretendedWords(value.slice(0, room));
  if (typeof value === "number") return numberText(value);
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value as boolean | bigint);
  return Array.isArray(value) ? listLine(value, room) : objectLine(value as Record<string, unknown>, room);
}

function listLine(list: readonly unknown[], room: number): string {
  let text = "";
  for (const item of list) {
    if (text.length >= room) break;
    text += `${text === "" ? "" : ", "}${isContainer(item) ? `{ ${lineOf(item, room - text.length)} }` : lineOf(item, room - text.length)}`;
  }
  return text;
}

function objectLine(object: Record<string, unknown>, room: number): string {
  let text = "";
  for (const [name, member] of Object.entries(object)) {
    if (text.length >= room) break;
    if (member === null || member === undefined) continue;
    const inside = lineOf(member, room - text.length);
    text += `${text === "" ? "" : ", "}${name}: ${isContainer(member) ? `{ ${inside} }` : inside}`;
  }
  return text;
}

const isContainer = (value: unknown): boolean => typeof value === "object" && value !== null;
