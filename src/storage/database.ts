import Sqlite from "better-sqlite3";
import { Kysely, Migrator, SqliteAdapter, SqliteDialect, type Compilable, type Transaction } from "kysely";
import { migrations } from "./migrations.ts";
import type { Schema } from "./schema.ts";

/** The open database. All writes of the process pass through `write` or `batch`, one at a time. */
export interface Db {
  readonly dialect: "sqlite" | "postgres";
  /** For reads. */
  readonly q: Kysely<Schema>;
  /** A transaction of several statements, each built by Kysely. */
  write<T>(fn: (q: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The hot path's transaction: prepared statements only, run without a pause. */
  batch<T>(fn: () => T): Promise<T>;
  /** A statement built once by Kysely from markers (`":id"`), to be run inside `batch` or to read. */
  statement(build: (q: Kysely<Schema>) => Compilable): Statement;
  /** Copies the database to a file while it is in use. */
  backup(file: string): Promise<void>;
  /** "ok", or what the integrity check found. */
  check(): string;
  close(): Promise<void>;
}

export interface Statement {
  /** Values by marker name. Returns how many rows changed. */
  run(values: Record<string, unknown>): number;
  all<T>(values: Record<string, unknown>): T[];
  get<T>(values: Record<string, unknown>): T | undefined;
}

export interface DatabaseOptions {
  /** Path, or `:memory:`. */
  file: string;
  /** Upper bound of the file in pages of 8 KiB; lets a test fill the disk without filling the disk. */
  maxPages?: number;
}

/** Opens (and brings up to date) the embedded store. Each commit has reached the disk when it returns: WAL with synchronous FULL. */
export async function openSqlite({ file, maxPages }: DatabaseOptions): Promise<Db> {
  const raw = new Sqlite(file);
  raw.pragma("page_size = 8192"); // a commit touches the last page of a dozen trees: measured, a sixth more events a second than with 4 KiB
  raw.pragma("journal_mode = WAL");
  raw.pragma("synchronous = FULL");
  raw.pragma("busy_timeout = 5000");
  raw.pragma("wal_autocheckpoint = 4000");
  raw.pragma("cache_size = -32000");
  raw.pragma("temp_store = MEMORY");
  if (maxPages !== undefined) raw.pragma(`max_page_count = ${Math.trunc(maxPages)}`);
  const q = new Kysely<Schema>({ dialect: new WholeMigrations({ database: raw }) });
  try {
    await migrate(q);
  } catch (error) {
    await q.destroy();
    throw error;
  }
  return sqliteDb(raw, q);
}

/** SQLite takes changes of tables in a transaction, which Kysely does not count on: a migration that a crash cut short could never be done again. */
class WholeMigrations extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalDdl();
  }
}
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

async function migrate(q: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db: q, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

function sqliteDb(raw: Sqlite.Database, q: Kysely<Schema>): Db {
  const mutex = createMutex();
  const begin = raw.prepare("BEGIN IMMEDIATE");
  const commit = raw.prepare("COMMIT");
  const rollback = raw.prepare("ROLLBACK");
  const atomically = <T>(fn: () => T): T => {
    begin.run();
    try {
      const result = fn();
      commit.run();
      return result;
    } catch (error) {
      if (raw.inTransaction) rollback.run(); // SQLite has already rolled back after SQLITE_FULL and the like
      throw error;
    }
  };
  return {
    dialect: "sqlite",
    q,
    write: (fn) => mutex.exclusively(() => q.transaction().execute(fn)),
    batch: (fn) => (mutex.free() ? settled(() => atomically(fn)) : mutex.exclusively(async () => atomically(fn))),
    statement: (build) => sqliteStatement(raw, build(q).compile()),
    backup: async (file) => void (await raw.backup(file)),
    check: () => String(raw.pragma("quick_check", { simple: true })),
    async close() {
      await mutex.exclusively(async () => {
        await q.destroy();
        if (raw.open) raw.close();
      });
    },
  };
}

/** The result of a synchronous function as a promise, its throw as a rejection. */
function settled<T>(fn: () => T): Promise<T> {
  try {
    return Promise.resolve(fn());
  } catch (error) {
    return Promise.reject(error);
  }
}

function sqliteStatement(raw: Sqlite.Database, compiled: { sql: string; parameters: readonly unknown[] }): Statement {
  const prepared = raw.prepare(compiled.sql);
  const markers = compiled.parameters.map((p) => (typeof p === "string" && p.startsWith(":") ? p.slice(1) : null));
  const args = (values: Record<string, unknown>) =>
    markers.map((name, i) => (name === null ? compiled.parameters[i] : (values[name] ?? null)));
  return {
    run: (values) => prepared.run(args(values)).changes,
    all: <T>(values: Record<string, unknown>) => prepared.all(args(values)) as T[],
    get: <T>(values: Record<string, unknown>) => prepared.get(args(values)) as T | undefined,
  };
}

interface Mutex {
  free(): boolean;
  exclusively<T>(fn: () => Promise<T>): Promise<T>;
}

/** One writer at a time, first come first served. */
function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  let holders = 0;
  return {
    free: () => holders === 0,
    exclusively(fn) {
      holders++;
      const result = tail.then(fn).finally(() => holders--);
      tail = result.catch(() => undefined);
      return result;
    },
  };
}
