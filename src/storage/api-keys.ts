import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
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
}

/** Where API keys rest. */
export interface ApiKeyStore {
  /** Those of every workspace: the key of a request says which workspace it is about. */
  all(): Promise<ApiKeyRow[]>;
  /** Makes `row` the workspace's only key, in one transaction. `by`: who does, for the list of changes. */
  replace(row: ApiKeyRow, by?: string): Promise<void>;
}

export function createApiKeyStore(db: Db, log: ChangeLog = new ChangeLog(db)): ApiKeyStore {
  return {
    async all() {
      return (await db.q.selectFrom("api_keys").selectAll().orderBy("id").execute()).map(keyOf);
    },
    replace: (row, by) =>
      log.write(async (q, note) => {
        const { workspaceId, id, prefix: name } = row;
        const { numDeletedRows } = await q.deleteFrom("api_keys").where("workspace_id", "=", workspaceId).executeTakeFirst();
        await q.insertInto("api_keys").values(keyRow(row)).execute();
        note({ workspaceId, kind: "api_key", id, what: numDeletedRows === 0n ? "created" : "replaced", name, ...defined({ by }) });
      }),
  };
}

const keyRow = (k: ApiKeyRow): Selectable<Schema["api_keys"]> => ({
  id: k.id,
  workspace_id: k.workspaceId,
  name: k.name,
  prefix: k.prefix,
  hash: k.hash,
  created_at: k.createdAt,
  last_used_at: null,
});

const keyOf = (r: Selectable<Schema["api_keys"]>): ApiKeyRow => ({
  id: r.id,
  workspaceId: r.workspace_id,
  name: r.name,
  prefix: r.prefix,
  hash: r.hash,
  createdAt: r.created_at,
});
