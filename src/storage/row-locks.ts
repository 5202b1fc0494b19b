import { sql, type SelectQueryBuilder } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";
import { done, type Work } from "./work.ts";

/*
 * What PostgreSQL must be told, and SQLite has by itself: it has one writer at a time, so that what a transaction has read holds until it ends.
 */

/** Any number that no other lock of the database has. */
const commitLock = 7_166_335_502;

/**
 * Lets commits follow one another, each to its end before the next. Whoever numbers runs, claims them or goes by their numbers asks for it
 * first: numbers are given in the order of the commits then, and nobody passes one that has yet to come.
 */
export function commitOrder(db: Db): () => Work<unknown> {
  if (db.dialect === "sqlite") return () => alone;
  const take = db.statement((q) => q.selectNoFrom(sql`pg_advisory_xact_lock(${sql.lit(commitLock)})`.as("held")));
  return () => take.get({});
}

const alone = done(undefined);

/** Keeps others from changing the rows that are read. */
export const forUpdate = <T extends keyof Schema, O>(db: Db, query: SelectQueryBuilder<Schema, T, O>): SelectQueryBuilder<Schema, T, O> =>
  db.dialect === "postgres" ? query.forUpdate() : query;

/** The same, and leaves out rows that another transaction is about to change. */
export const forUpdateOfFree = <T extends keyof Schema, O>(
  db: Db,
  query: SelectQueryBuilder<Schema, T, O>,
): SelectQueryBuilder<Schema, T, O> => (db.dialect === "postgres" ? query.forUpdate().skipLocked() : query);
