import type { Selectable } from "kysely";
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
  /** Those of every workspace: a request is recognised by its key before it is known which workspace it is about. */
  all(): Promise<ApiKeyRow[]>;
  /** Makes `row` the workspace's only key, in one transaction. */
  replace(row: ApiKeyRow): Promise<void>;
}

export function createApiKeyStore(db: Db): ApiKeyStore {
  return {
    async all() {
      return (await db.q.selectFrom("api_keys").selectAll().orderBy("id").execute()).map(keyOf);
    },
    replace: (row) =>
      db.write(async (q) => {
        await q.deleteFrom("api_keys").where("workspace_id", "=", row.workspaceId).execute();
        await q.insertInto("api_keys").values(keyRow(row)).execute();
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
