import { defined } from "#kernel/defined.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";

/** Hosts on private addresses that somebody allowed while Millrace ran. `by`: who changes them, for the list of changes. */
export interface PrivateHostStore {
  /** Oldest first. */
  list(workspaceId: string): Promise<{ host: string; addedAt: number }[]>;
  /** Those of every workspace. */
  hosts(): Promise<string[]>;
  add(workspaceId: string, host: string, now: number, by?: string): Promise<void>;
  remove(workspaceId: string, host: string, by?: string): Promise<void>;
}

export function createPrivateHostStore(db: Db, log: ChangeLog = new ChangeLog(db)): PrivateHostStore {
  return {
    async list(workspaceId) {
      const rows = await db.q
        .selectFrom("private_hosts")
        .select(["host", "added_at"])
        .where("workspace_id", "=", workspaceId)
        .orderBy("added_at")
        .orderBy("host")
        .execute();
      return rows.map(({ host, added_at }) => ({ host, addedAt: Number(added_at) }));
    },
    async hosts() {
      const rows = await db.q.selectFrom("private_hosts").select("host").distinct().orderBy("host").execute();
      return rows.map(({ host }) => host);
    },
    add: (workspaceId, host, now, by) =>
      log.write(async (q, note) => {
        await q
          .insertInto("private_hosts")
          .values({ workspace_id: workspaceId, host, added_at: now })
          .onConflict((c) => c.columns(["workspace_id", "host"]).doNothing())
          .execute();
        note({ workspaceId, kind: "private_host", id: host, what: "allowed", name: host, ...defined({ by }) });
      }),
    remove: (workspaceId, host, by) =>
      log.write(async (q, note) => {
        await q.deleteFrom("private_hosts").where("workspace_id", "=", workspaceId).where("host", "=", host).execute();
        note({ workspaceId, kind: "private_host", id: host, what: "removed", name: host, ...defined({ by }) });
      }),
  };
}
