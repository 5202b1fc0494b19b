import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Rules by which tags are cleaned now and then. */
export async function tagRules(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("tag_rules")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("deed", "text", (c) => c.notNull())
    .addColumn("unused_days", "integer")
    .addColumn("names", "text", (c) => c.notNull())
    .addColumn("every_days", "integer", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("next_at", "bigint", (c) => c.notNull())
    .addColumn("reports", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("tag_rules_by_workspace").on("tag_rules").columns(["workspace_id", "created_at"]).execute();
}
