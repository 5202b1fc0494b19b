import { SqliteAdapter, sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Tables, a column and a member are called what they hold: ledger entries, counts of receptions, the text of a reference, the figures reported of a budget. */
export async function plainNames(db: Kysely<Schema>): Promise<void> {
  await renameTable(db, "told", "ledger_entries");
  await renameTable(db, "heard", "reception_counts");
  await db.schema.alterTable("flow_references").renameColumn("given", "text").execute();
  await db
    .updateTable("quota_counts")
    .set({ state: sql<string>`replace(state, '"told":', '"reported":')` })
    .execute();
}

/** PostgreSQL names a primary key in its messages, so the key follows its table there; SQLite shows its name nowhere. */
async function renameTable(db: Kysely<Schema>, from: string, to: string): Promise<void> {
  await db.schema.alterTable(from).renameTo(to).execute();
  if (db.getExecutor().adapter instanceof SqliteAdapter) return;
  await sql`alter table ${sql.table(to)} rename constraint ${sql.ref(`${from}_pk`)} to ${sql.ref(`${to}_pk`)}`.execute(db);
}
