import Sqlite from "better-sqlite3";

/** A file that this process has locked, and with it the folder around it. */
export interface Lock {
  release(): void;
}

/**
 * Holds a file exclusively for as long as the process lives; null when another process does. It is an open transaction of a
 * database of its own: the operating system ends it with the process, however that ends, so no stale lock is left.
 */
export function holdLock(file: string): Lock | null {
  const raw = new Sqlite(file, { timeout: 0 });
  try {
    raw.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    raw.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
  return { release: () => void raw.close() };
}
