import Sqlite from "better-sqlite3";

/** A store opened beside the process that writes it, to look and to copy. */
export interface StoreInspection {
  /** "ok", or what the integrity check found. */
  check(): string;
  /** Copies the store to a file, consistent although it is in use. */
  backup(file: string): Promise<void>;
  close(): void;
}

const allPages = 2 ** 31 - 1;

export function inspectStore(file: string): StoreInspection {
  const raw = new Sqlite(file, { readonly: true, fileMustExist: true });
  return {
    check: () => String(raw.pragma("quick_check", { simple: true })),
    // All pages in one step: a copy made in several begins anew whenever another process commits in between.
    backup: async (target) => void (await raw.backup(target, { progress: () => allPages })),
    close: () => void raw.close(),
  };
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
