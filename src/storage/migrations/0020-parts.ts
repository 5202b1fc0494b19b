import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Parts that the flows of a workspace share: rules and mapping templates, as the JSON they were written in, with their versions. */
export async function parts(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("parts")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("definition", text, (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("updated_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("parts_pk", ["workspace_id", "kind", "name"])
    .execute();
  await db.schema
    .createTable("part_versions")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("definition", text, (c) => c.notNull())
    .addColumn("saved_at", time, (c) => c.notNull())
    .addColumn("principal", text)
    .addPrimaryKeyConstraint("part_versions_pk", ["workspace_id", "kind", "name", "version"])
    .execute();
}
