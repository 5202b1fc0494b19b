import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * Browsers' sessions, which sign-out can end. A first API key that was never rotated was printed, so it may be in a log: it was
 * honoured on this machine only, and now that there is no such key it is replaced by the next start.
 */
export async function sessions(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("sessions")
    .addColumn("hash", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("key_id", text, (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("used_at", time, (c) => c.notNull())
    .execute();
  const keys = db as unknown as Kysely<{ api_keys: { loopback_only: number } }>; // the column is gone from today's schema
  await keys.deleteFrom("api_keys").where("loopback_only", "=", 1).execute();
  await db.schema.alterTable("api_keys").dropColumn("loopback_only").execute();
}
