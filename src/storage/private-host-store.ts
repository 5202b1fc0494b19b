import type { Db } from "./database.ts";

/** Hosts on private addresses that somebody allowed while Millrace ran. */
export interface PrivateHostStore {
  /** Oldest first. */
  list(workspaceId: string): Promise<{ host: string; addedAt: number }[]>;
  /** Those of every workspace. */
  hosts(): Promise<string[]>;
  add(workspaceId: string, host: string, now: number): Promise<void>;
  remove(workspaceId: string, host: string): Promise<void>;
}

export function createPrivateHostStore(db: Db): PrivateHostStore {
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
    add: (workspaceId, host, now) =>
      db.write(async (q) => {
        await q
          .insertInto("private_hosts")
          .values({ workspace_id: workspaceId, host, added_at: now })
          .onConflict((c) => c.columns(["workspace_id", "host"]).doNothing())
          .execute();
      }),
    remove: (workspaceId, host) =>
      db.write(
        async (q) => void (await q.deleteFrom("private_hosts").where("workspace_id", "=", workspaceId).where("host", "=", host).execute()),
      ),
  };
}
