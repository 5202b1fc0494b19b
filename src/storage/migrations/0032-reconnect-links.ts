import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Links by which somebody without an account here gives a connection a new login: one at a time for each connection. */
export async function reconnectLinks(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("reconnect_links")
    .addColumn("connection_id", "text", (c) => c.primaryKey())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("created_by", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .execute();
  await db.schema.createIndex("reconnect_links_by_workspace").on("reconnect_links").column("workspace_id").execute();
}
