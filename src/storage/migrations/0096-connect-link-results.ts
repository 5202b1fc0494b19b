import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Which connection a connect link made, and what the vendor calls whoever it was for. */
export async function connectLinkResults(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("connect_links").addColumn("reference", "text").execute();
  await db.schema.alterTable("connect_links").addColumn("connection_id", "text").execute();
}
