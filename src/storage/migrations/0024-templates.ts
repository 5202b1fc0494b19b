import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Flow templates of a workspace, and the set-ups of flows that are not finished yet. */
export async function templates(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("templates")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("definition", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("updated_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("templates_by_workspace").on("templates").columns(["workspace_id", "id"]).execute();
  await db.schema
    .createTable("flow_setups")
    .addColumn("flow_id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("questions", "text", (c) => c.notNull())
    .addColumn("step", "integer", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("flow_setups_by_workspace").on("flow_setups").columns(["workspace_id"]).execute();
}
