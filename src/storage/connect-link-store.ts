import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { dayMs } from "#kernel/durations.ts";
import type { Connection } from "#vault/types.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { oneTimeLinks } from "./one-time-links.ts";
import type { Schema } from "./schema.ts";

/** A link by which somebody without an account here connects their own account, once. */
export interface ConnectLink {
  /** The digest of its token, which is kept nowhere. */
  id: string;
  workspaceId: string;
  app: string;
  auth: Connection["auth"];
  /** What the new connection is called. */
  title: string;
  /** The connection whose client and address it uses; null: the app's own address. */
  likeId: string | null;
  /** Where the browser is sent afterwards. */
  returnTo: string | null;
  /** What the vendor calls whoever it is for. */
  reference: string | null;
  /** The connection that it made; null before that. */
  connectionId: string | null;
  by: string;
  createdAt: number;
  expiresAt: number;
  /** Null while it can be used. */
  usedAt: number | null;
}

/** For how long it is kept which connection a link made, after the link is over. */
export const resultKeptMs = 90 * dayMs;

/** Keeps connect links, and the origins to which the browser may be sent back. */
export interface ConnectLinkStore {
  /** Keeps one, and drops those of its workspace that are over: those that made a connection, `resultKeptMs` later. False where it has `most` that can be used. */
  add(link: ConnectLink, now: number, most: number): Promise<boolean>;
  /** Those of a workspace that can be used: how many, and the newest `limit`. */
  listOpen(workspaceId: string, now: number, limit: number): Promise<{ open: number; links: ConnectLink[] }>;
  /** Deletes one that was not used, which is a change in the audit. False where there is none. */
  withdraw(workspaceId: string, id: string, by: string): Promise<boolean>;
  get(id: string): Promise<ConnectLink | null>;
  /** Marks it as used. False when it was used already, or is gone. */
  use(id: string, now: number): Promise<boolean>;
  /** Undoes `use`: no login came of it. */
  reopen(id: string): Promise<void>;
  /** Keeps which connection it made. */
  made(id: string, connectionId: string): Promise<void>;
  /** Oldest first. */
  origins(workspaceId: string): Promise<{ origin: string; addedAt: number }[]>;
  addOrigin(workspaceId: string, origin: string, now: number, by: string): Promise<void>;
  /** False where it is not there. */
  removeOrigin(workspaceId: string, origin: string, by: string): Promise<boolean>;
}

/** Connect links in the database. */
export function createConnectLinkStore(db: Db, log: ChangeLog = new ChangeLog(db)): ConnectLinkStore {
  return { ...links(db, log), ...origins(db, log) };
}

function links(db: Db, log: ChangeLog): Pick<ConnectLinkStore, "add" | "listOpen" | "withdraw" | "get" | "use" | "reopen" | "made"> {
  const openOf = (workspaceId: string, now: number) =>
    db.q.selectFrom("connect_links").where("workspace_id", "=", workspaceId).where("used_at", "is", null).where("expires_at", ">", now);
  return {
    async listOpen(workspaceId, now, limit) {
      const open = openOf(workspaceId, now);
      const { n } = await open.select((e) => e.fn.countAll().as("n")).executeTakeFirstOrThrow();
      const rows = await open.selectAll().orderBy("created_at", "desc").orderBy("id").limit(limit).execute();
      return { open: Number(n), links: rows.map(linkOf) };
    },
    withdraw: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("connect_links")
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .where("used_at", "is", null)
          .returning("title")
          .executeTakeFirst();
        if (!row) return false;
        note({ workspaceId, kind: "connect_link", id, what: "withdrawn", name: row.title, by });
        return true;
      }),
    ...oneTimeLinks(db, "connect_links", linkOf),
    made: (id, connectionId) =>
      db.write(
        async (q) => void (await q.updateTable("connect_links").set({ connection_id: connectionId }).where("id", "=", id).execute()),
      ),
    add: (link, now, most) =>
      db.write(async (q) => {
        await q
          .deleteFrom("connect_links")
          .where("workspace_id", "=", link.workspaceId)
          .where("expires_at", "<=", now)
          .where((e) => e.or([e("connection_id", "is", null), e("expires_at", "<=", now - resultKeptMs)]))
          .execute();
        const { n } = await q
          .selectFrom("connect_links")
          .select((e) => e.fn.countAll().as("n"))
          .where("workspace_id", "=", link.workspaceId)
          .where("used_at", "is", null)
          .executeTakeFirstOrThrow();
        if (Number(n) >= most) return false;
        await q.insertInto("connect_links").values(rowOf(link)).execute();
        return true;
      }),
  };
}

function origins(db: Db, log: ChangeLog): Pick<ConnectLinkStore, "origins" | "addOrigin" | "removeOrigin"> {
  return {
    async origins(workspaceId) {
      const all = db.q.selectFrom("embed_origins").selectAll().where("workspace_id", "=", workspaceId);
      return (await all.orderBy("added_at").orderBy("origin").execute()).map((row) => ({
        origin: row.origin,
        addedAt: Number(row.added_at),
      }));
    },
    addOrigin: (workspaceId, origin, now, by) =>
      log.write(async (q, note) => {
        const { numInsertedOrUpdatedRows } = await q
          .insertInto("embed_origins")
          .values({ workspace_id: workspaceId, origin, added_at: now })
          .onConflict((c) => c.columns(["workspace_id", "origin"]).doNothing())
          .executeTakeFirst();
        if ((numInsertedOrUpdatedRows ?? 0n) === 0n) return;
        note({ workspaceId, kind: "embed_origin", id: origin, what: "allowed", name: origin, ...defined({ by }) });
      }),
    removeOrigin: (workspaceId, origin, by) =>
      log.write(async (q, note) => {
        const { numDeletedRows } = await q
          .deleteFrom("embed_origins")
          .where("workspace_id", "=", workspaceId)
          .where("origin", "=", origin)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        note({ workspaceId, kind: "embed_origin", id: origin, what: "removed", name: origin, ...defined({ by }) });
        return true;
      }),
  };
}

const rowOf = (link: ConnectLink): Selectable<Schema["connect_links"]> => ({
  id: link.id,
  workspace_id: link.workspaceId,
  app: link.app,
  auth: link.auth,
  title: link.title,
  like_id: link.likeId,
  return_to: link.returnTo,
  created_by: link.by,
  created_at: link.createdAt,
  expires_at: link.expiresAt,
  used_at: link.usedAt,
  reference: link.reference,
  connection_id: link.connectionId,
});

const linkOf = (row: Selectable<Schema["connect_links"]>): ConnectLink => ({
  id: row.id,
  workspaceId: row.workspace_id,
  app: row.app,
  auth: row.auth as Connection["auth"],
  title: row.title,
  likeId: row.like_id,
  returnTo: row.return_to,
  reference: row.reference,
  connectionId: row.connection_id,
  by: row.created_by,
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
  usedAt: row.used_at === null ? null : Number(row.used_at),
});
