import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Runs to be replayed as soon as a connection works again. */
export interface WaitingReplay {
  id: string;
  workspaceId: string;
  connectionId: string;
  runIds: string[];
  from: "start" | "failed";
  version: "same" | "published";
  createdAt: number;
}

export interface WaitingReplayStore {
  insert(batch: WaitingReplay): Promise<void>;
  /** Oldest first. */
  list(workspaceId: string): Promise<WaitingReplay[]>;
  /** The runs that still wait; none deletes the batch. */
  keep(workspaceId: string, id: string, runIds: readonly string[]): Promise<void>;
}

export function createWaitingReplayStore(db: Db): WaitingReplayStore {
  return {
    insert: ({ id, workspaceId, connectionId, runIds, from, version, createdAt }) =>
      db.write(async (q) => {
        const row = { id, workspace_id: workspaceId, connection_id: connectionId, run_ids: JSON.stringify(runIds), from, version };
        await q
          .insertInto("waiting_replays")
          .values({ ...row, created_at: createdAt })
          .execute();
      }),
    async list(workspaceId) {
      const rows = await db.q
        .selectFrom("waiting_replays")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(batchOf);
    },
    keep: (workspaceId, id, runIds) =>
      db.write(async (q) => {
        if (runIds.length === 0)
          await q.deleteFrom("waiting_replays").where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
        else
          await q
            .updateTable("waiting_replays")
            .set({ run_ids: JSON.stringify(runIds) })
            .where("id", "=", id)
            .where("workspace_id", "=", workspaceId)
            .execute();
      }),
  };
}

const batchOf = (row: Selectable<Schema["waiting_replays"]>): WaitingReplay => ({
  id: row.id,
  workspaceId: row.workspace_id,
  connectionId: row.connection_id,
  runIds: JSON.parse(row.run_ids) as string[],
  from: row.from as WaitingReplay["from"],
  version: row.version as WaitingReplay["version"],
  createdAt: Number(row.created_at),
});
