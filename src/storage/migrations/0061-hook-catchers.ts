import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Addresses that keep what is posted to them for half an hour. `samples` is JSON. */
export async function hookCatchers(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("hook_catchers")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("token", "text", (c) => c.notNull().unique())
    .addColumn("samples", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("hook_catchers_by_workspace").on("hook_catchers").columns(["workspace_id", "expires_at"]).execute();
}
