import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Each definition that an app of a workspace had, so that one can be read and put again. What is there now is the first of them. */
export async function appVersions(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("app_versions")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("definition", "text", (c) => c.notNull())
    .addColumn("operations", "integer", (c) => c.notNull())
    .addColumn("triggers", "integer", (c) => c.notNull())
    .addColumn("saved_at", "bigint", (c) => c.notNull())
    .addColumn("principal", "text")
    .addPrimaryKeyConstraint("app_versions_pk", ["workspace_id", "name", "revision"])
    .execute();
  for (const { workspace_id, name, revision, definition, updated_at } of await db.selectFrom("apps").selectAll().execute()) {
    const counts = countsOf(definition);
    const row = { workspace_id, name, revision, definition, ...counts, saved_at: updated_at, principal: null };
    await db.insertInto("app_versions").values(row).execute();
  }
}

function countsOf(definition: string): { operations: number; triggers: number } {
  const { operations, triggers } = JSON.parse(definition) as { operations?: unknown; triggers?: unknown };
  const count = (list: unknown) => (Array.isArray(list) ? list.length : 0);
  return { operations: count(operations), triggers: count(triggers) };
}
