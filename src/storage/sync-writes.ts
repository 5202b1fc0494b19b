import type { Selectable } from "kysely";
import type { JsonObject } from "#kernel/json.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Side, SyncWrite } from "#sync/types.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** What syncs wrote. */
export function syncWrites(db: Db): Pick<SyncStore, "addWrite" | "removeWrite" | "writes" | "writesOf" | "markUndone"> {
  const all = (syncId: string) => db.q.selectFrom("sync_writes").selectAll().where("sync_id", "=", syncId);
  return {
    addWrite: (write) =>
      db.write(
        async (q) =>
          void (await q
            .insertInto("sync_writes")
            .values(writeRow(write))
            .onConflict((c) => c.column("id").doUpdateSet((e) => ({ record_id: e.ref("excluded.record_id") })))
            .execute()),
      ),
    removeWrite: (syncId, id) =>
      db.write(async (q) => void (await q.deleteFrom("sync_writes").where("sync_id", "=", syncId).where("id", "=", id).execute())),
    async writes(syncId, { batch, before, limit }) {
      let query = all(syncId);
      if (batch !== undefined) query = query.where("batch", "=", batch);
      const last = before === undefined ? undefined : await all(syncId).where("id", "=", before).executeTakeFirst();
      if (last) query = query.where((e) => e.or([e("at", "<", last.at), e.and([e("at", "=", last.at), e("id", "<", last.id)])]));
      const rows = await query
        .orderBy("at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit).map(writeOf);
      return { writes: page, next: rows.length > limit ? page.at(-1)!.id : null };
    },
    writesOf: async (syncId, linkId, since) =>
      (await all(syncId).where("link_id", "=", linkId).where("at", ">=", since).orderBy("at", "desc").orderBy("id", "desc").execute()).map(
        writeOf,
      ),
    markUndone: (syncId, ids, by) =>
      db.write(async (q) => {
        for (let from = 0; from < ids.length; from += 500)
          await q
            .updateTable("sync_writes")
            .set({ undone_by: by })
            .where("sync_id", "=", syncId)
            .where("id", "in", ids.slice(from, from + 500))
            .execute();
      }),
  };
}

const writeRow = (write: SyncWrite): Selectable<Schema["sync_writes"]> => ({
  id: write.id,
  sync_id: write.syncId,
  link_id: write.linkId,
  side: write.side,
  kind: write.kind,
  record_id: write.recordId,
  before: JSON.stringify(write.before),
  after: JSON.stringify(write.after),
  run_id: write.runId,
  batch: write.batch,
  at: write.at,
  undone_by: write.undoneBy,
});

const writeOf = (row: Selectable<Schema["sync_writes"]>): SyncWrite => ({
  id: row.id,
  syncId: row.sync_id,
  linkId: row.link_id,
  side: row.side as Side,
  kind: row.kind as SyncWrite["kind"],
  recordId: row.record_id,
  before: JSON.parse(row.before) as JsonObject,
  after: JSON.parse(row.after) as JsonObject,
  runId: row.run_id,
  batch: row.batch,
  at: Number(row.at),
  undoneBy: row.undone_by,
});
