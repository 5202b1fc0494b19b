import { sql, type RawBuilder, type SqlBool } from "kysely";
import { encodeText } from "./postgres/values.ts";

/** What the two databases say in different words. Everything else is one query text for both. */
export interface Dialect {
  /** Whether a text contains another. */
  contains(text: RawBuilder<string>, part: string): RawBuilder<SqlBool>;
  /** A select of the rows of a list, which is given as `list` writes it. */
  rowsOf(list: string, columns: readonly ("text" | "bigint")[]): RawBuilder<unknown>;
  /** Rows of texts and numbers as one parameter. */
  list(rows: readonly (readonly (string | number)[])[]): string;
}

const members = (row: string, columns: readonly string[]) =>
  sql.join(columns.map((type, i) => sql`cast(${sql.ref(row)} ->> ${sql.lit(i)} as ${sql.raw(type)})`));

const sqlite: Dialect = {
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  rowsOf: (list, columns) => sql`select ${members("value", columns)} from json_each(${list}) where true`, // "where" ends the select for the parser
  list: JSON.stringify,
};

const postgres: Dialect = {
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  rowsOf: (list, columns) => sql`select ${members("value", columns)} from json_array_elements(${list}::json) as value`,
  list: (rows) => JSON.stringify(rows.map((row) => row.map((value) => (typeof value === "string" ? encodeText(value) : value)))),
};

export const dialects = { sqlite, postgres } as const;
