import { SqliteAdapter, sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * The people of a run, what it waits for, and how long it was worked on. Runs that are there already are read for their people later, in
 * pieces (`people_progress`): with a million of them a start would take minutes.
 */
export async function people(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  await db.schema.alterTable("runs").addColumn("people", text).execute();
  await db.schema.alterTable("runs").addColumn("waiting", text).execute();
  await db.schema.alterTable("runs").addColumn("outage", text).execute();
  await db.schema.alterTable("runs").addColumn("worked_ms", "bigint").execute();
  await db.schema
    .createTable("run_people")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("key", text, (c) => c.notNull())
    .addColumn("run_id", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("run_people_pk", ["workspace_id", "kind", "key", "run_id"])
    // The key is the row: without this SQLite would keep each of them twice.
    .$call((table) => (db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table))
    .execute();
  await db.schema
    .createTable("people_due")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("run_id", text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("people_progress")
    .addColumn("before", text, (c) => c.notNull())
    .addColumn("done", "integer", (c) => c.notNull())
    .addColumn("total", "integer", (c) => c.notNull())
    .execute();
  const { n } = await db
    .selectFrom("runs")
    .select(sql<number>`count(*)`.as("n"))
    .executeTakeFirstOrThrow();
  const progress = db as unknown as Kysely<{ people_progress: { before: string; done: number; total: number } }>; // today it is a number
  if (Number(n) > 0)
    await progress
      .insertInto("people_progress")
      .values({ before: "~", done: 0, total: Number(n) })
      .execute();
  await db.schema
    .createIndex("runs_failed")
    .on("runs")
    .columns(["workspace_id", "id"])
    .where(sql<boolean>`state in ('failed', 'held')`)
    .execute();
  await db.schema.dropIndex("runs_person").execute();
  await db.schema.dropIndex("runs_record").execute();
}
