import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder } from "kysely";
import type { Db, Statement } from "./database.ts";
import { marker } from "./markers.ts";
import type { Schema } from "./schema.ts";
import { done, type Work } from "./work.ts";

/*
 * Locks that a transaction holds until it ends. SQLite has one writer at a time, so nothing that a transaction has read changes before it ends,
 * and none of these locks does anything there.
 */

/** What a transaction reads to decide what it writes, and nobody may change in between. */
type Subject =
  /** The runs of a record of a flow that have not ended. */
  | "record"
  /** The last state of a record, for a trigger. */
  | "state"
  /** The state of a record that a change trigger compares with. */
  | "watched"
  /** The ledger's entry of an item. */
  | "ledger"
  /** How far the index of people has come. */
  | "people"
  /** Which events still have a run. */
  | "events";

/** Advisory locks on PostgreSQL: unlike a lock of rows, they also keep others from adding a row that does not exist yet. */
export class Locks {
  /** Null on SQLite. */
  readonly #statements: { take: Statement; share: Statement } | null;

  constructor(db: Db) {
    const statement = (lock: (key: string) => RawBuilder<unknown>) => db.statement((q) => q.selectNoFrom(lock(marker("key")).as("lock")));
    this.#statements = db.dialect === "sqlite" ? null : { take: statement(exclusive), share: statement(shared) };
  }

  /** For this transaction alone. True: what was read before may have changed since. */
  take(subject: Subject, ...of: string[]): Work<boolean> {
    return this.#statements ? lock(this.#statements.take, keyOf(subject, of)) : notNeeded;
  }

  /** Together with other transactions that share it; excludes those that take it. */
  share(subject: Subject, ...of: string[]): Work<boolean> {
    return this.#statements ? lock(this.#statements.share, keyOf(subject, of)) : notNeeded;
  }
}

const notNeeded = done(false);

function* lock(statement: Statement, key: string): Work<boolean> {
  yield* statement.get({ key });
  return true;
}

/** `Locks.take` inside `db.write`. */
export async function takeLock(db: Db, q: Kysely<Schema>, subject: Subject, ...of: string[]): Promise<void> {
  if (db.dialect === "postgres") await q.selectNoFrom(exclusive(keyOf(subject, of)).as("lock")).execute();
}

const keyOf = (subject: Subject, of: readonly string[]): string => JSON.stringify([subject, ...of]);

const exclusive = (key: string): RawBuilder<unknown> => sql`pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
const shared = (key: string): RawBuilder<unknown> => sql`pg_advisory_xact_lock_shared(hashtextextended(${key}, 0))`;

/** Any number that no other lock of the database has. */
const commitLock = 7_166_335_502;

/**
 * Makes commits wait for each other. A transaction that numbers runs, claims them or reads on by their numbers calls it first: numbers then
 * follow the order of the commits, and no reader passes a number that is committed later.
 */
export function commitOrder(db: Db): () => Work<unknown> {
  if (db.dialect === "sqlite") return () => notNeeded;
  const take = db.statement((q) => q.selectNoFrom(sql`pg_advisory_xact_lock(${sql.lit(commitLock)})`.as("lock")));
  return () => take.get({});
}

/** Keeps others from changing the rows that are read. */
export const forUpdate = <T extends keyof Schema, O>(db: Db, query: SelectQueryBuilder<Schema, T, O>): SelectQueryBuilder<Schema, T, O> =>
  db.dialect === "postgres" ? query.forUpdate() : query;

/** Like `forUpdate`, but leaves out rows that another transaction has locked. */
export const forUpdateSkipLocked = <T extends keyof Schema, O>(
  db: Db,
  query: SelectQueryBuilder<Schema, T, O>,
): SelectQueryBuilder<Schema, T, O> => (db.dialect === "postgres" ? query.forUpdate().skipLocked() : query);
