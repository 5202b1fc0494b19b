import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * The number of a draft's state, so that two who save it notice each other; the folder of a flow; what was said when a version was published.
 * The index finds who changed a record last.
 */
export async function flowDrafts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable("flows")
    .addColumn("revision", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema.alterTable("flows").addColumn("folder", "text").execute();
  await db.schema.alterTable("flow_versions").addColumn("note", "text").execute();
  await db.schema.alterTable("flow_versions").addColumn("published_by", "text").execute();
  await db.schema.createIndex("changes_record").on("changes").columns(["record_id", "seq"]).execute();
}
