import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What messages to people have to keep in each workspace, and each message that was sent or skipped, so that they can be counted. */
export async function messages(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("message_policies")
    .addColumn("workspace_id", "text", (c) => c.primaryKey())
    .addColumn("policy", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("messages")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("person", "text", (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("messages_pk", ["workspace_id", "key"])
    .execute();
  await db.schema.createIndex("messages_by_person").on("messages").columns(["workspace_id", "person", "at"]).execute();
  await db.schema.createIndex("messages_by_age").on("messages").columns(["at"]).execute();
}
