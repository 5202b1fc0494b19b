import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Syncs hear webhooks, each event in a flow of its own. */
export async function syncEvents(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("syncs").addColumn("flow_events", "text").execute();
}
