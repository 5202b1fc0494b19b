import { types, type CustomTypesConfig } from "pg";

/**
 * PostgreSQL takes no NUL in a text, SQLite does, and an event with one must not be lost. So it is written as three control characters, and
 * so is each of these. None of the three stands anywhere else, so equal texts stay equal, and what is contained in a text stays contained.
 * As good as all texts have none of the four and stay as they are; JSON never has, for it writes them as \u escapes.
 */
const codes: Readonly<Record<string, string>> = {
  "\0": "\u001a\u001b\u001b",
  "\u001a": "\u001a\u001b\u001c",
  "\u001b": "\u001a\u001c\u001b",
  "\u001c": "\u001a\u001c\u001c",
};
const characters = Object.fromEntries(Object.entries(codes).map(([character, code]) => [code, character]));
/* oxlint-disable no-control-regex -- they are what is replaced */
const special = /[\0\u001a-\u001c]/;
const eachSpecial = /[\0\u001a-\u001c]/g;
const eachCode = /\u001a[\u001b\u001c]{2}/g;
/* oxlint-enable no-control-regex */

export const encodeText = (text: string): string => (special.test(text) ? text.replaceAll(eachSpecial, (c) => codes[c]!) : text);

export const decodeText = (text: string): string =>
  text.includes("\u001a") ? text.replaceAll(eachCode, (code) => characters[code]!) : text;

/** A parameter as PostgreSQL takes it. All columns of numbers hold whole ones, and a time with a fraction (of a token, say) is no error on SQLite. */
export function encodeValue(value: unknown): unknown {
  if (typeof value === "string") return encodeText(value);
  return typeof value === "number" ? Math.trunc(value) : value;
}

const oids = { int8: 20, text: 25, numeric: 1700 } as const;

/** What comes back: whole numbers as numbers (times and counts are far below 2^53), texts decoded. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oids.int8]: Number,
  [oids.numeric]: Number,
  [oids.text]: decodeText,
};

export const valueTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") => parsers[oid] ?? types.getTypeParser(oid, format as "text"),
};
