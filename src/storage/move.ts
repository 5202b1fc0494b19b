import { sql, type Kysely } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** PostgreSQL takes 65,535 parameters at most in one statement. */
const mostParameters = 20_000;
const mostRows = 500;

/**
 * Copies every row of a store in SQLite into an empty one on PostgreSQL, in one transaction: all or nothing. Returns how many.
 * Both have the same tables, since both were brought up to date when they were opened. Nobody else may write to either meanwhile.
 */
export function copyRows(from: Db, to: Db): Promise<number> {
  return to.write(async (q) => {
    let copied = 0;
    for (const table of await tablesOf(from.q)) copied += await copyTable(from.q, q, table);
    await numberOn(q);
    return copied;
  });
}

async function tablesOf(q: Kysely<Schema>): Promise<(keyof Schema)[]> {
  const tables = await q.introspection.getTables(); // without Kysely's own
  return tables.map(({ name }) => name as keyof Schema).toSorted();
}

async function copyTable(from: Kysely<Schema>, to: Kysely<Schema>, table: keyof Schema): Promise<number> {
  await to.deleteFrom(table).execute(); // some have a row from the first
  let copied = 0;
  let page: object[] = [];
  const write = async () => {
    if (page.length === 0) return;
    await to
      .insertInto(table)
      .values(page as never)
      .execute();
    copied += page.length;
    page = [];
  };
  for await (const row of from.selectFrom(table).selectAll().stream()) {
    page.push(row);
    if (page.length >= mostRows || page.length * Object.keys(row).length >= mostParameters) await write();
  }
  await write();
  return copied;
}

/** Makes numbering go on after the rows that were copied. */
async function numberOn(q: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(q);
  for (const { table, column } of rows) {
    const last = sql`(select max(${sql.ref(column)}) from ${sql.table(table)})`;
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), coalesce(${last}, 1), ${last} is not null)`.execute(q);
  }
}
