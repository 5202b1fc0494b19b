import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What the store notes about itself: which one it is, how far it has come, the newest time it has seen. */
export async function storeMarks(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("store_marks")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("value", "text", (c) => c.notNull())
    .execute();
}
