import type { Kysely, Selectable } from "kysely";
import { ChangeLog, type Note } from "./changes.ts";
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
  /** Whose it is; null where somebody signed in without an account. */
  accountId: string | null;
  /** From where and with what it was begun, so that a person knows it again. */
  address: string | null;
  browser: string | null;
}

/** Stores the sessions of browsers. */
export interface SessionStore {
  /** Those of every workspace: the cookie of a request says which workspace it is about. */
  all(): Promise<SessionRow[]>;
  add(row: SessionRow): Promise<void>;
  /** Notes that it was used; one that is gone stays gone. */
  touch(hash: string, usedAt: number): Promise<void>;
  remove(hashes: readonly string[]): Promise<void>;
}

export function createSessionStore(db: Db, log: ChangeLog = new ChangeLog(db)): SessionStore {
  return {
    async all() {
      return (await db.q.selectFrom("sessions").selectAll().execute()).map(sessionOf);
    },
    add: (row) =>
      log.write(async (q, note) => {
        await q.insertInto("sessions").values(sessionRow(row)).execute();
        await noteSessions(q, note, [row.hash], "signed in");
      }),
    touch: (hash, usedAt) =>
      log.write(async (q, note) => {
        await q.updateTable("sessions").set({ used_at: usedAt }).where("hash", "=", hash).execute();
        await noteSessions(q, note, [hash], null);
      }),
    remove: (hashes) =>
      log.write(async (q, note) => {
        await noteSessions(q, note, hashes, "signed out");
        await q
          .deleteFrom("sessions")
          .where("hash", "in", [...hashes])
          .execute();
      }),
  };
}

/** By what a session goes in the list of changes: its hash is the row's key, and nobody needs to see all of it. */
export const sessionId = (hash: string): string => hash.slice(0, 12);

async function noteSessions(q: Kysely<Schema>, note: Note, hashes: readonly string[], what: string | null): Promise<void> {
  const rows = await q
    .selectFrom("sessions")
    .select(["hash", "workspace_id", "account_id"])
    .where("hash", "in", [...hashes])
    .execute();
  for (const { hash, workspace_id: workspaceId, account_id: account } of rows)
    note({ workspaceId, kind: "session", id: sessionId(hash), what, ...(account !== null && { by: `account:${account}` }) });
}

const sessionRow = (s: SessionRow): Selectable<Schema["sessions"]> => ({
  hash: s.hash,
  workspace_id: s.workspaceId,
  key_id: s.keyId,
  created_at: s.createdAt,
  used_at: s.usedAt,
  account_id: s.accountId,
  address: s.address,
  browser: s.browser,
});

const sessionOf = (r: Selectable<Schema["sessions"]>): SessionRow => ({
  hash: r.hash,
  workspaceId: r.workspace_id,
  keyId: r.key_id,
  createdAt: r.created_at,
  usedAt: r.used_at,
  accountId: r.account_id,
  address: r.address,
  browser: r.browser,
});
