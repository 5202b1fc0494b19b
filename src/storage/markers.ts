import type { Compilable, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

type Values = Record<string, unknown>;

/** A place of a query that is built once, for a value that is given at each use; of whatever type the column wants. */
export const marker = <T>(name: string): T => `:${name}` as unknown as T;

/** The markers among a query's parameters by position; null where the parameter is itself a value. */
export const markersOf = (parameters: readonly unknown[]): (string | null)[] =>
  parameters.map((p) => (typeof p === "string" && p.startsWith(":") ? p.slice(1) : null));

/** The parameters with values for the markers. */
export const withValues = (parameters: readonly unknown[], markers: readonly (string | null)[], values: Values): unknown[] =>
  markers.map((name, i) => (name === null ? parameters[i] : (values[name] ?? null)));

/**
 * A read that Kysely builds once, from markers: building takes longer than a look-up by key. It waits for a transaction in progress as every
 * query that Kysely runs does; `Db.read` does not.
 */
export function readBuiltOnce<T>(q: Kysely<Schema>, build: (q: Kysely<Schema>) => Compilable<T>): (values: Values) => Promise<T[]> {
  const compiled = build(q).compile();
  const markers = markersOf(compiled.parameters);
  return async (values) => {
    const query = { ...compiled, parameters: withValues(compiled.parameters, markers, values) };
    return (await q.executeQuery<T>(query)).rows;
  };
}
