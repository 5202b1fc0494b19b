import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A browser that is signed in, as it is kept: enough to recognise its cookie, not to make one. */
export interface SessionRow {
  /** SHA-256 of the cookie's value, which has 256 random bits. */
  hash: string;
  workspaceId: string;
  /** The API key of the time: a session ends with it. */
  keyId: string;
  createdAt: number;
  usedAt: number;
}

/** Stores the sessions of browsers. */
export interface SessionStore {
  /** Those of every workspace: a request is recognised by its cookie before it is known which workspace it is about. */
  all(): Promise<SessionRow[]>;
  add(row: SessionRow): Promise<void>;
  /** Notes that it was used; one that is gone stays gone. */
  touch(hash: string, usedAt: number): Promise<void>;
  remove(hashes: readonly string[]): Promise<void>;
}

export function createSessionStore(db: Db): SessionStore {
  return {
    async all() {
      return (await db.q.selectFrom("sessions").selectAll().execute()).map(sessionOf);
    },
    add: (row) => db.write(async (q) => void (await q.insertInto("sessions").values(sessionRow(row)).execute())),
    touch: (hash, usedAt) =>
      db.write(async (q) => void (await q.updateTable("sessions").set({ used_at: usedAt }).where("hash", "=", hash).execute())),
    remove: (hashes) =>
      db.write(
        async (q) =>
          void (await q
            .deleteFrom("sessions")
            .where("hash", "in", [...hashes])
            .execute()),
      ),
  };
}

const sessionRow = (s: SessionRow): Selectable<Schema["sessions"]> => ({
  hash: s.hash,
  workspace_id: s.workspaceId,
  key_id: s.keyId,
  created_at: s.createdAt,
  used_at: s.usedAt,
});

const sessionOf = (r: Selectable<Schema["sessions"]>): SessionRow => ({
  hash: r.hash,
  workspaceId: r.workspace_id,
  keyId: r.key_id,
  createdAt: r.created_at,
  usedAt: r.used_at,
});
