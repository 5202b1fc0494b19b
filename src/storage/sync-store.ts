import type { Kysely, Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { SyncChange, SyncJob, SyncNote, SyncStore } from "#sync/store.ts";
import type { Asking, Sync, SyncDefinition, SyncFlowIds, SyncStatus, Trouble } from "#sync/types.ts";
import { ChangeLog } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import { jsonOrNull, parsed } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { syncLinks } from "./sync-links.ts";
import { syncRows } from "./sync-rows.ts";
import { syncWrites } from "./sync-writes.ts";

/** Syncs and what they know of pairs, in the database. */
export function createSyncStore(db: Db, log: ChangeLog = new ChangeLog(db)): SyncStore {
  return { ...syncReads(db), ...syncChanges(log), ...syncLinks(db), ...syncRows(db), ...syncWrites(db), ...syncJobs(db) };
}

function syncReads(db: Db): Pick<SyncStore, "get" | "byId" | "all" | "list"> {
  const syncs = () => db.q.selectFrom("syncs").selectAll().orderBy("id");
  return {
    async get(workspaceId, id) {
      const row = await syncs().where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
      return row ? syncOf(row) : null;
    },
    async byId(id) {
      const row = await syncs().where("id", "=", id).executeTakeFirst();
      return row ? syncOf(row) : null;
    },
    all: async () => (await syncs().execute()).map(syncOf),
    list: async (workspaceId) => (await syncs().where("workspace_id", "=", workspaceId).execute()).map(syncOf),
  };
}

function syncChanges(log: ChangeLog): Pick<SyncStore, "add" | "change" | "remove"> {
  return {
    add: (sync, by) =>
      log.write(async (q, note) => {
        await q.insertInto("syncs").values(syncRow(sync)).execute();
        note({ ...noteOf(sync), what: "created", ...(by !== null && { by }) });
      }),
    change: (workspaceId, id, revision, change, said, onlyIf = () => true) =>
      log.write(async (q, note) => {
        const row = await q.selectFrom("syncs").selectAll().where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
        if (!row || (revision !== null && row.revision !== revision)) return false;
        const before = syncOf(row);
        if (!onlyIf(before)) return false;
        const after = { ...before, ...defined({ ...change }), revision: before.revision + (change.definition ? 1 : 0) };
        await q.updateTable("syncs").set(syncRow(after)).where("id", "=", id).execute();
        note({ ...noteOf(after), ...saidOf(before, change, said ?? {}) });
        return true;
      }),
    remove: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("syncs")
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId)
          .returningAll()
          .executeTakeFirst();
        if (!row) return;
        await removeAllOf(q, id);
        note({ ...noteOf(syncOf(row)), what: "removed", ...(by !== null && { by }) });
      }),
  };
}

async function removeAllOf(q: Kysely<Schema>, syncId: string): Promise<void> {
  await q.deleteFrom("sync_links").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_link_ids").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_rows").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_keys").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_locks").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_writes").where("sync_id", "=", syncId).execute();
  await q.deleteFrom("sync_jobs").where("sync_id", "=", syncId).execute();
}

function syncJobs(db: Db): Pick<SyncStore, "addJob" | "job" | "putJob" | "unfinishedJobs"> {
  const jobs = () => db.q.selectFrom("sync_jobs").selectAll();
  return {
    addJob: (job) => db.write(async (q) => void (await q.insertInto("sync_jobs").values(jobRow(job)).execute())),
    async job(syncId) {
      const row = await jobs()
        .where("sync_id", "=", syncId)
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      return row ? jobOf(row) : null;
    },
    putJob: (job) => db.write(async (q) => void (await q.updateTable("sync_jobs").set(jobRow(job)).where("id", "=", job.id).execute())),
    unfinishedJobs: async () => (await jobs().where("finished_at", "is", null).orderBy("started_at").orderBy("id").execute()).map(jobOf),
  };
}

const noteOf = ({ workspaceId, id, definition: { name } }: Sync) => ({ workspaceId, kind: "sync", id, name, live: true }) as const;

function saidOf(before: Sync, change: SyncChange, { what, by, drifted }: SyncNote) {
  const fields = what === undefined ? [] : changedFields({ ...before, ...before.definition }, { ...flat(change) });
  return {
    what: what ?? null,
    ...(fields.length > 0 && { fields }),
    ...(by !== undefined && by !== null && { by }),
    ...(drifted && { webhook: { type: "sync.drifted", subject: { sync: { id: before.id } } } as const }),
  };
}

/** What people see of a change: the members of a definition that differ by name, and the status. */
const flat = ({ definition, status, reason }: SyncChange): Record<string, unknown> =>
  defined({ ...definition, status, ...(reason !== null && { reason }) });

const syncRow = (sync: Sync): Selectable<Schema["syncs"]> => ({
  id: sync.id,
  workspace_id: sync.workspaceId,
  definition: canonicalJson(sync.definition),
  revision: sync.revision,
  status: sync.status,
  reason: sync.reason,
  flow_a: sync.flows?.a ?? null,
  flow_b: sync.flows?.b ?? null,
  flow_events: jsonOrNull(sync.flows?.events ?? null),
  resting: JSON.stringify(sync.resting),
  asking: jsonOrNull(sync.asking),
  trouble: jsonOrNull(sync.trouble),
  created_at: sync.createdAt,
  updated_at: sync.updatedAt,
});

const syncOf = (row: Selectable<Schema["syncs"]>): Sync => ({
  id: row.id,
  workspaceId: row.workspace_id,
  definition: JSON.parse(row.definition) as SyncDefinition,
  revision: row.revision,
  status: row.status as SyncStatus,
  reason: row.reason,
  flows:
    row.flow_a !== null && row.flow_b !== null
      ? { a: row.flow_a, b: row.flow_b, events: parsed<SyncFlowIds["events"]>(row.flow_events) ?? { a: {}, b: {} } }
      : null,
  resting: JSON.parse(row.resting) as Record<string, string>,
  asking: parsed<Asking>(row.asking),
  trouble: parsed<Trouble>(row.trouble),
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});

const jobRow = (job: SyncJob): Selectable<Schema["sync_jobs"]> => ({
  id: job.id,
  sync_id: job.syncId,
  workspace_id: job.workspaceId,
  kind: job.kind,
  state: job.state,
  cursor: JSON.stringify(job.cursor),
  done: job.done,
  failed: job.failed,
  total: job.total,
  problem: job.problem,
  started_at: job.startedAt,
  finished_at: job.finishedAt,
});

const jobOf = (row: Selectable<Schema["sync_jobs"]>): SyncJob => ({
  id: row.id,
  syncId: row.sync_id,
  workspaceId: row.workspace_id,
  kind: row.kind as SyncJob["kind"],
  state: row.state as SyncJob["state"],
  cursor: JSON.parse(row.cursor) as SyncJob["cursor"],
  done: row.done,
  failed: row.failed,
  total: row.total,
  problem: row.problem,
  startedAt: Number(row.started_at),
  finishedAt: row.finished_at === null ? null : Number(row.finished_at),
});
