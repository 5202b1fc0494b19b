import { Migrator, sql, type Kysely } from "kysely";
import { storeNewer } from "./faults.ts";
import { migrations } from "./migrations.ts";
import type { Schema } from "./schema.ts";

/** Where a store is: what people call it, and on PostgreSQL the schema its tables are in. */
export interface StorePlace {
  name: string;
  schema?: string;
}

/** Brings the tables up to date. Refuses a store that a newer Millrace has changed. */
export async function migrate(q: Kysely<Schema>, place: StorePlace): Promise<void> {
  await refuseNewer(q, place);
  const { error } = await new Migrator({
    db: q,
    provider: { getMigrations: async () => migrations },
    ...(place.schema !== undefined && { migrationTableSchema: place.schema }),
  }).migrateToLatest();
  if (error) throw error;
}

/** A change in the store that this version does not have: it was made by a later one. */
async function refuseNewer(q: Kysely<Schema>, { name: store, schema }: StorePlace): Promise<void> {
  const all = await q.introspection.getTables({ withInternalKyselyTables: true });
  const tables = new Set(all.filter((table) => schema === undefined || table.schema === schema).map(({ name }) => name));
  if (!tables.has("kysely_migration")) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(q);
  const unknown = rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) return;
  const mark = tables.has("store_marks")
    ? await q.selectFrom("store_marks").select("value").where("name", "=", "version").executeTakeFirst()
    : undefined;
  throw storeNewer(store, mark ? (JSON.parse(mark.value) as string) : null, unknown);
}
