import { sql, type Kysely, type Migration } from "kysely";
import { people } from "./migrations/0003-people.ts";
import { runCrashes } from "./migrations/0004-run-crashes.ts";
import { connectionChecks } from "./migrations/0005-connection-checks.ts";
import { quotaCounts } from "./migrations/0006-quota-counts.ts";
import { referencePins } from "./migrations/0007-reference-pins.ts";
import { storeMarks } from "./migrations/0008-store-marks.ts";
import { sessions } from "./migrations/0009-sessions.ts";
import { changeTriggers } from "./migrations/0010-change-triggers.ts";
import { peopleSorted } from "./migrations/0011-people-sorted.ts";
import { versionWorkspaces } from "./migrations/0012-version-workspaces.ts";
import { apps } from "./migrations/0013-apps.ts";
import { runOwners } from "./migrations/0015-run-owners.ts";
import { changes } from "./migrations/0017-changes.ts";
import { flowDrafts } from "./migrations/0018-flow-drafts.ts";
import { flowTrials } from "./migrations/0019-flow-trials.ts";
import { parts } from "./migrations/0020-parts.ts";
import { plainNames } from "./migrations/0023-plain-names.ts";
import { templates } from "./migrations/0024-templates.ts";
import { consents } from "./migrations/0025-consents.ts";
import { accounts } from "./migrations/0026-accounts.ts";
import { audit } from "./migrations/0030-audit.ts";
import { inboxSenders } from "./migrations/0031-inbox-senders.ts";
import { reconnectLinks } from "./migrations/0032-reconnect-links.ts";
import { loginAge } from "./migrations/0033-login-age.ts";
import { runStarters } from "./migrations/0040-run-starters.ts";
import { memberSeen } from "./migrations/0042-member-seen.ts";
import { calls } from "./migrations/0044-calls.ts";
import { allowedAddresses } from "./migrations/0047-allowed-addresses.ts";
import { callsByTime } from "./migrations/0048-calls-by-time.ts";
import { removedConnections } from "./migrations/0049-removed-connections.ts";
import { appVersions } from "./migrations/0053-app-versions.ts";
import { hookSubscriptions } from "./migrations/0060-hook-subscriptions.ts";
import { hookCatchers } from "./migrations/0061-hook-catchers.ts";
import { approvals } from "./migrations/0065-approvals.ts";
import { goneHooksByAge } from "./migrations/0064-gone-hooks-by-age.ts";
import { agents } from "./migrations/0066-agents.ts";
import { webhookEndpoints } from "./migrations/0073-webhook-endpoints.ts";
import { idempotentCalls } from "./migrations/0070-idempotent-calls.ts";
import { connectLinks } from "./migrations/0074-connect-links.ts";
import { runCountsByHour } from "./migrations/0075-run-counts-by-hour.ts";
import { syncs } from "./migrations/0080-syncs.ts";
import { syncEvents } from "./migrations/0082-sync-events.ts";
import { approvalOwners } from "./migrations/0078-approval-owners.ts";
import { runCountQuarters } from "./migrations/0079-run-count-quarters.ts";
import { tags } from "./migrations/0087-tags.ts";
import { tagRules } from "./migrations/0088-tag-rules.ts";
import { messages } from "./migrations/0089-messages.ts";
import { connectLinkResults } from "./migrations/0096-connect-link-results.ts";
import type { Schema } from "./schema.ts";

/** Oldest first. A released migration is never edited. Written with the schema builder, so that both databases take it. */
export const migrations: Record<string, Migration> = {
  "0001_ground": { up: ground },
  "0002_records": { up: records },
  "0003_people": { up: people },
  "0004_run_crashes": { up: runCrashes },
  "0005_connection_checks": { up: connectionChecks },
  "0006_quota_counts": { up: quotaCounts },
  "0007_reference_pins": { up: referencePins },
  "0008_store_marks": { up: storeMarks },
  "0009_sessions": { up: sessions },
  "0010_change_triggers": { up: changeTriggers },
  "0011_people_sorted": { up: peopleSorted },
  "0012_version_workspaces": { up: versionWorkspaces },
  "0013_apps": { up: apps },
  "0015_run_owners": { up: runOwners },
  "0017_changes": { up: changes },
  "0018_flow_drafts": { up: flowDrafts },
  "0019_flow_trials": { up: flowTrials },
  "0020_parts": { up: parts },
  "0023_plain_names": { up: plainNames },
  "0024_templates": { up: templates },
  "0025_consents": { up: consents },
  "0026_accounts": { up: accounts },
  "0030_audit": { up: audit },
  "0031_inbox_senders": { up: inboxSenders },
  "0032_reconnect_links": { up: reconnectLinks },
  "0033_login_age": { up: loginAge },
  "0040_run_starters": { up: runStarters },
  "0042_member_seen": { up: memberSeen },
  "0044_calls": { up: calls },
  "0047_allowed_addresses": { up: allowedAddresses },
  "0048_calls_by_time": { up: callsByTime },
  "0049_removed_connections": { up: removedConnections },
  "0053_app_versions": { up: appVersions },
  "0060_hook_subscriptions": { up: hookSubscriptions },
  "0061_hook_catchers": { up: hookCatchers },
  "0064_gone_hooks_by_age": { up: goneHooksByAge },
  "0065_approvals": { up: approvals },
  "0066_agents": { up: agents },
  "0073_webhook_endpoints": { up: webhookEndpoints },
  "0070_idempotent_calls": { up: idempotentCalls },
  "0074_connect_links": { up: connectLinks },
  "0075_run_counts_by_hour": { up: runCountsByHour },
  "0080_syncs": { up: syncs },
  "0082_sync_events": { up: syncEvents },
  "0078_approval_owners": { up: approvalOwners },
  "0079_run_count_quarters": { up: runCountQuarters },
  "0087_tags": { up: tags },
  "0088_tag_rules": { up: tagRules },
  "0089_messages": { up: messages },
  "0096_connect_link_results": { up: connectLinkResults },
};

/** Whatever every later table hangs on: a workspace in each row from the first day. */
async function ground(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("workspaces")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("api_keys")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("prefix", text, (c) => c.notNull())
    .addColumn("hash", text, (c) => c.notNull().unique())
    .addColumn("loopback_only", "integer", (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("last_used_at", time)
    .execute();
  await db.schema
    .createTable("connections")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("title", text, (c) => c.notNull())
    .addColumn("app", text, (c) => c.notNull())
    .addColumn("auth", text, (c) => c.notNull())
    .addColumn("base_url", text)
    .addColumn("location_id", text)
    .addColumn("company_id", text)
    .addColumn("access", text)
    .addColumn("scopes", text)
    .addColumn("settings", text)
    .addColumn("status", text, (c) => c.notNull())
    .addColumn("reason", text)
    .addColumn("expires_at", time)
    .addColumn("last_used_at", time)
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("updated_at", time, (c) => c.notNull())
    .addUniqueConstraint("connections_name", ["workspace_id", "name"])
    .execute();
  await db.schema
    .createTable("secrets")
    .addColumn("connection_id", text, (c) => c.primaryKey())
    .addColumn("jwe", text, (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("updated_at", time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("leases")
    .addColumn("name", text, (c) => c.primaryKey())
    .addColumn("owner", text, (c) => c.notNull())
    .addColumn("until", time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("flows")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("status", text, (c) => c.notNull())
    .addColumn("draft", text, (c) => c.notNull())
    .addColumn("version", "integer")
    .addColumn("reason", text)
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("updated_at", time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex("flows_by_workspace").on("flows").columns(["workspace_id", "id"]).execute();
  await db.schema
    .createTable("flow_versions")
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("definition", text, (c) => c.notNull())
    .addColumn("published_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("flow_versions_pk", ["flow_id", "version"])
    .execute();
  await db.schema
    .createTable("triggers")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull().unique())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("token", text, (c) => c.unique())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("next_at", time)
    .addColumn("every_ms", time)
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("last_at", time)
    .addColumn("last_error", text)
    .execute();
  await db.schema.createIndex("triggers_due").on("triggers").columns(["next_at"]).where(sql.ref("active"), "=", sql.lit(1)).execute();
  await db.schema
    .createTable("seen")
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("item_key", text, (c) => c.notNull())
    .addColumn("hash", text, (c) => c.notNull())
    .addColumn("seen_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("seen_pk", ["trigger_id", "item_key"])
    .execute();
  await runTables(db);
}

/** The hot tables. Ids grow with time, so that all but the key and the person index grow at their end. */
async function runTables(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("events")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("event_key", text, (c) => c.notNull())
    .addColumn("payload", text, (c) => c.notNull())
    .addColumn("person", text)
    .addColumn("received_at", time, (c) => c.notNull())
    .addUniqueConstraint("events_key", ["trigger_id", "event_key"])
    .execute();
  await db.schema.createIndex("events_by_trigger").on("events").columns(["trigger_id", "id"]).execute();
  await db.schema
    .createTable("runs")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("event_id", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("lane", text, (c) => c.notNull())
    .addColumn("due_at", time, (c) => c.notNull())
    .addColumn("person", text)
    .addColumn("summary", text)
    .addColumn("error", text)
    .addColumn("attention", "integer", (c) => c.notNull())
    .addColumn("replay_of", text)
    .addColumn("origin", text)
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("finished_at", time)
    .execute();
  await db.schema.createIndex("runs_by_workspace").on("runs").columns(["workspace_id", "id"]).execute();
  await db.schema.createIndex("runs_by_flow").on("runs").columns(["flow_id", "id"]).execute();
  await db.schema.createIndex("runs_by_event").on("runs").columns(["event_id"]).execute();
  await db.schema
    .createIndex("runs_open")
    .on("runs")
    .columns(["due_at", "id"])
    .where(sql.ref("finished_at"), "is", sql.lit(null))
    .execute();
  await db.schema
    .createIndex("runs_attention")
    .on("runs")
    .columns(["workspace_id", "id"])
    .where(sql.ref("attention"), "=", sql.lit(1))
    .execute();
  await db.schema
    .createIndex("runs_person")
    .on("runs")
    .columns(["workspace_id", "person", "id"])
    .where(sql.ref("person"), "is not", sql.lit(null))
    .execute();
  await db.schema
    .createIndex("runs_replay")
    .on("runs")
    .columns(["replay_of"])
    .where(sql.ref("replay_of"), "is not", sql.lit(null))
    .execute();
  await db.schema
    .createTable("steps")
    .addColumn("run_id", text, (c) => c.notNull())
    .addColumn("path", text, (c) => c.notNull())
    .addColumn("seq", "integer", (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("app", text)
    .addColumn("operation", text)
    .addColumn("effect", text)
    .addColumn("input", text)
    .addColumn("output", text)
    .addColumn("attempts", text, (c) => c.notNull())
    .addColumn("error", text)
    .addColumn("started_at", time, (c) => c.notNull())
    .addColumn("finished_at", time)
    .addPrimaryKeyConstraint("steps_pk", ["run_id", "path"])
    .execute();
  await db.schema
    .createTable("run_counts")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("hour", "integer", (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("n", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("run_counts_pk", ["workspace_id", "flow_id", "hour", "state"])
    .execute();
}

/** Records: bursts and order by record, their last state, inboxes, the ledger of webhook and poll, references. */
async function records(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema.alterTable("events").addColumn("record", text).execute();
  await db.schema.alterTable("events").addColumn("happened_at", time).execute();
  await db.schema.alterTable("runs").addColumn("record", text).execute();
  for (const name of ["settling", "merged", "recovered"]) {
    await db.schema
      .alterTable("runs")
      .addColumn(name, "integer", (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable("runs").addColumn("previous", text).execute();
  await db.schema
    .createIndex("runs_of_record")
    .on("runs")
    .columns(["flow_id", "record", "state", "id"])
    .where(sql.ref("finished_at"), "is", sql.lit(null))
    .where(sql.ref("record"), "is not", sql.lit(null))
    .execute();
  await db.schema
    .createIndex("runs_record")
    .on("runs")
    .columns(["workspace_id", "record", "id"])
    .where(sql.ref("record"), "is not", sql.lit(null))
    .execute();
  await db.schema
    .createIndex("runs_recovered")
    .on("runs")
    .columns(["workspace_id", "id"])
    .where(sql.ref("recovered"), "=", sql.lit(1))
    .execute();
  await db.schema
    .createTable("record_states")
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("record", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("record_states_pk", ["trigger_id", "record"])
    .execute();
  await inboxTables(db);
  await db.schema
    .createTable("told")
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("item", text, (c) => c.notNull())
    .addColumn("by", text, (c) => c.notNull())
    .addColumn("at", time, (c) => c.notNull())
    .addColumn("found_at", time)
    .addColumn("up_to", time)
    .addColumn("event_id", text)
    .addPrimaryKeyConstraint("told_pk", ["trigger_id", "item"])
    .execute();
  await db.schema
    .createTable("flow_references")
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("at", text, (c) => c.notNull())
    .addColumn("connection", text, (c) => c.notNull())
    .addColumn("given", text, (c) => c.notNull())
    .addColumn("value", text, (c) => c.notNull())
    .addColumn("label", text, (c) => c.notNull())
    .addColumn("checked_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("flow_references_pk", ["flow_id", "at", "given"])
    .execute();
  await db.schema
    .createTable("flow_lint")
    .addColumn("flow_id", text, (c) => c.primaryKey())
    .addColumn("checked_at", time, (c) => c.notNull())
    .addColumn("findings", text, (c) => c.notNull())
    .execute();
}

async function inboxTables(db: Kysely<Schema>): Promise<void> {
  const text = "text" as const;
  const time = "bigint" as const;
  await db.schema
    .createTable("inboxes")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("app", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("title", text, (c) => c.notNull())
    .addColumn("token", text, (c) => c.notNull().unique())
    .addColumn("registration", text)
    .addColumn("public_key", text)
    .addColumn("legacy", "integer", (c) => c.notNull())
    .addColumn("legacy_key", text)
    .addColumn("created_at", time, (c) => c.notNull())
    .addUniqueConstraint("inboxes_name", ["workspace_id", "name"])
    .execute();
  await db.schema
    .createTable("heard")
    .addColumn("inbox_id", text, (c) => c.notNull())
    .addColumn("type", text, (c) => c.notNull())
    .addColumn("place", text, (c) => c.notNull())
    .addColumn("count", "integer", (c) => c.notNull())
    .addColumn("last_at", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("heard_pk", ["inbox_id", "type", "place"])
    .execute();
}
