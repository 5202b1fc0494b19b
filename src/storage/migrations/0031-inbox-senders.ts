import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** From which addresses an inbox accepts events. JSON; null: from everywhere. */
export async function inboxSenders(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("inboxes").addColumn("senders", "text").execute();
}
