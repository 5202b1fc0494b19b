import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What programs and agents ask a person for. `deed`, `output` and `error` are JSON. */
export async function approvals(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("approvals")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("deed", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("asked_by", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("decided_by", "text")
    .addColumn("decided_at", "bigint")
    .addColumn("note", "text")
    .addColumn("outcome", "text")
    .addColumn("output", "text")
    .addColumn("error", "text")
    .execute();
  await db.schema.createIndex("approvals_by_state").on("approvals").columns(["workspace_id", "state", "id"]).execute();
}
