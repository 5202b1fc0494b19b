import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** An address that keeps what is posted to it. `samples`: as JSON, the newest first. */
export interface HookCapture {
  id: string;
  workspaceId: string;
  token: string;
  samples: string[];
  createdAt: number;
  expiresAt: number;
}

/** Keeps them until they are over; every read leaves out those that are. Their table still has its first name. */
export interface HookCaptureStore {
  /** Those that are over go, and the oldest of a workspace that has `most`. */
  add(capture: HookCapture, now: number, most: number): Promise<void>;
  get(workspaceId: string, id: string, now: number): Promise<HookCapture | null>;
  byToken(token: string, now: number): Promise<HookCapture | null>;
  /** Keeps a sample, and of the earlier ones as many as make `most`. */
  keep(id: string, sample: string, most: number): Promise<void>;
  remove(workspaceId: string, id: string): Promise<void>;
  /** Deletes those that are over. */
  prune(now: number): Promise<void>;
}

type Row = Selectable<Schema["hook_catchers"]>;

/** Addresses that capture events, in the database. */
export function createHookCaptureStore(db: Db): HookCaptureStore {
  const one = async (column: "id" | "token", value: string, now: number): Promise<HookCapture | null> => {
    const row = await db.q
      .selectFrom("hook_catchers")
      .selectAll()
      .where(column, "=", value)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    return row ? fromRow(row) : null;
  };
  return {
    add: (capture, now, most) =>
      db.write(async (q) => {
        await q.deleteFrom("hook_catchers").where("expires_at", "<=", now).execute();
        const own = q.selectFrom("hook_catchers").select("id").where("workspace_id", "=", capture.workspaceId);
        const beyond = await own
          .orderBy("created_at", "desc")
          .orderBy("id")
          .limit(1000)
          .offset(most - 1)
          .execute();
        const ids = beyond.map(({ id }) => id);
        if (ids.length > 0) await q.deleteFrom("hook_catchers").where("id", "in", ids).execute();
        await q.insertInto("hook_catchers").values(rowOf(capture)).execute();
      }),
    async get(workspaceId, id, now) {
      const capture = await one("id", id, now);
      return capture?.workspaceId === workspaceId ? capture : null;
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

const rowOf = (capture: HookCapture): Row => ({
  id: capture.id,
  workspace_id: capture.workspaceId,
  token: capture.token,
  samples: JSON.stringify(capture.samples),
  created_at: capture.createdAt,
  expires_at: capture.expiresAt,
});

const fromRow = (row: Row): HookCapture => ({
  id: row.id,
  workspaceId: row.workspace_id,
  token: row.token,
  samples: JSON.parse(row.samples) as string[],
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
});
