import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Apps that a workspace defined itself, as the JSON they were written in. */
export async function apps(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("apps")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("definition", "text", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("updated_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("apps_pk", ["workspace_id", "name"])
    .execute();
}
