/** A query inside a transaction, for a database that answers asynchronously. */
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
export type Work<T> = Iterable<Query, T, QueryResult>;

/** Its own iterator and result, to save objects: there are several for each event. */
class Done<T> implements Work<T>, Iterator<Query, T, QueryResult>, IteratorReturnResult<T> {
  readonly done = true;
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
  [Symbol.iterator](): this {
    return this;
  }
  next(): this {
    return this;
  }
}

/** Work whose result is there already. */
export const done = <T>(value: T): Work<T> => new Done(value);

/** Does the work for one item after another and collects the results. */
export function* each<A, B>(items: Iterable<A>, work: (item: A) => Work<B>): Work<B[]> {
  const results: B[] = [];
  for (const item of items) results.push(yield* work(item));
  return results;
}

/** Runs work whose statements answer in place. */
export function atOnce<T>(work: Work<T>): T {
  const step = work[Symbol.iterator]().next();
  if (!step.done) throw new Error("A statement that answers later was used in a transaction that does not wait.");
  return step.value;
}
