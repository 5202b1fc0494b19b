import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** The addresses of flows that apps were told, or are to be told; and which addresses are no longer used. */
export async function hookSubscriptions(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("hook_subscriptions")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("trigger_id", "text", (c) => c.notNull())
    .addColumn("flow_id", "text", (c) => c.notNull())
    .addColumn("app", "text", (c) => c.notNull())
    .addColumn("operation", "text", (c) => c.notNull())
    .addColumn("connection_id", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("remote_id", "text")
    .addColumn("jwe", "text")
    .addColumn("sent_at", "bigint")
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("next_at", "bigint")
    .addColumn("claimed_until", "bigint")
    .addColumn("problem", "text")
    .addColumn("subscribed_at", "bigint")
    .addColumn("checked_at", "bigint")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addUniqueConstraint("hook_subscriptions_once", ["trigger_id", "fingerprint"])
    .execute();
  await db.schema.createIndex("hook_subscriptions_by_workspace").on("hook_subscriptions").columns(["workspace_id", "flow_id"]).execute();
  await db.schema.createIndex("hook_subscriptions_due").on("hook_subscriptions").columns(["next_at"]).execute();
  await db.schema
    .createTable("gone_hooks")
    .addColumn("digest", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .execute();
}
