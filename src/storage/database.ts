import Sqlite from "better-sqlite3";
import { Kysely, SqliteAdapter, SqliteDialect, type Compilable, type CompiledQuery, type Transaction } from "kysely";
import { explainStoreFault } from "./faults.ts";
import { migrate } from "./migrate.ts";
import { createMutex } from "./mutex.ts";
import type { Schema } from "./schema.ts";
import { markersOf } from "./markers.ts";
import { noDisk, walDisk, type Disk, type SyncFile } from "./sqlite/disk.ts";
import { keepStatements } from "./sqlite/kept-statements.ts";
import { atOnce, done, type Work } from "./work.ts";

/** The open database. All writes of the process pass through `write` or `batch`, one at a time. */
export interface Db {
  readonly dialect: "sqlite" | "postgres";
  /** What the operator should know of the database's settings, a sentence each. */
  readonly warnings: readonly string[];
  /** For reads. */
  readonly q: Kysely<Schema>;
  /** A transaction of several statements, each built by Kysely. */
  write<T>(fn: (q: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The hot path's transaction: prepared statements only. On SQLite it runs without a pause. */
  batch<T>(work: () => Work<T>): Promise<T>;
  /** Reads with prepared statements outside of a transaction. */
  read<T>(work: () => Work<T>): Promise<T>;
  /** A statement built once by Kysely from markers (`":id"`), for use inside `batch` or `read`. */
  statement(build: (q: Kysely<Schema>) => Compilable): Statement;
  /**
   * Copies what was committed from the -wal file into the database file. It waits for nobody: false when a reader kept some of it back.
   * PostgreSQL looks after that by itself.
   */
  checkpoint(): boolean;
  close(): Promise<void>;
}

export interface Statement {
  /** Values by marker name. Returns how many rows changed. */
  run(values: Record<string, unknown>): Work<number>;
  all<T>(values: Record<string, unknown>): Work<T[]>;
  get<T>(values: Record<string, unknown>): Work<T | undefined>;
}

export interface DatabaseOptions {
  /** Path, or `:memory:`. */
  file: string;
  /** Upper bound of the file in pages of 8 KiB; lets a test fill the disk without filling the disk. */
  maxPages?: number;
  /** How the write-ahead log is brought to the disk; lets a test fail it, or hold it up. */
  syncing?: SyncFile;
}

/** What the first store in memory began with. Later ones of this process are copies of it: its tables take longer to make than most tests. */
let emptyStore: Buffer | undefined;

/**
 * Opens (and brings up to date) the embedded store. Each commit has reached the disk when its promise resolves.
 * Throws STORE_UNUSABLE where the file, its folder or the disk is at fault.
 */
export async function openSqlite(options: DatabaseOptions): Promise<Db> {
  let raw: Sqlite.Database | undefined;
  try {
    const inMemory = options.file === ":memory:";
    const copied = inMemory ? emptyStore : undefined;
    raw = new Sqlite(copied ?? options.file);
    configure(raw, options);
    if (!copied) await migrate(new Kysely<Schema>({ dialect: new WholeMigrations({ database: raw }) }), { name: options.file });
    if (inMemory) emptyStore ??= raw.serialize();
    const q = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepStatements(raw) }) });
    return sqliteDb(raw, q, inMemory ? noDisk : walDisk(options.file, options.syncing));
  } catch (thrown) {
    raw?.close();
    throw explainStoreFault(thrown, options.file);
  }
}

function configure(raw: Sqlite.Database, { maxPages }: DatabaseOptions): void {
  raw.pragma("page_size = 8192"); // a commit touches the last page of a dozen trees: measured, a sixth more events a second than with 4 KiB
  raw.pragma("journal_mode = WAL");
  raw.pragma("synchronous = NORMAL"); // the log is synced beside the event loop, before a commit's promise resolves (see sqlite/disk.ts)
  raw.pragma("busy_timeout = 5000");
  raw.pragma("wal_autocheckpoint = 4000");
  raw.pragma("cache_size = -32000");
  raw.pragma("temp_store = MEMORY");
  if (maxPages !== undefined) raw.pragma(`max_page_count = ${Math.trunc(maxPages)}`);
}

/** Runs migrations in a transaction, which SQLite supports and Kysely does not assume. Otherwise one that a crash cut short could never run again. */
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

function sqliteDb(raw: Sqlite.Database, q: Kysely<Schema>, disk: Disk): Db {
  const mutex = createMutex();
  const begin = raw.prepare("BEGIN IMMEDIATE");
  const commit = raw.prepare("COMMIT");
  const rollback = raw.prepare("ROLLBACK");
  const atomically = <T>(work: () => Work<T>): T => {
    disk.check();
    begin.run();
    try {
      const result = atOnce(work());
      commit.run();
      return result;
    } catch (error) {
      if (raw.inTransaction) rollback.run(); // SQLite has already rolled back after SQLITE_FULL and the like
      throw error;
    }
  };
  const durable = async <T>(committed: Promise<T>): Promise<T> => {
    const result = await committed;
    await disk.reached();
    return result;
  };
  return {
    dialect: "sqlite",
    warnings: [],
    q,
    write: (fn) =>
      durable(
        mutex.exclusively(async () => {
          disk.check();
          return q.transaction().execute(fn);
        }),
      ),
    batch: (work) => durable(mutex.free() ? settled(() => atomically(work)) : mutex.exclusively(async () => atomically(work))),
    read: (work) => settled(() => atOnce(work())),
    statement: (build) => sqliteStatement(raw, () => build(q).compile()),
    checkpoint() {
      const [state] = raw.pragma("wal_checkpoint(PASSIVE)") as { busy: number; log: number; checkpointed: number }[];
      return state !== undefined && state.busy === 0 && state.log === state.checkpointed;
    },
    async close() {
      await mutex.exclusively(async () => {
        await disk.close();
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

/** A store has a hundred queries and mostly uses a few: each is built and prepared on first use. */
function sqliteStatement(raw: Sqlite.Database, compile: () => CompiledQuery): Statement {
  let made: PreparedStatement | undefined;
  const bound = (values: Record<string, unknown>): PreparedStatement => {
    const { markers, args } = (made ??= prepareStatement(raw, compile()));
    for (let i = 0; i < markers.length; i++) if (markers[i] !== null) args[i] = values[markers[i]!] ?? null;
    return made;
  };
  return {
    run(values) {
      const { prepared, args } = bound(values);
      return done(prepared.run(args).changes);
    },
    all<T>(values: Record<string, unknown>) {
      const { prepared, args } = bound(values);
      return done(prepared.all(args) as T[]);
    },
    get<T>(values: Record<string, unknown>) {
      const { prepared, args } = bound(values);
      return done(prepared.get(args) as T | undefined);
    },
  };
}

interface PreparedStatement {
  prepared: Sqlite.Statement;
  markers: readonly (string | null)[];
  /** Filled anew for each use: better-sqlite3 has read it when it returns. */
  args: unknown[];
}

const prepareStatement = (raw: Sqlite.Database, { sql, parameters }: CompiledQuery): PreparedStatement => ({
  prepared: raw.prepare(sql),
  markers: markersOf(parameters),
  args: [...parameters],
});
