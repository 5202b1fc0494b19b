import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** The last state that a change trigger has of each record, and what it made of its observations of them. */
export async function changeTriggers(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("watched_records")
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("record", text, (c) => c.notNull())
    .addColumn("epoch", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("at", time, (c) => c.notNull())
    .addColumn("by", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("watched_records_pk", ["trigger_id", "record"])
    .execute();
  await db.schema
    .createTable("observation_counts")
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("outcome", text, (c) => c.notNull())
    .addColumn("by", text, (c) => c.notNull())
    .addColumn("count", time, (c) => c.notNull())
    .addColumn("last_at", time, (c) => c.notNull())
    .addColumn("last_record", text, (c) => c.notNull())
    .addColumn("last_note", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("observation_counts_pk", ["trigger_id", "outcome", "by"])
    .execute();
}
