import type { Kysely, Selectable, Updateable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Connection, RemovedConnection, SealedSecret, VaultStore } from "#vault/types.ts";
import { ChangeLog, type Note } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import { marker, readBuiltOnce } from "./markers.ts";
import { isDuplicate } from "./problems.ts";
import { jsonOrNull, parsed } from "./rows.ts";
import type { WebhookEvent } from "#kernel/webhook-events.ts";
import type { Schema } from "./schema.ts";

type Row = Selectable<Schema["connections"]>;

/** Connections, sealed secrets and leases in the database. */
export function createVaultStore(db: Db, log: ChangeLog = new ChangeLog(db)): VaultStore {
  const reads = prepareReads(db);
  return {
    ...connectionReads(db, reads),
    ...connectionChanges(log),
    ...sealedSecrets(db, log, reads),
    ...namedLeases(db),
  };
}

/** Connections as people see them. */
function connectionReads(db: Db, reads: Reads): Pick<VaultStore, "get" | "getByName" | "list" | "ending" | "removed"> {
  return {
    get: async (workspaceId, id) => connectionOf((await reads.byId({ workspaceId, id }))[0]),
    async getByName(workspaceId, name) {
      const [row] = await reads.byName({ workspaceId, name });
      return connectionOf(row ?? (await formerly(db.q, workspaceId, name)));
    },
    async list(workspaceId) {
      const rows = await db.q.selectFrom("connections").selectAll().where("workspace_id", "=", workspaceId).orderBy("name").execute();
      return rows.map((row) => connectionOf(row)!);
    },
    async removed(workspaceId) {
      const all = db.q.selectFrom("removed_connections").selectAll().where("workspace_id", "=", workspaceId);
      return (await all.orderBy("removed_at", "desc").orderBy("id").execute()).map(removedOf);
    },
    ending: async (until) => (await reads.ending({ until })).map((row) => connectionOf(row)!),
  };
}

/** A connection made, changed and deleted. */
function connectionChanges(log: ChangeLog): Pick<VaultStore, "insert" | "update" | "delete"> {
  return {
    insert: (connection, sealed, by) =>
      log.write(async (q, note) => {
        await refuseFormer(q, connection.workspaceId, connection.id, connection.name);
        await named(connection.name, q.insertInto("connections").values(rowOf(connection)).execute());
        await q.insertInto("secrets").values(sealedRow(sealed)).execute();
        await noteConnection(q, note, connection, () => "added", { by });
      }),
    update: (workspaceId, id, patch, by) =>
      log.write(async (q, note) => {
        const change = changeOf(patch);
        if (Object.keys(change).length === 0) return;
        const what = ({ status }: Row) => (by === undefined ? whatOf(patch, status) : "changed");
        await noteConnection(q, note, { workspaceId, id }, what, { by, patch });
        if (patch.name !== undefined) await refuseFormer(q, workspaceId, id, patch.name);
        const update = q.updateTable("connections").set(change).where("id", "=", id).where("workspace_id", "=", workspaceId);
        await named(patch.name ?? "", update.execute());
      }),
    delete: (workspaceId, id, now, by) =>
      log.write(async (q, note) => {
        await keepRemoved(q, { workspaceId, id }, now);
        await noteConnection(q, note, { workspaceId, id }, () => "removed", { by, detailOf: ({ title }) => ({ title }) });
        await q
          .deleteFrom("secrets")
          .where("connection_id", "in", ownConnection(q, workspaceId, id))
          .execute();
        await q.deleteFrom("reconnect_links").where("connection_id", "=", id).where("workspace_id", "=", workspaceId).execute();
        await q.deleteFrom("connections").where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
      }),
  };
}

/** Secrets, as they were sealed. */
function sealedSecrets(db: Db, log: ChangeLog, reads: Reads): Pick<VaultStore, "sealed" | "swap" | "allSealed" | "reseal"> {
  return {
    async sealed(workspaceId, id) {
      const [row] = await reads.sealed({ workspaceId, id });
      return row ? sealedOf(row) : null;
    },
    swap: (workspaceId, id, expected, jwe, now) =>
      log.write(async (q, note) => {
        const { numUpdatedRows } = await q
          .updateTable("secrets")
          .set({ jwe, version: expected + 1, updated_at: now })
          .where("connection_id", "in", ownConnection(q, workspaceId, id))
          .where("version", "=", expected)
          .executeTakeFirst();
        if (numUpdatedRows === 1n) await noteConnection(q, note, { workspaceId, id }, () => null); // renewed
        return numUpdatedRows === 1n;
      }),
    async allSealed(page) {
      const all = db.q
        .selectFrom("secrets")
        .innerJoin("connections", "connections.id", "secrets.connection_id")
        .selectAll("secrets")
        .select("connections.workspace_id")
        .orderBy("secrets.connection_id");
      const rows = await (page ? all.where("secrets.connection_id", ">", page.after).limit(page.limit) : all).execute();
      return rows.map((row) => ({ ...sealedOf(row), workspaceId: row.workspace_id }));
    },
    reseal: (connectionId, before, jwe) =>
      db.write(async (q) => {
        const update = q.updateTable("secrets").set({ jwe }).where("connection_id", "=", connectionId).where("jwe", "=", before);
        return (await update.executeTakeFirst()).numUpdatedRows === 1n;
      }),
  };
}

/** Leases by name, for what only one process may do at a time. */
function namedLeases(db: Db): Pick<VaultStore, "lease" | "release" | "lapsed"> {
  return {
    lease: (name, owner, now, until) =>
      db.write(async (q) => {
        const { numInsertedOrUpdatedRows } = await q
          .insertInto("leases")
          .values({ name, owner, until })
          .onConflict((c) =>
            c
              .column("name")
              .doUpdateSet({ owner, until })
              .where((e) => e.or([e("leases.owner", "=", owner), e("leases.until", "<=", now)])),
          )
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }),
    release: (name, owner) =>
      db.write(async (q) => void (await q.deleteFrom("leases").where("name", "=", name).where("owner", "=", owner).execute())),
    async lapsed(prefix, now) {
      const rows = await db.q.selectFrom("leases").select("name").where("name", "like", `${prefix}%`).where("until", "<=", now).execute();
      return rows.map(({ name }) => name);
    },
  };
}

type Reads = ReturnType<typeof prepareReads>;

/** What every call reads. */
function prepareReads(db: Db) {
  const [workspaceId, id, name] = ["workspaceId", "id", "name"].map(marker<string>) as [string, string, string];
  const own = (q: Kysely<Schema>) => q.selectFrom("connections").selectAll().where("workspace_id", "=", workspaceId);
  return {
    byId: readBuiltOnce(db.q, (q) => own(q).where("id", "=", id)),
    byName: readBuiltOnce(db.q, (q) => own(q).where("name", "=", name)),
    ending: readBuiltOnce(db.q, (q) =>
      q
        .selectFrom("connections")
        .selectAll()
        .where("status", "<>", "broken")
        .where("expires_at", "<=", marker<number>("until"))
        .orderBy("id"),
    ),
    sealed: readBuiltOnce(db.q, (q) =>
      q
        .selectFrom("secrets")
        .selectAll()
        .where("connection_id", "in", ownConnection(q, workspaceId, id)),
    ),
  };
}

type What = string | null | undefined;

/** Notes a change, unless the workspace does not have the connection, or `what` is undefined: then nobody needs to know. */
export async function noteConnection(
  q: Kysely<Schema>,
  note: Note,
  { workspaceId, id }: Pick<Connection, "workspaceId" | "id">,
  whatOf: (before: Row) => What,
  { by, patch, detailOf = () => null }: { by?: string | undefined; patch?: Partial<Connection>; detailOf?: (before: Row) => Json } = {},
): Promise<void> {
  const query = q.selectFrom("connections").selectAll().where("id", "=", id).where("workspace_id", "=", workspaceId);
  const row = await query.executeTakeFirst();
  const what = row && whatOf(row);
  if (!row || what === undefined) return;
  const login = patch?.loginAt === undefined ? [] : [{ field: "login" }];
  const fields = patch ? [...changedFields({ ...connectionOf(row) }, configured(patch)), ...login] : [];
  const webhook = patch && webhookOf(row, patch);
  note({ workspaceId, kind: "connection", id, what, name: row.name, fields, detail: detailOf(row), ...defined({ by, webhook }) });
}

const isUnusable = (status: string): boolean => status === "broken" || status === "paused";

/** What webhook endpoints are sent of a change of a connection: that it cannot be used any more, or can again. */
function webhookOf({ id, name, app, status }: Row, patch: Partial<Connection>): WebhookEvent | undefined {
  if (patch.status === undefined || isUnusable(patch.status) === isUnusable(status)) return undefined;
  const type = isUnusable(patch.status) ? "connection.broken" : "connection.restored";
  return { type, subject: { connection: { id, name, app } } };
}

/** Of a change of a connection, what people decide: without what calls and tests record of it. */
const configured = (patch: Partial<Connection>): Partial<Connection> =>
  Object.fromEntries(
    Object.entries(patch).filter(
      ([member]) => !learned.has(member as keyof Connection) && member !== "formerNames" && member !== "loginAt",
    ),
  );

/** What calls and tests record of a connection, besides its status. */
const learned = new Set<keyof Connection>([
  "status",
  "reason",
  "problem",
  "checkedAt",
  "checkedBy",
  "expiresAt",
  "lastUsedAt",
  "updatedAt",
]);

/** A connection in use says so every minute: only a new status is a change. */
function whatOf(patch: Partial<Connection>, statusBefore: string): What {
  if (members.some((member) => member in patch && !learned.has(member))) return "changed";
  return patch.status === undefined || patch.status === statusBefore ? undefined : patch.status;
}

/** Keeps what a connection is for, without its login: its runs outlive it. */
async function keepRemoved(q: Kysely<Schema>, { workspaceId, id }: Pick<Connection, "workspaceId" | "id">, now: number): Promise<void> {
  const row = await q.selectFrom("connections").selectAll().where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
  if (!row) return;
  const { title, app, location_id, company_id } = row;
  const names = JSON.stringify([row.name, ...(parsed<string[]>(row.former_names) ?? [])]);
  await q
    .insertInto("removed_connections")
    .values({ id, workspace_id: workspaceId, names, title, app, location_id, company_id, removed_at: now })
    .execute();
}

function removedOf(row: Selectable<Schema["removed_connections"]>): RemovedConnection {
  const { id, title, app, location_id: locationId, company_id: companyId, removed_at: removedAt } = row;
  const [name, ...formerNames] = parsed<[string, ...string[]]>(row.names)!;
  return {
    id,
    name,
    formerNames,
    title,
    app,
    ...(locationId !== null && { locationId }),
    ...(companyId !== null && { companyId }),
    removedAt,
  };
}

/** A connection's id, if the workspace has it. A secret carries no workspace of its own: it is only reached through its connection. */
const ownConnection = (q: Kysely<Schema>, workspaceId: string, id: string) =>
  q.selectFrom("connections").select("id").where("id", "=", id).where("workspace_id", "=", workspaceId);

/** The connection that had a name before. Called only for a name that no connection has now, so a scan is cheap enough. */
async function formerly(q: Kysely<Schema>, workspaceId: string, name: string): Promise<Row | undefined> {
  const rows = await q
    .selectFrom("connections")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("former_names", "is not", null)
    .execute();
  return rows.find((row) => (parsed(row.former_names!) as string[]).includes(name));
}

/** Flows may still use a former name: another connection with that name would be called instead. */
async function refuseFormer(q: Kysely<Schema>, workspaceId: string, id: string, name: string): Promise<void> {
  const other = await formerly(q, workspaceId, name);
  if (!other || other.id === id) return;
  const problem = `'${name}' is the former name of the connection '${other.name}', and flows may still use it. Choose another name`;
  throw new MillraceError("CONFLICT", { details: { problem } });
}

const columns = {
  id: "id",
  workspaceId: "workspace_id",
  name: "name",
  title: "title",
  app: "app",
  auth: "auth",
  baseUrl: "base_url",
  locationId: "location_id",
  companyId: "company_id",
  access: "access",
  scopes: "scopes",
  settings: "settings",
  formerNames: "former_names",
  status: "status",
  reason: "reason",
  problem: "problem",
  checkedAt: "checked_at",
  checkedBy: "checked_by",
  expiresAt: "expires_at",
  lastUsedAt: "last_used_at",
  loginAt: "login_at",
  createdAt: "created_at",
  updatedAt: "updated_at",
} as const satisfies Record<keyof Connection, keyof Row>;
const members = Object.keys(columns) as (keyof Connection)[];
const isJson = (member: keyof Connection): boolean => member === "scopes" || member === "settings" || member === "formerNames";

/** The columns of the members that are there; one that is there and undefined is cleared. */
function changeOf(patch: Partial<Connection>): Updateable<Schema["connections"]> {
  const changed = members.filter((member) => member in patch);
  return Object.fromEntries(
    changed.map((member) => [columns[member], isJson(member) ? jsonOrNull(patch[member]) : (patch[member] ?? null)]),
  );
}

const rowOf = (connection: Connection): Row =>
  ({ ...Object.fromEntries(Object.values(columns).map((column) => [column, null])), ...changeOf(connection) }) as Row;

function connectionOf(row: Row | undefined): Connection | null {
  if (!row) return null;
  const present = members.filter((member) => row[columns[member]] !== null);
  return Object.fromEntries(
    present.map((member) => [member, isJson(member) ? parsed(row[columns[member]] as string) : row[columns[member]]]),
  ) as unknown as Connection;
}

const sealedRow = ({ connectionId, jwe, version, updatedAt }: SealedSecret): Selectable<Schema["secrets"]> => ({
  connection_id: connectionId,
  jwe,
  version,
  updated_at: updatedAt,
});
const sealedOf = (row: Selectable<Schema["secrets"]>): SealedSecret => ({
  connectionId: row.connection_id,
  jwe: row.jwe,
  version: row.version,
  updatedAt: row.updated_at,
});

/** Turns a duplicate name into an error that people understand. */
async function named(name: string, statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new MillraceError("CONFLICT", { cause: error, details: { problem: `There is a connection named '${name}' already` } });
  }
}
