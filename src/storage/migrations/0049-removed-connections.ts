import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What removed connections were for. Their earlier runs are still there, and know a connection by name only. `names`: all it ever had. */
export async function removedConnections(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("removed_connections")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("names", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("app", "text", (c) => c.notNull())
    .addColumn("location_id", "text")
    .addColumn("company_id", "text")
    .addColumn("removed_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("removed_connections_by_workspace")
    .on("removed_connections")
    .columns(["workspace_id", "removed_at"])
    .execute();
}
