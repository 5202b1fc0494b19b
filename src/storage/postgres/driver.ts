import {
  CompiledQuery,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
  type TransactionSettings,
} from "kysely";
import { isConnectionLost } from "./connection-error.ts";

/** Kysely's dialect, with commits whose outcome is checked when the connection breaks. */
export class CertainDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new CertainDriver(this.#config);
  }
}

const asksAgainMs = 250;
const asksTimes = 60;

/**
 * A connection that is lost during COMMIT leaves open whether the transaction took place. PostgreSQL can be asked afterwards, by the number
 * of the transaction; so no commit is reported as failed that took place, and none is made twice.
 */
class CertainDriver extends PostgresDriver {
  readonly #transactions = new WeakMap<DatabaseConnection, string>();

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    if (settings.isolationLevel || settings.accessMode) return super.beginTransaction(connection, settings);
    const { rows } = await connection.executeQuery<{ xid: string }>(CompiledQuery.raw("begin; select pg_current_xact_id()::text as xid"));
    this.#transactions.set(connection, rows[0]!.xid);
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      const xid = this.#transactions.get(connection);
      if (xid === undefined || !isConnectionLost(error) || !(await this.#tookPlace(xid, error))) throw error;
    }
  }

  async #tookPlace(xid: string, lost: unknown): Promise<boolean> {
    for (let i = 0; i < asksTimes; i++) {
      const status = await this.#statusOf(xid);
      if (status === "committed") return true;
      if (status === "aborted") return false;
      await new Promise((resolve) => setTimeout(resolve, asksAgainMs));
    }
    throw lost;
  }

  /** Null while the server cannot answer. */
  async #statusOf(xid: string): Promise<string | null> {
    let connection: DatabaseConnection | undefined;
    try {
      connection = await this.acquireConnection();
      const { rows } = await connection.executeQuery<{ status: string | null }>(
        CompiledQuery.raw("select pg_xact_status($1::text::xid8) as status", [xid]),
      );
      return rows[0]!.status ?? "aborted"; // unknown: so old, or never seen
    } catch (error) {
      if (isConnectionLost(error)) return null;
      throw error;
    } finally {
      if (connection) await this.releaseConnection(connection as never);
    }
  }
}
