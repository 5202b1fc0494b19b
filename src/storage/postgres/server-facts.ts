import { sql, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What matters of a server and its settings. */
export interface ServerFacts {
  version: string;
  encoding: string;
  /** Where tables are made; null where none of the search path exists. */
  schema: string | null;
  fsync: string;
  full_page_writes: string;
  bytes: number;
  connections: number;
  max_connections: number;
}

export async function readServer(q: Kysely<Schema>): Promise<ServerFacts> {
  const { rows } = await sql<ServerFacts>`
    select current_setting('server_version') as version, current_setting('server_encoding') as encoding, current_schema()::text as schema,
      current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes, pg_database_size(current_database()) as bytes,
      (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::bigint as max_connections`.execute(q);
  return rows[0]!;
}

/** Settings that Millrace cannot change and that break its promise, a sentence each. */
export function serverWarnings({ fsync, full_page_writes }: ServerFacts): string[] {
  const warnings: string[] = [];
  if (fsync === "off")
    warnings.push("PostgreSQL is set not to write to its disk (fsync = off): a power failure can destroy the store. Set fsync = on.");
  else if (full_page_writes === "off")
    warnings.push(
      "PostgreSQL is set to full_page_writes = off: a power failure can destroy the store, unless its file system writes pages whole. Set it to on.",
    );
  return warnings;
}
