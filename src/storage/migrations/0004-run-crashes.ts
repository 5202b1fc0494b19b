import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** In how many crashes a run was being executed. Empty but after a crash: no run writes here. */
export async function runCrashes(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("run_crashes")
    .addColumn("run_id", "text", (c) => c.primaryKey())
    .addColumn("crashes", "integer", (c) => c.notNull())
    .addColumn("process", "text", (c) => c.notNull())
    .execute();
}
