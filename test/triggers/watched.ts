import type { JsonObject } from "#kernel/json.ts";
import type { State } from "#sandbox/state.ts";
import type { Row, Table } from "#sandbox/table.ts";

/** A trigger row of the catalog, as the other side knows it: what a record is there, and how one comes, changes and goes. Never through Millrace. */
export interface Watched {
  /** What counts as a record. */
  record: string;
  input: JsonObject;
  /** Read at its address, as a JSON list of whatever system. */
  http?: true;
  /** Asked with the agency's login. */
  agency?: boolean;
  /** At most one record is there. It is absent at first when it can be made. */
  single?: boolean;
  /** By which it is told, where it is always there; `*` where it has no id. */
  key?: string;
  /** Makes a record, dated `at`; gives the key by which it is told. Absent: nothing can be made. */
  make?: (n: number, at: number) => string;
  /** Gives a record content that only `n` gives. Absent: a record has nothing that changes. */
  change?: (key: string, n: number) => void;
  /** Absent: it cannot go. */
  end?: (key: string) => void;
  /** How many records make more than a page, where the list has pages. */
  many?: number;
  /** Sets how long a write stays unseen, where the list is read from an index that lags. */
  lag?: (ms: number) => void;
}
export type Drive = (state: State) => Watched;

/** The id of the one record of a read by id, as the vendor writes most of its ids, and the others. */
export const theOne = "wAtChEd4RfGt6YhUj8Ik";
export const theOneHex = "66a0c1d2e3f4a5b6c7d8e9f0";

/** Rows of a table: a record is a row. */
export const rowsOf =
  <T extends Row>(table: Table<T>) =>
  (
    make: (id: string, n: number, at: number) => T,
    change: (row: T, n: number) => T,
    {
      id = (n: number): string => `rec${n}`,
      save = (row: T): void => void table.put(row),
      end = (row: T): void => table.delete(row.id),
    } = {},
  ): Required<Pick<Watched, "make" | "change" | "end">> => ({
    make(n, at) {
      save(make(id(n), n, at));
      return id(n);
    },
    change: (key, n) => save(change(table.get(key)!, n)),
    end: (key) => end(table.get(key)!),
  });
