import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Pool, type ClientBase, type PoolClient } from "pg";
import { asStoreError, codeOf, isConnectionLost } from "./connection-error.ts";
import { encodeValue, valueTypes } from "./values.ts";

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  max: number;
  /** A statement that runs longer is cancelled; 0 sets no limit. */
  statementTimeoutMs: number;
}

const connectTimeoutMs = 10_000;
/** Longer than the server's own limit: past it, the server is gone. */
const silenceMs = 30_000;
/** A transaction that is idle for so long belongs to a process that hangs, and its locks hold up others. */
const idleInTransactionMs = 60_000;

/** Connections to PostgreSQL as Kysely wants them. */
export class ConnectionPool implements PostgresPool {
  readonly #pool: Pool;
  readonly #connections = new WeakMap<PoolClient, Connection>();
  /** Statements that are prepared once on each connection, by their text. */
  readonly #prepared = new Map<string, string>();

  constructor({ url, max, statementTimeoutMs }: PoolOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max,
      application_name: "millrace",
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      types: valueTypes,
      ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + silenceMs }),
      onConnect: (client) => configure(client, statementTimeoutMs) as unknown as void, // it is awaited, which its type does not say
    });
    this.#pool.on("error", () => undefined); // an idle connection was cut off; the next query opens another
  }

  /** Prepares this text on each connection that executes it. */
  prepare(sql: string): void {
    if (!this.#prepared.has(sql)) this.#prepared.set(sql, `millrace_${this.#prepared.size}`);
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect().catch((error: unknown) => Promise.reject(asStoreError(error)));
    let connection = this.#connections.get(client);
    if (!connection) this.#connections.set(client, (connection = new Connection(client, this.#prepared)));
    return connection;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** The settings that Millrace relies on, whatever the server, database or user has. */
async function configure(client: ClientBase, statementTimeoutMs: number): Promise<void> {
  await client.query(
    `select set_config('statement_timeout', $1, false),
       set_config('idle_in_transaction_session_timeout', $2, false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)`,
    [String(statementTimeoutMs), String(idleInTransactionMs)],
  );
}

/** The columns of a row have changed under a statement that was prepared before: a newer Millrace did that. */
const staleStatement = "0A000";

/** One connection, with what Kysely does not look after. */
class Connection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #prepared: ReadonlyMap<string, string>;
  /** Why it is not to be used again. */
  #broken: Error | null = null;

  constructor(client: PoolClient, prepared: ReadonlyMap<string, string>) {
    this.#client = client;
    client.on("error", (error) => (this.#broken = asStoreError(error) as Error)); // it was cut off between two queries; nobody else listens then
    this.#prepared = prepared;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(sql: string | PostgresCursor<R>, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof sql !== "string") throw new TypeError("Cursors are not used.");
    return this.#run(sql, parameters);
  }

  async #run<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (this.#broken) throw this.#broken;
    const name = this.#prepared.get(sql);
    try {
      const answer = await this.#client.query({ text: sql, values: parameters.map(encodeValue), ...(name !== undefined && { name }) });
      const result = (Array.isArray(answer) ? answer.at(-1) : answer) as PostgresQueryResult<R>;
      return committed(sql, result);
    } catch (error) {
      const failure = asStoreError(error);
      if (isConnectionLost(failure) || codeOf(failure) === staleStatement) this.#broken = failure as Error;
      throw failure;
    }
  }

  release(): void {
    this.#client.release(this.#broken ?? undefined);
  }
}

/** PostgreSQL answers the COMMIT of a transaction in which a statement failed with ROLLBACK, and calls that a success. */
function committed<T extends { command: string }>(sql: string, result: T): T {
  if (sql === "commit" && result.command !== "COMMIT")
    throw Object.assign(new Error("The transaction was rolled back, because a statement in it had failed"), { code: "25P02" });
  return result;
}
