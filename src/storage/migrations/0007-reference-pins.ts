import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What names stand for in each sub-account, and which flows start from an inbox. */
export async function referencePins(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  await db.schema
    .createTable("reference_pins")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("place", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("parent", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("id", text, (c) => c.notNull())
    .addColumn("label", text, (c) => c.notNull())
    .addColumn("seen_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("reference_pins_pk", ["workspace_id", "place", "kind", "parent", "name"])
    .execute();
  // Null, as in every inbox there is today: all flows that name no inbox start from it.
  await db.schema.alterTable("inboxes").addColumn("flows", text).execute();
}
