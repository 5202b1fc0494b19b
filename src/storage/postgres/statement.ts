import type { CompiledQuery, QueryResult } from "kysely";
import type { Work } from "../work.ts";

type Values = Record<string, unknown>;

/** A statement of the hot path: compiled once, and prepared once on each connection. */
export class PostgresStatement {
  readonly #compiled: CompiledQuery;
  readonly #markers: readonly (string | null)[];
  readonly #execute: (query: CompiledQuery) => Promise<QueryResult<unknown>>;

  constructor(compiled: CompiledQuery, execute: (query: CompiledQuery) => Promise<QueryResult<unknown>>) {
    this.#compiled = compiled;
    this.#markers = compiled.parameters.map((p) => (typeof p === "string" && p.startsWith(":") ? p.slice(1) : null));
    this.#execute = execute;
  }

  /** How many rows changed. */
  *run(values: Values): Work<number> {
    return Number((yield* this.#query(values)).numAffectedRows ?? 0);
  }

  *all<T>(values: Values): Work<T[]> {
    return (yield* this.#query<T>(values)).rows;
  }

  *get<T>(values: Values): Work<T | undefined> {
    return (yield* this.#query<T>(values)).rows[0];
  }

  *#query<T>(values: Values): Work<QueryResult<T>> {
    const parameters = this.#markers.map((name, i) => (name === null ? this.#compiled.parameters[i] : (values[name] ?? null)));
    return (yield this.#execute({ ...this.#compiled, parameters })) as QueryResult<T>; // whoever drives it answers with what the promise gave
  }
}
