import { statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { explainStoreFault } from "./faults.ts";
import { marksOf, type ReadMarks } from "./marks.ts";

/** A store opened beside the process that writes it, to look and to copy. */
export interface StoreInspection {
  /** "ok", or what the integrity check found. */
  check(): string;
  /** Copies the store to a file, consistent although it is in use. */
  backup(file: string): Promise<void>;
  marks(): ReadMarks;
  close(): void;
}

const allPages = 2 ** 31 - 1;

export function inspectStore(file: string): StoreInspection {
  const raw = openToRead(file);
  return {
    check: () => String(raw.pragma("quick_check", { simple: true })),
    // All pages in one step: a copy made in several begins anew whenever another process commits in between.
    backup: async (target) => void (await raw.backup(target, { progress: () => allPages })),
    marks: () => readMarks(raw),
    close: () => void raw.close(),
  };
}

function readMarks(raw: Sqlite.Database): ReadMarks {
  const table = raw.prepare("select 1 from sqlite_master where type = 'table' and name = 'store_marks'").get();
  const rows = table ? (raw.prepare("select name, value from store_marks").all() as { name: string; value: string }[]) : [];
  return marksOf(rows);
}

/** Makes a fresh copy one file that needs no others beside it, and gives "ok" or what the integrity check found. */
export function settleCopy(file: string): string {
  const raw = new Sqlite(file, { fileMustExist: true });
  try {
    raw.pragma("journal_mode = DELETE");
    return String(raw.pragma("quick_check", { simple: true }));
  } finally {
    raw.close();
  }
}

/** Whether a store was begun in this file: it has the row that everything hangs on. Throws STORE_UNUSABLE where the file cannot be read. */
export function holdsWorkspace(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  let raw: Sqlite.Database | undefined;
  try {
    raw = openToRead(file);
    const table = raw.prepare("select 1 from sqlite_master where type = 'table' and name = 'workspaces'").get();
    return table !== undefined && raw.prepare("select 1 from workspaces limit 1").get() !== undefined;
  } catch (thrown) {
    throw explainStoreFault(thrown, file);
  } finally {
    raw?.close();
  }
}

/**
 * Opens a store to read it. A process that is killed while it makes the file leaves a journal behind, and SQLite lets nobody read before
 * what it cut short is taken back; that is a write, which opening the file once for writing does.
 */
function openToRead(file: string): Sqlite.Database {
  const raw = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    raw.pragma("schema_version");
    return raw;
  } catch (error) {
    raw.close();
    if ((error as { code?: string }).code !== "SQLITE_READONLY_ROLLBACK") throw error;
    takeBackWhatWasCutShort(file);
    return new Sqlite(file, { readonly: true, fileMustExist: true });
  }
}

function takeBackWhatWasCutShort(file: string): void {
  const raw = new Sqlite(file, { fileMustExist: true });
  try {
    raw.pragma("schema_version");
  } finally {
    raw.close();
  }
}
