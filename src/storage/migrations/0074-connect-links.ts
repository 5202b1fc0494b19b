import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Links by which a vendor's customer connects their own account, and the origins to which the browser may be sent back. */
export async function connectLinks(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("connect_links")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("app", "text", (c) => c.notNull())
    .addColumn("auth", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("like_id", "text")
    .addColumn("return_to", "text")
    .addColumn("created_by", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .execute();
  await db.schema.createIndex("connect_links_by_workspace").on("connect_links").columns(["workspace_id", "expires_at"]).execute();
  await db.schema
    .createTable("embed_origins")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("origin", "text", (c) => c.notNull())
    .addColumn("added_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("embed_origins_pk", ["workspace_id", "origin"])
    .execute();
}
