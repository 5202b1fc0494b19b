import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Which login was used for which call, when and by whom. Numbered as they are written, so that both indexes only grow at their ends. */
export async function calls(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("calls")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("connection_id", text, (c) => c.notNull())
    .addColumn("connection", text, (c) => c.notNull())
    .addColumn("at", time, (c) => c.notNull())
    .addColumn("duration_ms", time, (c) => c.notNull())
    .addColumn("app", text, (c) => c.notNull())
    .addColumn("operation", text, (c) => c.notNull())
    .addColumn("method", text, (c) => c.notNull())
    .addColumn("address", text, (c) => c.notNull())
    .addColumn("status", "integer")
    .addColumn("error", text)
    .addColumn("purpose", text, (c) => c.notNull())
    .addColumn("principal", text)
    .addColumn("flow_id", text)
    .addColumn("run_id", text)
    .addColumn("step", text)
    .execute();
  await db.schema.createIndex("calls_by_connection").on("calls").columns(["workspace_id", "connection_id", "seq"]).execute();
  await db.schema.createIndex("calls_by_workspace").on("calls").columns(["workspace_id", "seq"]).execute();
}
