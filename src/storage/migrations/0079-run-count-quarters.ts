import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * Of the runs of an hour, those of its later quarters: days begin at a half or a quarter past in some zones. Runs that were counted before are
 * in the first quarter.
 */
export async function runCountQuarters(db: Kysely<Schema>): Promise<void> {
  for (const quarter of ["second", "third", "fourth"])
    await db.schema
      .alterTable("run_counts")
      .addColumn(quarter, "integer", (c) => c.notNull().defaultTo(0))
      .execute();
}
