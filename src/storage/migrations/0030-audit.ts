import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What a change did to the fields of its record, and the text by which people search changes. */
export async function audit(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("changes").addColumn("fields", "text").execute();
  await db.schema.alterTable("changes").addColumn("search", "text").execute();
  await db
    .updateTable("changes")
    .set({ search: sql<string>`lower(coalesce(name, '') || ' ' || what || ' ' || record_id)` })
    .where("what", "is not", null)
    .execute();
}
