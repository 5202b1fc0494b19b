import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** When an address was first seen to be gone, by which it is forgotten in the end. */
export async function goneHooksByAge(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("gone_hooks").addColumn("gone_at", "bigint").execute();
  await db.schema.createIndex("gone_hooks_by_age").on("gone_hooks").columns(["gone_at"]).execute();
}
