/** A query that a store which answers asynchronously is asked inside a transaction. */
export interface Query {
  sql: string;
  parameters: readonly unknown[];
}
export interface QueryResult {
  rows: unknown[];
  /** Rows that an insert, update or delete changed. */
  changed: number;
}

/**
 * What a transaction does, written once for all stores: a generator that hands out its queries and is resumed with their results.
 * SQLite answers in place, so nothing is ever handed out there and the whole transaction runs without a pause or a promise.
 */
export type Work<T> = Generator<Query, T, QueryResult>;

/** Does one thing after another and collects what came of each. */
export function* each<A, B>(items: Iterable<A>, work: (item: A) => Work<B>): Work<B[]> {
  const results: B[] = [];
  for (const item of items) results.push(yield* work(item));
  return results;
}

/** Runs work whose statements answer in place. */
export function atOnce<T>(work: Work<T>): T {
  const step = work.next();
  if (!step.done) throw new Error("A statement that answers later was used in a transaction that does not wait.");
  return step.value;
}
