import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Syncs, and what they know: which records belong together, what was seen of each side, what was written, and long work. */
export async function syncs(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("syncs")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("definition", "text", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("flow_a", "text")
    .addColumn("flow_b", "text")
    .addColumn("resting", "text", (c) => c.notNull())
    .addColumn("asking", "text")
    .addColumn("trouble", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("updated_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("syncs_by_workspace").on("syncs").columns(["workspace_id", "id"]).execute();
  await linkTables(db);
  await rowTables(db);
  await workTables(db);
}

async function linkTables(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("sync_links")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("a", "text")
    .addColumn("b", "text")
    .addColumn("was", "text", (c) => c.notNull())
    .addColumn("agreed", "text", (c) => c.notNull())
    .addColumn("gone_side", "text")
    .addColumn("gone_at", "bigint")
    .addColumn("conflicts", "text", (c) => c.notNull())
    .addColumn("conflict_count", "integer", (c) => c.notNull())
    .addColumn("problem", "text")
    .addColumn("ignored", "integer", (c) => c.notNull())
    .addColumn("revision", "integer", (c) => c.notNull())
    .addColumn("hops", "integer", (c) => c.notNull())
    .addColumn("updated_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("sync_links_by_sync").on("sync_links").columns(["sync_id", "id"]).execute();
  // What a person has to look at is little beside the pairs that agree, so finding it must not read those.
  await db.schema
    .createIndex("sync_links_conflicts")
    .on("sync_links")
    .columns(["sync_id", "id"])
    .where(sql.ref("conflict_count"), ">", sql.lit(0))
    .execute();
  await db.schema
    .createIndex("sync_links_problems")
    .on("sync_links")
    .columns(["sync_id", "id"])
    .where(sql.ref("problem"), "is not", sql.lit(null))
    .execute();
  await db.schema
    .createIndex("sync_links_gone")
    .on("sync_links")
    .columns(["sync_id", "gone_at"])
    .where(sql.ref("gone_at"), "is not", sql.lit(null))
    .execute();
  // The ids of a pair, those it had before included: one id is in one pair.
  await db.schema
    .createTable("sync_link_ids")
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("side", "text", (c) => c.notNull())
    .addColumn("record_id", "text", (c) => c.notNull())
    .addColumn("link_id", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("sync_link_ids_pk", ["sync_id", "side", "record_id"])
    .execute();
  await db.schema.createIndex("sync_link_ids_by_link").on("sync_link_ids").columns(["link_id"]).execute();
}

async function rowTables(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("sync_rows")
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("side", "text", (c) => c.notNull())
    .addColumn("record_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("search", "text", (c) => c.notNull())
    .addColumn("keys", "text", (c) => c.notNull())
    .addColumn("digest", "text", (c) => c.notNull())
    .addColumn("seen_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("sync_rows_pk", ["sync_id", "side", "record_id"])
    .execute();
  await db.schema
    .createTable("sync_keys")
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("side", "text", (c) => c.notNull())
    .addColumn("rule", "integer", (c) => c.notNull())
    .addColumn("match_key", "text", (c) => c.notNull())
    .addColumn("record_id", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("sync_keys_pk", ["sync_id", "side", "rule", "match_key", "record_id"])
    .execute();
  await db.schema.createIndex("sync_keys_by_record").on("sync_keys").columns(["sync_id", "side", "record_id"]).execute();
  await db.schema
    .createTable("sync_locks")
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("run_id", "text", (c) => c.notNull())
    .addColumn("until", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("sync_locks_pk", ["sync_id", "name"])
    .execute();
}

async function workTables(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("sync_writes")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("link_id", "text", (c) => c.notNull())
    .addColumn("side", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("record_id", "text")
    .addColumn("before", "text", (c) => c.notNull())
    .addColumn("after", "text", (c) => c.notNull())
    .addColumn("run_id", "text", (c) => c.notNull())
    .addColumn("batch", "text")
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("undone_by", "text")
    .execute();
  await db.schema.createIndex("sync_writes_by_sync").on("sync_writes").columns(["sync_id", "at", "id"]).execute();
  await db.schema.createIndex("sync_writes_by_link").on("sync_writes").columns(["sync_id", "link_id", "at"]).execute();
  await db.schema
    .createTable("sync_jobs")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("sync_id", "text", (c) => c.notNull())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("cursor", "text", (c) => c.notNull())
    .addColumn("done", "integer", (c) => c.notNull())
    .addColumn("failed", "integer", (c) => c.notNull())
    .addColumn("total", "integer")
    .addColumn("problem", "text")
    .addColumn("started_at", "bigint", (c) => c.notNull())
    .addColumn("finished_at", "bigint")
    .execute();
  await db.schema.createIndex("sync_jobs_by_sync").on("sync_jobs").columns(["sync_id", "started_at"]).execute();
}
