import { sql, type Kysely } from "kysely";
import { marksOf } from "../marks.ts";
import type { StoreReport } from "../store-report.ts";
import type { Schema } from "../schema.ts";
import { connect } from "./connect.ts";
import { explainPostgresFault, placeOf } from "./faults.ts";
import { ConnectionPool } from "./pool.ts";
import { readServer, serverWarnings } from "./server-facts.ts";

const patienceMs = 30_000;

/** Whether a store was begun in this database. */
export const postgresHoldsWorkspace = (url: string): Promise<boolean> => looking(url, holdsWorkspace);

/** What a store is like, seen beside whoever uses it; null where none was begun. */
export const inspectPostgres = (url: string): Promise<StoreReport | null> =>
  looking(url, async (q) => {
    if (!(await holdsWorkspace(q))) return null;
    const server = await readServer(q);
    const marks = (await hasTable(q, "store_marks")) ? await q.selectFrom("store_marks").selectAll().execute() : [];
    return {
      check: "ok",
      says: `${placeOf(url)}, PostgreSQL ${server.version}, ${Math.ceil(server.bytes / 1024 ** 2)} MiB, ${server.connections} of ${server.max_connections} connections in use`,
      marks: marksOf(marks),
      warnings: serverWarnings(server),
    };
  });

async function looking<T>(url: string, look: (q: Kysely<Schema>) => Promise<T>): Promise<T> {
  const q = connect(new ConnectionPool({ url, max: 1, statementTimeoutMs: patienceMs }));
  try {
    return await look(q);
  } catch (thrown) {
    throw explainPostgresFault(thrown, url);
  } finally {
    await q.destroy();
  }
}

async function holdsWorkspace(q: Kysely<Schema>): Promise<boolean> {
  return (await hasTable(q, "workspaces")) && (await q.selectFrom("workspaces").select("id").limit(1).execute()).length > 0;
}

async function hasTable(q: Kysely<Schema>, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(q);
  return rows[0]!.found;
}
