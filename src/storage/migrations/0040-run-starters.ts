import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Who started a run by hand: a run of a schedule that somebody started does not say that the clock did. */
export async function runStarters(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("runs").addColumn("starter", "text").execute();
}
