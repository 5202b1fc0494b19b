import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * The workspace of each version of a flow. A version outlives its flow, as runs of it are still shown, so it cannot be reached through the
 * flow's row. Those of a flow that is deleted take the workspace of its runs; where no runs are left, nobody asks for them any more.
 */
export async function versionWorkspaces(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable("flow_versions")
    .addColumn("workspace_id", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  const own = sql<string>`(select flows.workspace_id from flows where flows.id = flow_versions.flow_id)`;
  const ofRuns = sql<string>`(select runs.workspace_id from runs where runs.flow_id = flow_versions.flow_id limit 1)`;
  await db
    .updateTable("flow_versions")
    .set({ workspace_id: sql<string>`coalesce(${own}, ${ofRuns}, '')` })
    .execute();
}
