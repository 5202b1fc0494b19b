import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Calls of operations that came with an idempotency key. `answer` is JSON; null while nobody knows it. */
export async function idempotentCalls(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("idempotent_calls")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("holder", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("owner", "text", (c) => c.notNull())
    .addColumn("answer", "text")
    .addColumn("started_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("idempotent_calls_pk", ["workspace_id", "holder", "key"])
    .execute();
  await db.schema.createIndex("idempotent_calls_by_end").on("idempotent_calls").column("expires_at").execute();
}
