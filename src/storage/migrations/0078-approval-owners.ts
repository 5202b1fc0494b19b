import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Which process does what was approved: once that is gone, nobody knows how it ended. */
export async function approvalOwners(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("approvals").addColumn("owner", "text").execute();
}
