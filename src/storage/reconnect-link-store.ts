import type { Selectable } from "kysely";
import type { ReconnectLink, ReconnectLinkStore } from "#vault/types.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { oneTimeLinks } from "./one-time-links.ts";
import type { Schema } from "./schema.ts";
import { noteConnection } from "./vault-store.ts";

/** Reconnect links in the database. */
export function createReconnectLinkStore(db: Db, log: ChangeLog = new ChangeLog(db)): ReconnectLinkStore {
  return {
    ...oneTimeLinks(db, "reconnect_links", linkOf),
    put: (link) =>
      log.write(async (q, note) => {
        const { connectionId, workspaceId } = link;
        await q.deleteFrom("reconnect_links").where("connection_id", "=", connectionId).where("workspace_id", "=", workspaceId).execute();
        await q.insertInto("reconnect_links").values(rowOf(link)).execute();
        await noteConnection(q, note, { workspaceId, id: connectionId }, () => "reconnect link created", { by: link.by });
      }),
    async list(workspaceId) {
      return (await db.q.selectFrom("reconnect_links").selectAll().where("workspace_id", "=", workspaceId).execute()).map(linkOf);
    },
    remove: (workspaceId, connectionId, by) =>
      log.write(async (q, note) => {
        const { numDeletedRows } = await q
          .deleteFrom("reconnect_links")
          .where("connection_id", "=", connectionId)
          .where("workspace_id", "=", workspaceId)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await noteConnection(q, note, { workspaceId, id: connectionId }, () => "reconnect link withdrawn", { by });
        return true;
      }),
  };
}

const rowOf = (link: ReconnectLink): Selectable<Schema["reconnect_links"]> => ({
  connection_id: link.connectionId,
  id: link.id,
  workspace_id: link.workspaceId,
  created_by: link.by,
  created_at: link.createdAt,
  expires_at: link.expiresAt,
  used_at: link.usedAt,
});

const linkOf = (row: Selectable<Schema["reconnect_links"]>): ReconnectLink => ({
  connectionId: row.connection_id,
  id: row.id,
  workspaceId: row.workspace_id,
  by: row.created_by,
  createdAt: Number(row.created_at),
  expiresAt: Number(row.expires_at),
  usedAt: row.used_at === null ? null : Number(row.used_at),
});
