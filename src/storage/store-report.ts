import type { ReadMarks } from "./marks.ts";

/** The state of a store, read from outside while a process may be using it. */
export interface StoreReport {
  /** "ok", or what the integrity check found. */
  check: string;
  /** A few words on the store: "sound", or version, size and connections of a server. */
  says: string;
  marks: ReadMarks;
  /** What the operator should know of the database's settings, a sentence each. */
  warnings: readonly string[];
}
