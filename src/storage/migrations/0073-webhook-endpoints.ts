import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Addresses that are sent what happens in a workspace, and what was sent to each. */
export async function webhookEndpoints(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("webhook_endpoints")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("url", "text", (c) => c.notNull())
    .addColumn("events", "text", (c) => c.notNull())
    .addColumn("jwe", "text", (c) => c.notNull())
    .addColumn("previous_until", "bigint")
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("off_reason", "text")
    .addColumn("failing_since", "bigint")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("webhook_endpoints_by_workspace").on("webhook_endpoints").columns(["workspace_id", "created_at"]).execute();
  await db.schema
    .createTable("webhook_deliveries")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("endpoint_id", "text", (c) => c.notNull())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("next_at", "bigint")
    .addColumn("claimed_until", "bigint", (c) => c.notNull())
    .addColumn("retry_until", "bigint", (c) => c.notNull())
    .addColumn("status", "integer")
    .addColumn("answer", "text")
    .addColumn("sent_at", "bigint")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("webhook_deliveries_due").on("webhook_deliveries").columns(["next_at"]).execute();
  await db.schema
    .createIndex("webhook_deliveries_of_endpoint")
    .on("webhook_deliveries")
    .columns(["endpoint_id", "created_at", "id"])
    .execute();
}
