import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Db, Statement } from "./database.ts";
import { marker } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { done, type Work } from "./work.ts";

/** What a transaction reads to decide what it writes, and nobody may change in between. */
type Subject =
  /** The runs of a record of a flow that have not ended. */
  | "record"
  /** The last state of a record, for a trigger. */
  | "state"
  /** What a change trigger knows of a record. */
  | "watched"
  /** What the ledger says of an item. */
  | "ledger"
  /** How far the index of people has come. */
  | "people"
  /** Which events still have a run. */
  | "events";

/**
 * Locks that are held until the transaction ends. SQLite has one writer at a time, so there they are nothing. On PostgreSQL they are advisory
 * locks: unlike a lock of rows, they also keep others from adding a row that is not there yet.
 */
export class Locks {
  /** Null on SQLite. */
  readonly #statements: { take: Statement; share: Statement } | null;

  constructor(db: Db) {
    const statement = (lock: (key: string) => RawBuilder<unknown>) => db.statement((q) => q.selectNoFrom(lock(marker("key")).as("lock")));
    this.#statements = db.dialect === "sqlite" ? null : { take: statement(exclusive), share: statement(shared) };
  }

  /** For this transaction alone. True: what was read before may have changed since. */
  take(subject: Subject, ...of: string[]): Work<boolean> {
    return this.#statements ? lock(this.#statements.take, keyOf(subject, of)) : alone;
  }

  /** With others that share it, while nobody takes it. */
  share(subject: Subject, ...of: string[]): Work<boolean> {
    return this.#statements ? lock(this.#statements.share, keyOf(subject, of)) : alone;
  }
}

const alone = done(false);

function* lock(statement: Statement, key: string): Work<boolean> {
  yield* statement.get({ key });
  return true;
}

/** The same inside `db.write`. */
export async function takeLock(db: Db, q: Kysely<Schema>, subject: Subject, ...of: string[]): Promise<void> {
  if (db.dialect === "postgres") await q.selectNoFrom(exclusive(keyOf(subject, of)).as("lock")).execute();
}

const keyOf = (subject: Subject, of: readonly string[]): string => JSON.stringify([subject, ...of]);

const exclusive = (key: string): RawBuilder<unknown> => sql`pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
const shared = (key: string): RawBuilder<unknown> => sql`pg_advisory_xact_lock_shared(hashtextextended(${key}, 0))`;
