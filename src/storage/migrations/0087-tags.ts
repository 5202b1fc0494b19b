import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** Tags as they were read, what is kept of them here, and the jobs that change them with what they did to each carrier. */
export async function tags(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("tags")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("connection_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("tag_id", "text", (c) => c.notNull())
    .addColumn("carriers", "integer")
    .addColumn("counted_at", "bigint")
    .addColumn("unused_since", "bigint")
    .addColumn("read_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("tags_pk", ["connection_id", "kind", "name"])
    .execute();
  await db.schema.createIndex("tags_by_workspace").on("tags").columns(["workspace_id"]).execute();
  await db.schema
    .createTable("tag_notes")
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("colour", "text")
    .addColumn("description", "text")
    .addPrimaryKeyConstraint("tag_notes_pk", ["workspace_id", "kind", "name"])
    .execute();
  await jobs(db);
}

async function jobs(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("tag_jobs")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("deed", "text", (c) => c.notNull())
    .addColumn("names", "text", (c) => c.notNull())
    .addColumn("target", "text")
    .addColumn("accounts", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("stage", "text", (c) => c.notNull())
    .addColumn("problem", "text")
    .addColumn("undo_of", "text")
    .addColumn("undone_by", "text")
    .addColumn("rule_id", "text")
    .addColumn("created_by", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("ended_at", "bigint")
    .addColumn("claimed_until", "bigint", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("tag_jobs_by_workspace").on("tag_jobs").columns(["workspace_id", "created_at"]).execute();
  await db.schema.createIndex("tag_jobs_by_state").on("tag_jobs").columns(["state", "created_at"]).execute();
  await db.schema
    .createTable("tag_job_items")
    .addColumn("job_id", "text", (c) => c.notNull())
    .addColumn("connection_id", "text", (c) => c.notNull())
    .addColumn("carrier", "text", (c) => c.notNull())
    .addColumn("adds", "text", (c) => c.notNull())
    .addColumn("removes", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("error", "text")
    .addPrimaryKeyConstraint("tag_job_items_pk", ["job_id", "connection_id", "carrier"])
    .execute();
  await db.schema.createIndex("tag_job_items_by_state").on("tag_job_items").columns(["job_id", "state", "connection_id"]).execute();
}
