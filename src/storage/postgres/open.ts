import { storeUnusable } from "../faults.ts";
import { migrate } from "../migrate.ts";
import { ColumnPlugin } from "./column-plugin.ts";
import { PostgresDb } from "./database.ts";
import { connect } from "./connect.ts";
import { explainPostgresFault, placeOf } from "./faults.ts";
import { ConnectionPool } from "./pool.ts";
import { readServer, serverWarnings } from "./server-facts.ts";

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
    const warnings = await prepareDatabase(options.url);
    const pool = new ConnectionPool({ url: options.url, max: options.poolSize ?? defaultPoolSize, statementTimeoutMs });
    return new PostgresDb(connect(pool), pool, warnings);
  } catch (thrown) {
    throw explainPostgresFault(thrown, options.url);
  }
}

/** Checks what cannot be set from here, and makes the tables. On connections of its own, since a migration may take long. */
async function prepareDatabase(url: string): Promise<string[]> {
  const q = connect(new ConnectionPool({ url, max: 2, statementTimeoutMs: 0 }));
  try {
    const server = await readServer(q);
    const { encoding, schema } = server;
    if (encoding !== "UTF8")
      throw storeUnusable(
        "not writable",
        `${placeOf(url)} stores texts as ${encoding}, which has no place for all characters`,
        "Make a database with: createdb -T template0 -E UTF8 millrace",
      );
    if (schema === null) throw Object.assign(new Error("no schema of its search_path exists"), { code: "42501" });
    await migrate(q.withPlugin(new ColumnPlugin()), { name: placeOf(url), schema });
    return serverWarnings(server);
  } finally {
    await q.destroy();
  }
}
