import type { Records } from "./records.ts";

export interface Row {
  readonly id: string;
  readonly locationId?: string | undefined;
}

/** Names of look-ups and the keys a row has in each. */
export type Indexes<T> = Record<string, (row: T) => readonly string[]>;

/** Rows of one family in memory, written through to the records. Rows are replaced, never changed in place. */
export class Table<T extends Row> {
  readonly #records: Records;
  readonly #family: string;
  readonly #indexes: Indexes<T>;
  readonly #rows = new Map<string, T>();
  readonly #byKey = new Map<string, Set<string>>();
  readonly #byLocation = new Map<string, Map<string, T>>();

  constructor(records: Records, family: string, indexes: Indexes<T> = {}) {
    this.#records = records;
    this.#family = family;
    this.#indexes = indexes;
    for (const row of records.load(family)) this.#remember(row as T);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  inLocation(locationId: string): T[] {
    return [...(this.#byLocation.get(locationId)?.values() ?? [])];
  }

  countIn(locationId: string): number {
    return this.#byLocation.get(locationId)?.size ?? 0;
  }

  /** The rows that have a key in an index. */
  find(index: string, key: string): T[] {
    return [...(this.#byKey.get(`${index}\n${key}`) ?? [])].map((id) => this.#rows.get(id)!);
  }

  put(row: T): T {
    this.#records.put(this.#family, row.id, row.locationId, row);
    this.#forget(row.id);
    this.#remember(row);
    return row;
  }

  delete(id: string): void {
    this.#records.delete(this.#family, id);
    this.#forget(id);
  }

  clear(): void {
    for (const id of this.#rows.keys()) this.delete(id);
  }

  #remember(row: T): void {
    this.#rows.set(row.id, row);
    for (const key of this.#keys(row)) grouped(this.#byKey, key, () => new Set()).add(row.id);
    if (row.locationId) grouped(this.#byLocation, row.locationId, () => new Map()).set(row.id, row);
  }

  #forget(id: string): void {
    const old = this.#rows.get(id);
    if (!old) return;
    this.#rows.delete(id);
    for (const key of this.#keys(old)) {
      const ids = this.#byKey.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#byKey.delete(key);
    }
    if (old.locationId) this.#byLocation.get(old.locationId)?.delete(id);
  }

  #keys(row: T): string[] {
    return Object.entries(this.#indexes).flatMap(([index, keysOf]) => keysOf(row).map((key) => `${index}\n${key}`));
  }
}

function grouped<V>(groups: Map<string, V>, key: string, make: () => V): V {
  const group = groups.get(key);
  if (group) return group;
  const made = make();
  groups.set(key, made);
  return made;
}
