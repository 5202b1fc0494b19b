import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What changed, numbered in the order of the commits, for other processes and for people. */
export async function changes(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  await db.schema
    .createTable("changes")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("record_id", text, (c) => c.notNull())
    .addColumn("what", text)
    .addColumn("name", text)
    .addColumn("principal", text)
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("process", text, (c) => c.notNull())
    .addColumn("detail", text)
    .execute();
  await db.schema
    .createIndex("changes_audit")
    .on("changes")
    .columns(["workspace_id", "seq"])
    .where(sql.ref("what"), "is not", sql.lit(null))
    .execute();
}
