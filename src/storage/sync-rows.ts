import { sql, type Selectable } from "kysely";
import type { SideRow, SyncStore } from "#sync/store.ts";
import type { Side } from "#sync/types.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

type Rows = Pick<
  SyncStore,
  | "putRows"
  | "removeRow"
  | "withKey"
  | "rows"
  | "row"
  | "countRows"
  | "clearRows"
  | "countEvents"
  | "countHeard"
  | "readAt"
  | "hasUnbegun"
  | "countBackfill"
  | "unlisted"
  | "lock"
  | "unlock"
>;

/** So many rows are written in one statement. */
const atOnce = 200;
/** More than two records with one key need not be known by id: it is ambiguous. */
const mostWithKey = 3;

/** What was seen of the sides, and which names a run has taken. */
export function syncRows(db: Db): Rows {
  return { ...rowReads(db), ...flowReads(db), ...rowChanges(db), ...locks(db) };
}

function rowReads(db: Db): Pick<Rows, "withKey" | "rows" | "row" | "countRows" | "unlisted"> {
  const of = (syncId: string, side: Side) => db.q.selectFrom("sync_rows").where("sync_id", "=", syncId).where("side", "=", side);
  return {
    async withKey(syncId, side, rule, key) {
      const rows = await db.q
        .selectFrom("sync_keys")
        .select("record_id")
        .where("sync_id", "=", syncId)
        .where("side", "=", side)
        .where("rule", "=", rule)
        .where("match_key", "=", key)
        .orderBy("record_id")
        .limit(mostWithKey)
        .execute();
      return rows.map((row) => row.record_id);
    },
    async rows(syncId, side, after, limit) {
      let query = of(syncId, side).selectAll();
      if (after !== null) query = query.where("record_id", ">", after);
      return (await query.orderBy("record_id").limit(limit).execute()).map(sideRowOf);
    },
    async row(syncId, side, recordId) {
      const row = await of(syncId, side).selectAll().where("record_id", "=", recordId).executeTakeFirst();
      return row ? sideRowOf(row) : null;
    },
    async countRows(syncId, side) {
      const row = await of(syncId, side)
        .select((e) => e.fn.countAll().as("n"))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    async unlisted(syncId, side, triggerId, { seenBefore, after, limit }) {
      const rows = await of(syncId, side)
        .select("record_id")
        .where("seen_at", "<", seenBefore)
        .where("record_id", ">", after ?? "")
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom("seen")
                .select("seen.item_key")
                .where("seen.trigger_id", "=", triggerId)
                .whereRef("seen.item_key", "=", "sync_rows.record_id"),
            ),
          ),
        )
        .orderBy("record_id")
        .limit(limit)
        .execute();
      return rows.map((row) => row.record_id);
    },
  };
}

/** What came of the flows of a sync. */
function flowReads(db: Db): Pick<Rows, "readAt" | "hasUnbegun" | "countBackfill" | "countEvents" | "countHeard"> {
  return {
    async readAt(flowId) {
      const row = await db.q.selectFrom("triggers").select(["state", "last_error"]).where("flow_id", "=", flowId).executeTakeFirst();
      const began = row === undefined || row.last_error !== null ? undefined : (JSON.parse(row.state) as { readAt?: unknown }).readAt;
      return typeof began === "number" ? began : null;
    },
    async hasUnbegun(flowId) {
      const row = await db.q
        .selectFrom("runs")
        .select("id")
        .where("flow_id", "=", flowId)
        .where("record", "is not", null)
        .where("finished_at", "is", null)
        .where("state", "=", "queued")
        .where("lane", "!=", "backfill")
        .executeTakeFirst();
      return row !== undefined;
    },
    async countBackfill(flowIds, since) {
      if (flowIds.length === 0) return { open: 0, failed: 0 };
      const runs = db.q
        .selectFrom("runs")
        .select((e) => e.fn.countAll().as("n"))
        .where("flow_id", "in", flowIds)
        .where("lane", "=", "backfill");
      const open = await runs.where("finished_at", "is", null).executeTakeFirstOrThrow();
      const failed = await runs.where("attention", "=", 1).where("created_at", ">=", since).executeTakeFirstOrThrow();
      return { open: Number(open.n), failed: Number(failed.n) };
    },
    async countEvents(triggerId, keysBegin) {
      const pattern = `${keysBegin.replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
      const row = await db.q
        .selectFrom("events")
        .select((e) => e.fn.countAll().as("n"))
        .where("trigger_id", "=", triggerId)
        .where("event_key", "like", sql<string>`${pattern} escape '\\'`)
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    async countHeard(triggerId, since) {
      const row = await db.q
        .selectFrom("events")
        .select((e) => e.fn.count("record").distinct().as("n"))
        .where("trigger_id", "=", triggerId)
        .where("received_at", ">=", since)
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
  };
}

function rowChanges(db: Db): Pick<Rows, "putRows" | "removeRow" | "clearRows"> {
  return {
    putRows: (syncId, side, rows) =>
      db.write(async (q) => {
        const unique = [...new Map(rows.map((row) => [row.recordId, row])).values()];
        for (let from = 0; from < unique.length; from += atOnce) {
          const part = unique.slice(from, from + atOnce);
          await q
            .insertInto("sync_rows")
            .values(part.map((row) => rowOf(syncId, side, row)))
            .onConflict((c) =>
              c.columns(["sync_id", "side", "record_id"]).doUpdateSet((e) => ({
                name: e.ref("excluded.name"),
                search: e.ref("excluded.search"),
                keys: e.ref("excluded.keys"),
                digest: e.ref("excluded.digest"),
                seen_at: e.ref("excluded.seen_at"),
              })),
            )
            .execute();
          const ids = part.map(({ recordId }) => recordId);
          await q.deleteFrom("sync_keys").where("sync_id", "=", syncId).where("side", "=", side).where("record_id", "in", ids).execute();
          const keys = part.flatMap(({ recordId, keys }) =>
            Object.entries(keys).map(([rule, key]) => ({
              sync_id: syncId,
              side,
              rule: Number(rule),
              match_key: key,
              record_id: recordId,
            })),
          );
          if (keys.length > 0) await q.insertInto("sync_keys").values(keys).execute();
        }
      }),
    removeRow: (syncId, side, recordId) =>
      db.write(async (q) => {
        const its = { sync_id: syncId, side, record_id: recordId };
        await q
          .deleteFrom("sync_rows")
          .where((e) => e.and(its))
          .execute();
        await q
          .deleteFrom("sync_keys")
          .where((e) => e.and(its))
          .execute();
      }),
    clearRows: (syncId) =>
      db.write(async (q) => {
        await q.deleteFrom("sync_rows").where("sync_id", "=", syncId).execute();
        await q.deleteFrom("sync_keys").where("sync_id", "=", syncId).execute();
      }),
  };
}

function locks(db: Db): Pick<Rows, "lock" | "unlock"> {
  return {
    lock: (syncId, names, runId, now, until) =>
      db.write(async (q) => {
        const unique = [...new Set(names)];
        if (unique.length === 0) return true;
        const held = await q
          .selectFrom("sync_locks")
          .select("name")
          .where("sync_id", "=", syncId)
          .where("name", "in", unique)
          .where("run_id", "!=", runId)
          .where("until", ">", now)
          .executeTakeFirst();
        if (held) return false;
        await q
          .insertInto("sync_locks")
          .values(unique.map((name) => ({ sync_id: syncId, name, run_id: runId, until })))
          .onConflict((c) => c.columns(["sync_id", "name"]).doUpdateSet({ run_id: runId, until }))
          .execute();
        return true;
      }),
    unlock: (syncId, runId) =>
      db.write(async (q) => void (await q.deleteFrom("sync_locks").where("sync_id", "=", syncId).where("run_id", "=", runId).execute())),
  };
}

const rowOf = (syncId: string, side: Side, row: SideRow): Selectable<Schema["sync_rows"]> => ({
  sync_id: syncId,
  side,
  record_id: row.recordId,
  name: row.name,
  search: row.name.toLowerCase(),
  keys: JSON.stringify(row.keys),
  digest: row.digest,
  seen_at: row.seenAt,
});

const sideRowOf = (row: Selectable<Schema["sync_rows"]>): SideRow => ({
  recordId: row.record_id,
  name: row.name,
  keys: JSON.parse(row.keys) as Record<number, string>,
  digest: row.digest,
  seenAt: Number(row.seen_at),
});
