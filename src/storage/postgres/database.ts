import { CompiledQuery, sql, type Compilable, type Kysely, type Transaction } from "kysely";
import type { Db } from "../database.ts";
import { createMutex } from "../mutex.ts";
import type { Schema } from "../schema.ts";
import type { Query, QueryResult, Work } from "../work.ts";
import { isConflict } from "./connection-error.ts";
import type { ConnectionPool } from "./pool.ts";
import { PostgresStatement } from "./statement.ts";

/** Any number that no other program on the same database uses for an advisory lock. */
const writeLock = 7_166_335_501;
const mostAttempts = 5;

/**
 * A store on PostgreSQL. `write` is for what changes rarely: one at a time in all processes, as on SQLite. `batch` is the hot path: one at a
 * time in this process, beside those of others, so whoever reads there to decide a write locks first.
 */
export class PostgresDb implements Db {
  readonly dialect = "postgres";
  readonly q: Kysely<Schema>;
  readonly warnings: readonly string[];
  readonly #pool: ConnectionPool;
  readonly #writes = createMutex();
  readonly #batches = createMutex();

  constructor(q: Kysely<Schema>, pool: ConnectionPool, warnings: readonly string[]) {
    this.q = q;
    this.warnings = warnings;
    this.#pool = pool;
  }

  write<T>(fn: (q: Transaction<Schema>) => Promise<T>): Promise<T> {
    return this.#writes.exclusively(() =>
      this.#transaction(async (q) => {
        await sql`select pg_advisory_xact_lock(${writeLock})`.execute(q);
        return fn(q);
      }),
    );
  }

  batch<T>(fn: () => Work<T>): Promise<T> {
    return this.#batches.exclusively(() => this.#transaction((q) => this.#drive(fn(), q)));
  }

  read<T>(fn: () => Work<T>): Promise<T> {
    return this.#drive(fn(), this.q);
  }

  statement(build: (q: Kysely<Schema>) => Compilable): PostgresStatement {
    const compiled = build(this.q).compile();
    this.#pool.prepare(compiled.sql);
    return new PostgresStatement(compiled);
  }

  checkpoint(): boolean {
    return true;
  }

  async close(): Promise<void> {
    await this.#batches.exclusively(() => this.#writes.exclusively(() => this.q.destroy()));
  }

  async #transaction<T>(fn: (q: Transaction<Schema>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.q.transaction().execute(fn);
      } catch (error) {
        if (!isConflict(error) || attempt === mostAttempts) throw error;
      }
    }
  }

  /** Asks each query it hands out, and resumes it with the answer. */
  async #drive<T>(work: Work<T>, q: Kysely<Schema>): Promise<T> {
    const steps = work[Symbol.iterator]();
    for (let step = steps.next(); ;) {
      if (step.done) return step.value;
      step = steps.next(await ask(q, step.value));
    }
  }
}

async function ask(q: Kysely<Schema>, { sql: text, parameters }: Query): Promise<QueryResult> {
  const { rows, numAffectedRows } = await q.executeQuery(CompiledQuery.raw(text, [...parameters]));
  return { rows, changed: Number(numAffectedRows ?? 0) };
}
