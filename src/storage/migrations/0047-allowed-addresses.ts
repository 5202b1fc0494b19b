import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** From where a workspace may be used; null: from anywhere. */
export async function allowedAddresses(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("workspaces").addColumn("allowed_from", "text").execute();
}
