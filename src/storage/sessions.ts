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
  /** When each member of a workspace was last there, by account: also those whose sessions are all over. */
  lastSeen(workspaceId: string): Promise<ReadonlyMap<string, number>>;
}

export function createSessionStore(db: Db, log: ChangeLog = new ChangeLog(db)): SessionStore {
  return {
    async all() {
      return (await db.q.selectFrom("sessions").selectAll().execute()).map(sessionOf);
    },
    add: (row) =>
      log.write(async (q, note) => {
        await q.insertInto("sessions").values(sessionRow(row)).execute();
        await noteSeen(q, row.hash, row.usedAt);
        await noteSessions(q, note, [row.hash], "signed in");
      }),
    touch: (hash, usedAt) =>
      log.write(async (q, note) => {
        await q.updateTable("sessions").set({ used_at: usedAt }).where("hash", "=", hash).execute();
        await noteSeen(q, hash, usedAt);
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
    async lastSeen(workspaceId) {
      const rows = await db.q.selectFrom("members").select(["account_id", "seen_at"]).where("workspace_id", "=", workspaceId).execute();
      return new Map(rows.flatMap(({ account_id: id, seen_at: at }): [string, number][] => (at === null ? [] : [[id, Number(at)]])));
    },
  };
}

/** Notes that the member whose session it is was there. */
async function noteSeen(q: Kysely<Schema>, hash: string, at: number): Promise<void> {
  const row = await q.selectFrom("sessions").select(["workspace_id", "account_id"]).where("hash", "=", hash).executeTakeFirst();
  if (row === undefined || row.account_id === null) return;
  await q
    .updateTable("members")
    .set({ seen_at: at })
    .where("workspace_id", "=", row.workspace_id)
    .where("account_id", "=", row.account_id)
    .execute();
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
