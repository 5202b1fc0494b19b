import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** When a member was last there: known also after their last session is over. */
export async function memberSeen(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("members").addColumn("seen_at", "bigint").execute();
  await sql`update members set seen_at = (
    select max(used_at) from sessions where sessions.account_id = members.account_id and sessions.workspace_id = members.workspace_id
  )`.execute(db);
}
