import type { Kysely, Selectable } from "kysely";
import type { ChangeNote } from "#changes/types.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { ReceptionCount, Inbox } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";
import { ChangeLog, type Note } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import { isDuplicate } from "./problems.ts";
import type { Schema } from "./schema.ts";

export function createInboxStore(db: Db, log: ChangeLog = new ChangeLog(db)): InboxStore {
  return {
    ...inboxReads(db),
    ...inboxChanges(log),
    ...receptionCounts(db),
  };
}

/** Inboxes as they are now. */
function inboxReads(db: Db): Pick<InboxStore, "byToken" | "get" | "list"> {
  const one = (column: "id" | "token", value: string) =>
    db.q.selectFrom("inboxes").selectAll().where(column, "=", value).executeTakeFirst();
  return {
    async byToken(token) {
      const row = await one("token", token);
      return row ? inboxOf(row) : null;
    },
    async get(workspaceId, id) {
      const row = await one("id", id);
      return row?.workspace_id === workspaceId ? inboxOf(row) : null;
    },
    async list(workspaceId) {
      const rows = await db.q.selectFrom("inboxes").selectAll().where("workspace_id", "=", workspaceId).orderBy("name").execute();
      return rows.map(inboxOf);
    },
  };
}

/** An inbox made, changed and deleted. */
function inboxChanges(log: ChangeLog): Pick<InboxStore, "insert" | "update" | "delete"> {
  return {
    insert: (inbox, by) =>
      log
        .write(async (q, note) => {
          await q.insertInto("inboxes").values(inboxRow(inbox)).execute();
          await noteInbox(q, note, { workspaceId: inbox.workspaceId, id: inbox.id, what: "added", ...defined({ by }) });
        })
        .catch(nameTaken(inbox.name)),
    update: (workspaceId, id, patch, by) =>
      log
        .write(async (q, note) => {
          const change = inboxChange(patch);
          if (Object.keys(change).length === 0) return;
          const before = await ownInbox(q, workspaceId, id).selectAll().executeTakeFirst();
          await q.updateTable("inboxes").set(change).where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
          const what = patch.token === undefined ? "changed" : "address changed";
          const fields = before ? changedFields({ ...inboxOf(before) }, patch) : [];
          await noteInbox(q, note, { workspaceId, id, what, fields, ...defined({ by }) });
        })
        .catch(nameTaken(patch.name ?? "")),
    delete: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        await noteInbox(q, note, { workspaceId, id, what: "removed", ...defined({ by }) });
        await q
          .deleteFrom("reception_counts")
          .where("inbox_id", "in", ownInbox(q, workspaceId, id))
          .execute();
        await q.deleteFrom("inboxes").where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
      }),
  };
}

/** How many events each inbox received. */
function receptionCounts(db: Db): Pick<InboxStore, "receptionCounts" | "addReceptionCounts"> {
  return {
    async receptionCounts(workspaceId, inboxId) {
      const own = db.q
        .selectFrom("reception_counts")
        .selectAll()
        .where("inbox_id", "in", ownInbox(db.q, workspaceId, inboxId));
      const rows = await own.orderBy("type").orderBy("place").execute();
      return rows.map(receptionCountOf);
    },
    addReceptionCounts: (counts) =>
      db.write(async (q) => {
        for (const { inboxId, type, place, count, lastAt } of counts)
          await q
            .insertInto("reception_counts")
            .values({ inbox_id: inboxId, type, place, count, last_at: lastAt })
            .onConflict((c) =>
              c.columns(["inbox_id", "type", "place"]).doUpdateSet((e) => ({
                count: e("reception_counts.count", "+", e.ref("excluded.count")),
                last_at: e
                  .case()
                  .when("reception_counts.last_at", ">", e.ref("excluded.last_at"))
                  .then(e.ref("reception_counts.last_at"))
                  .else(e.ref("excluded.last_at"))
                  .end(),
              })),
            )
            .execute();
      }),
  };
}

/** Of an inbox that the workspace does not have, nothing changed. */
async function noteInbox(q: Kysely<Schema>, note: Note, change: Omit<ChangeNote, "kind" | "name">): Promise<void> {
  const { workspaceId, id } = change;
  const inbox = await q
    .selectFrom("inboxes")
    .select("name")
    .where("id", "=", id)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (inbox) note({ ...change, kind: "inbox", name: inbox.name });
}

/** An inbox's id, if the workspace has it. Counts carry no workspace of their own: they are only reached through their inbox. */
const ownInbox = (q: Kysely<Schema>, workspaceId: string, id: string) =>
  q.selectFrom("inboxes").select("id").where("id", "=", id).where("workspace_id", "=", workspaceId);

/** Names are unique, because flows refer to inboxes by name. */
const nameTaken =
  (name: string) =>
  (cause: unknown): never => {
    if (!isDuplicate(cause)) throw cause;
    throw new MillraceError("CONFLICT", { cause, details: { problem: `There is an inbox '${name}' already. Choose another name` } });
  };

const inboxRow = (i: Inbox): Selectable<Schema["inboxes"]> => ({
  id: i.id,
  workspace_id: i.workspaceId,
  app: i.app,
  name: i.name,
  title: i.title,
  token: i.token,
  registration: i.registration,
  public_key: i.publicKey,
  legacy: i.legacy ? 1 : 0,
  legacy_key: i.legacyKey,
  senders: i.senders && JSON.stringify(i.senders),
  created_at: i.createdAt,
  flows: i.flows && JSON.stringify(i.flows),
});

const inboxOf = (r: Selectable<Schema["inboxes"]>): Inbox => ({
  id: r.id,
  workspaceId: r.workspace_id,
  app: r.app,
  name: r.name,
  title: r.title,
  token: r.token,
  registration: r.registration,
  publicKey: r.public_key,
  legacy: r.legacy === 1,
  legacyKey: r.legacy_key,
  senders: r.senders === null ? null : (JSON.parse(r.senders) as string[]),
  createdAt: r.created_at,
  flows: r.flows === null ? null : (JSON.parse(r.flows) as string[]),
});

const inboxChange = (patch: Parameters<InboxStore["update"]>[2]) => ({
  ...defined({ name: patch.name, title: patch.title, token: patch.token, registration: patch.registration }),
  ...defined({ public_key: patch.publicKey, legacy_key: patch.legacyKey }),
  ...(patch.legacy !== undefined && { legacy: patch.legacy ? 1 : 0 }),
  ...(patch.senders !== undefined && { senders: patch.senders && JSON.stringify(patch.senders) }),
  ...(patch.flows !== undefined && { flows: patch.flows && JSON.stringify(patch.flows) }),
});

const receptionCountOf = (r: Selectable<Schema["reception_counts"]>): ReceptionCount => ({
  inboxId: r.inbox_id,
  type: r.type,
  place: r.place,
  count: Number(r.count),
  lastAt: Number(r.last_at),
});
