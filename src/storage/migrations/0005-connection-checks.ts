import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * What the last test or call showed of each login, former names, allowed private hosts, and replays that wait for a connection. Until
 * now a connection was called connected as soon as it was saved; only an answer it has had since is proof.
 */
export async function connectionChecks(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema.alterTable("connections").addColumn("former_names", text).execute();
  await db.schema.alterTable("connections").addColumn("problem", text).execute();
  await db.schema.alterTable("connections").addColumn("checked_at", time).execute();
  await db.schema.alterTable("connections").addColumn("checked_by", text).execute();
  await db
    .updateTable("connections")
    .set({ checked_at: sql.ref("last_used_at"), checked_by: "call" })
    .where("status", "=", "connected")
    .where("last_used_at", "is not", null)
    .execute();
  await db
    .updateTable("connections")
    .set({ status: "untested" })
    .where("status", "=", "connected")
    .where("last_used_at", "is", null)
    .execute();
  await db.schema
    .createTable("private_hosts")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("host", text, (c) => c.notNull())
    .addColumn("added_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("private_hosts_pk", ["workspace_id", "host"])
    .execute();
  await db.schema
    .createTable("waiting_replays")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("connection_id", text, (c) => c.notNull())
    .addColumn("run_ids", text, (c) => c.notNull())
    .addColumn("from", text, (c) => c.notNull())
    .addColumn("version", text, (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .execute();
}
