import type { ReadMarks } from "./marks.ts";

/** What can be seen of a store from outside. */
export interface StoreLook {
  /** "ok", or what the integrity check found. */
  check: string;
  /** What it is, in a few words. */
  says: string;
  marks: ReadMarks;
  /** What the operator should know of the database's settings, a sentence each. */
  warnings: readonly string[];
}
