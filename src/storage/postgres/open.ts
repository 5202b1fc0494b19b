import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression, sql } from "kysely";
import { storeUnusable } from "../faults.ts";
import { migrate } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import { ColumnPlugin } from "./column-plugin.ts";
import { PostgresDb } from "./database.ts";
import { CertainDialect } from "./driver.ts";
import { explainPostgresFault, placeOf } from "./faults.ts";
import { ConnectionPool } from "./pool.ts";

export interface PostgresOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Connections at most. */
  poolSize?: number;
}

const defaultPoolSize = 10;
const statementTimeoutMs = 60_000;

/**
 * Opens (and brings up to date) a store on PostgreSQL. Each commit has reached the server's disk when it returns, unless the server itself
 * is set not to wait for its disk; `warnings` says so. Throws STORE_UNUSABLE where server, database or user are at fault.
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresDb> {
  try {
    await prepareDatabase(options.url);
    const pool = new ConnectionPool({ url: options.url, max: options.poolSize ?? defaultPoolSize, statementTimeoutMs });
    return new PostgresDb(connect(pool), pool);
  } catch (thrown) {
    throw explainPostgresFault(thrown, options.url);
  }
}

/** Checks what cannot be set from here, and makes the tables. On connections of its own, since a migration may take long. */
async function prepareDatabase(url: string): Promise<void> {
  const q = connect(new ConnectionPool({ url, max: 2, statementTimeoutMs: 0 }));
  try {
    const { encoding, schema } = await readServer(q);
    if (encoding !== "UTF8")
      throw storeUnusable(
        "not writable",
        `${placeOf(url)} stores texts as ${encoding}, which has no place for all characters`,
        "Make a database with: createdb -T template0 -E UTF8 millrace",
      );
    if (schema === null) throw Object.assign(new Error("no schema of its search_path exists"), { code: "42501" });
    await migrate(q.withPlugin(new ColumnPlugin()), { name: placeOf(url), schema });
  } finally {
    await q.destroy();
  }
}

interface ServerSettings {
  encoding: string;
  schema: string | null;
  fsync: string;
}

async function readServer(q: Kysely<Schema>): Promise<ServerSettings> {
  const { rows } = await sql<ServerSettings>`
    select current_setting('server_encoding') as encoding, current_schema()::text as schema, current_setting('fsync') as fsync`.execute(q);
  return rows[0]!;
}

/** SQLite takes `in ()`, PostgreSQL does not. */
const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });

const connect = (pool: ConnectionPool): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new CertainDialect({ pool }), plugins: [emptyLists] });
