import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * Clients that registered to sign in, agents that a person allowed, and their codes and tokens as hashes. `redirect_uris` and `permissions` are
 * JSON. `key_id`: of an agent without an account, the workspace key it ends with.
 */
export async function agents(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("oauth_clients")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("redirect_uris", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("allowed_at", "bigint")
    .execute();
  await db.schema.createIndex("oauth_clients_by_use").on("oauth_clients").columns(["allowed_at", "created_at"]).execute();
  await db.schema
    .createTable("agents")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("workspace_id", "text", (c) => c.notNull())
    .addColumn("account_id", "text")
    .addColumn("key_id", "text")
    .addColumn("client_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("permissions", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .addColumn("ended_at", "bigint")
    .execute();
  await db.schema.createIndex("agents_by_workspace").on("agents").columns(["workspace_id", "id"]).execute();
  await db.schema
    .createTable("agent_tokens")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("agent_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .addColumn("challenge", "text")
    .addColumn("redirect_uri", "text")
    .execute();
  await db.schema.createIndex("agent_tokens_by_agent").on("agent_tokens").columns(["agent_id", "expires_at"]).execute();
}
