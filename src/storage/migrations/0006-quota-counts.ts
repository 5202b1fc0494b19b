import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** How much of each request budget is used: one row for each app and sub-account. */
export async function quotaCounts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("quota_counts")
    .addColumn("budget", "text", (c) => c.primaryKey())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("saved_at", "bigint", (c) => c.notNull())
    .addColumn("clean", "integer", (c) => c.notNull())
    .execute();
}
