import type { CompiledQuery } from "kysely";
import type { Statement } from "../database.ts";
import { markersOf, withValues } from "../markers.ts";
import type { QueryResult, Work } from "../work.ts";

type Values = Record<string, unknown>;

/** A statement of the hot path: compiled once, and prepared once on each connection. */
export class PostgresStatement implements Statement {
  readonly #compiled: CompiledQuery;
  readonly #markers: readonly (string | null)[];

  constructor(compiled: CompiledQuery) {
    this.#compiled = compiled;
    this.#markers = markersOf(compiled.parameters);
  }

  *run(values: Values): Work<number> {
    return (yield* this.#ask(values)).changed;
  }

  *all<T>(values: Values): Work<T[]> {
    return (yield* this.#ask(values)).rows as T[];
  }

  *get<T>(values: Values): Work<T | undefined> {
    return (yield* this.#ask(values)).rows[0] as T | undefined;
  }

  *#ask(values: Values): Work<QueryResult> {
    return yield { sql: this.#compiled.sql, parameters: withValues(this.#compiled.parameters, this.#markers, values) };
  }
}
