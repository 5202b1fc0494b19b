import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Charts read the counts of a few weeks of all flows together. */
export async function runCountsByHour(db: Kysely<Schema>): Promise<void> {
  await db.schema.createIndex("run_counts_by_hour").on("run_counts").columns(["workspace_id", "hour"]).execute();
}
