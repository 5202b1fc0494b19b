import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** The log of calls is read and deleted by time, and by what it is narrowed to: each filter that has an index here is followed instead of read through. */
export async function callsByTime(db: Kysely<Schema>): Promise<void> {
  for (const old of ["calls_by_connection", "calls_by_workspace"]) await db.schema.dropIndex(old).execute();
  const index = (name: string, ...by: string[]) =>
    db.schema
      .createIndex(name)
      .on("calls")
      .columns(["workspace_id", ...by, "at", "seq"]);
  await index("calls_workspace_time").execute();
  await index("calls_connection_time", "connection_id").execute();
  for (const column of ["flow_id", "run_id", "principal"])
    await index(`calls_${column}_time`, column).where(sql.ref(column), "is not", sql.lit(null)).execute();
  await index("calls_failed_time")
    .where(sql<boolean>`error is not null or status is null`)
    .execute();
}
