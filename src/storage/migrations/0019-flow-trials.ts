import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What a flow was tried with while it was written: the last test of each of its steps, and drafts tried on events that were kept. */
export async function flowTrials(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("step_tests")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("step", text, (c) => c.notNull())
    .addColumn("test", text, (c) => c.notNull())
    .addColumn("at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("step_tests_pk", ["flow_id", "step"])
    .execute();
  await db.schema
    .createTable("backtests")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("done", "integer", (c) => c.notNull())
    .addColumn("total", "integer", (c) => c.notNull())
    .addColumn("report", text, (c) => c.notNull())
    .addColumn("started_at", time, (c) => c.notNull())
    .addColumn("updated_at", time, (c) => c.notNull())
    .addColumn("principal", text)
    .execute();
  await db.schema.createIndex("backtests_flow").on("backtests").columns(["flow_id", "started_at"]).execute();
}
