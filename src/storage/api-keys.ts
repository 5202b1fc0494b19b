import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import type { Role } from "#kernel/roles.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** An API key as it is kept: enough to recognise it, not to use it. */
export interface ApiKeyRow {
  id: string;
  workspaceId: string;
  name: string;
  /** The first characters, by which a person tells keys apart. */
  prefix: string;
  /** SHA-256 of the key. The key has 256 random bits, so a slow hash would add nothing. */
  hash: string;
  createdAt: number;
  lastUsedAt: number | null;
  /** Null: the workspace's own key, which may do everything in it. There is one. */
  role: Role | null;
  /** What it is narrowed to; null: all that the role has. */
  scopes: readonly string[] | null;
  /** The addresses and ranges it works from; null: from anywhere. */
  allowedFrom: readonly string[] | null;
  expiresAt: number | null;
  madeBy: string | null;
}

/** Where API keys rest. */
export interface ApiKeyStore {
  /** Those of every workspace: the key of a request says which workspace it is about. */
  all(): Promise<ApiKeyRow[]>;
  /** Makes `row` the workspace's own key, in one transaction. `by`: who does, for the list of changes. */
  replace(row: ApiKeyRow, by?: string): Promise<void>;
  /** Adds an API key. */
  add(row: ApiKeyRow, by: string): Promise<void>;
  /** Deletes an API key; false if there is none. */
  remove(workspaceId: string, id: string, by: string): Promise<boolean>;
  /** Notes that it was used. */
  touch(id: string, usedAt: number): Promise<void>;
}

export function createApiKeyStore(db: Db, log: ChangeLog = new ChangeLog(db)): ApiKeyStore {
  return {
    async all() {
      return (await db.q.selectFrom("api_keys").selectAll().orderBy("id").execute()).map(keyOf);
    },
    replace: (row, by) =>
      log.write(async (q, note) => {
        const { workspaceId, id, prefix: name } = row;
        const { numDeletedRows } = await q
          .deleteFrom("api_keys")
          .where("workspace_id", "=", workspaceId)
          .where("role", "is", null)
          .executeTakeFirst();
        await q.insertInto("api_keys").values(keyRow(row)).execute();
        note({ workspaceId, kind: "api_key", id, what: numDeletedRows === 0n ? "created" : "replaced", name, ...defined({ by }) });
      }),
    add: (row, by) =>
      log.write(async (q, note) => {
        await q.insertInto("api_keys").values(keyRow(row)).execute();
        note({ workspaceId: row.workspaceId, kind: "api_key", id: row.id, what: "created", name: row.name, by });
      }),
    remove: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("api_keys")
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .where("role", "is not", null)
          .returning("name")
          .executeTakeFirst();
        if (row) note({ workspaceId, kind: "api_key", id, what: "removed", name: row.name, by });
        return row !== undefined;
      }),
    touch: (id, usedAt) =>
      db.write(async (q) => void (await q.updateTable("api_keys").set({ last_used_at: usedAt }).where("id", "=", id).execute())),
  };
}

const keyRow = (k: ApiKeyRow): Selectable<Schema["api_keys"]> => ({
  id: k.id,
  workspace_id: k.workspaceId,
  name: k.name,
  prefix: k.prefix,
  hash: k.hash,
  created_at: k.createdAt,
  last_used_at: k.lastUsedAt,
  role: k.role,
  scopes: k.scopes && JSON.stringify(k.scopes),
  allowed_from: k.allowedFrom && JSON.stringify(k.allowedFrom),
  expires_at: k.expiresAt,
  made_by: k.madeBy,
});

const keyOf = (r: Selectable<Schema["api_keys"]>): ApiKeyRow => ({
  id: r.id,
  workspaceId: r.workspace_id,
  name: r.name,
  prefix: r.prefix,
  hash: r.hash,
  createdAt: r.created_at,
  lastUsedAt: r.last_used_at,
  role: r.role as Role | null,
  scopes: listOf(r.scopes),
  allowedFrom: listOf(r.allowed_from),
  expiresAt: r.expires_at,
  madeBy: r.made_by,
});

const listOf = (text: string | null): string[] | null => (text === null ? null : (JSON.parse(text) as string[]));
