import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Consents that people have begun and not finished. */
export async function consents(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("consents")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("asked_by", "text", (c) => c.notNull())
    .addColumn("connection_id", "text")
    .addColumn("login", "text", (c) => c.notNull())
    .addColumn("redirect_uri", "text", (c) => c.notNull())
    .addColumn("jwe", "text", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("consents_by_workspace").on("consents").columns(["workspace_id", "expires_at"]).execute();
}
