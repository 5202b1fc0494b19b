import { types, type CustomTypesConfig } from "pg";

/**
 * PostgreSQL takes no NUL in a text, SQLite does, and an event with one must not be lost. So it is written as two other characters, one of
 * which is an escape that is itself written as two. Texts without either, as good as all, go in and come out as they are; equal texts stay
 * equal, and what is contained in a text stays contained. JSON never has them: it writes both as \u escapes.
 */
const escape = "\u001a";
const special = /[\0\u001a]/;

export const encodeText = (text: string): string =>
  special.test(text) ? text.replaceAll(escape, `${escape}1`).replaceAll("\0", `${escape}0`) : text;

export const decodeText = (text: string): string =>
  text.includes(escape) ? text.replaceAll(`${escape}0`, "\0").replaceAll(`${escape}1`, escape) : text;

/** A parameter as PostgreSQL takes it. */
export const encodeValue = (value: unknown): unknown => (typeof value === "string" ? encodeText(value) : value);

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
