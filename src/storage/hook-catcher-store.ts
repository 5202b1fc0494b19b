import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** An address that keeps what is posted to it. `samples`: as JSON, the newest first. */
export interface HookCatcher {
  id: string;
  workspaceId: string;
  token: string;
  samples: string[];
  createdAt: number;
  expiresAt: number;
}

/** Where they rest until they are over. Every read leaves out those that are. */
export interface HookCatcherStore {
  /** Those that are over go, and the oldest of a workspace that has `most`. */
  add(catcher: HookCatcher, now: number, most: number): Promise<void>;
  get(workspaceId: string, id: string, now: number): Promise<HookCatcher | null>;
  byToken(token: string, now: number): Promise<HookCatcher | null>;
  /** Keeps a sample, and of the earlier ones as many as make `most`. */
  keep(id: string, sample: string, most: number): Promise<void>;
  remove(workspaceId: string, id: string): Promise<void>;
  /** Deletes those that are over. */
  prune(now: number): Promise<void>;
}

type Row = Selectable<Schema["hook_catchers"]>;

export function createHookCatcherStore(db: Db): HookCatcherStore {
  const one = async (column: "id" | "token", value: string, now: number): Promise<HookCatcher | null> => {
    const row = await db.q
      .selectFrom("hook_catchers")
      .selectAll()
      .where(column, "=", value)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row ? fromRow(row) : null;
  };
  return {
    add: (catcher, now, most) =>
      db.write(async (q) => {
        await q.deleteFrom("hook_catchers").where("expires_at", "<=", now).execute();
        const own = q.selectFrom("hook_catchers").select("id").where("workspace_id", "=", catcher.workspaceId);
        const beyond = await own
          .orderBy("created_at", "desc")
          .orderBy("id")
          .limit(1000)
          .offset(most - 1)
          .execute();
        const ids = beyond.map(({ id }) => id);
        if (ids.length > 0) await q.deleteFrom("hook_catchers").where("id", "in", ids).execute();
        await q.insertInto("hook_catchers").values(rowOf(catcher)).execute();
      }),
    async get(workspaceId, id, now) {
      const catcher = await one("id", id, now);
      return catcher?.workspaceId === workspaceId ? catcher : null;
    },
    byToken: (token, now) => one("token", token, now),
    keep: (id, sample, most) =>
      db.write(async (q) => {
        const row = await q.selectFrom("hook_catchers").select("samples").where("id", "=", id).executeTakeFirst();
        if (!row) return;
        const samples = [sample, ...(JSON.parse(row.samples) as string[])].slice(0, most);
        await q
          .updateTable("hook_catchers")
          .set({ samples: JSON.stringify(samples) })
          .where("id", "=", id)
          .execute();
      }),
    remove: (workspaceId, id) =>
      db.write(
        async (q) => void (await q.deleteFrom("hook_catchers").where("id", "=", id).where("workspace_id", "=", workspaceId).execute()),
      ),
    prune: (now) => db.write(async (q) => void (await q.deleteFrom("hook_catchers").where("expires_at", "<=", now).execute())),
  };
}

const rowOf = (catcher: HookCatcher): Row => ({
  id: catcher.id,
  workspace_id: catcher.workspaceId,
  token: catcher.token,
  samples: JSON.stringify(catcher.samples),
  created_at: catcher.createdAt,
  expires_at: catcher.expiresAt,
});

const fromRow = (row: Row): HookCatcher => ({
  id: row.id,
  workspaceId: row.workspace_id,
  token: row.token,
  samples: JSON.parse(row.samples) as string[],
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
});
