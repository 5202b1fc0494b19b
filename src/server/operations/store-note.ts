import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { MillraceError } from "#kernel/errors.ts";
import type { StoreHome } from "#storage/home.ts";
import { holdsWorkspace } from "#storage/inspect.ts";
import { dataFiles, readJson, writePrivate } from "../start/data-folder.ts";

/** What the data folder remembers about its store, in a file beside it, to notice a store that was exchanged or lost its newest entries. */
export interface StoreNote {
  /** Which store it is: made once, kept in backups. */
  instance: string;
  /** How many minutes of work the store has noted. */
  progress: number;
  /** When that was. */
  at: number;
}

export const readStoreNote = (dataDir: string): StoreNote | null => readJson<StoreNote>(dataFiles(dataDir).storeNote);
export const writeStoreNote = (dataDir: string, note: StoreNote): void => writePrivate(dataFiles(dataDir).storeNote, JSON.stringify(note));

/**
 * Files that are made after the store: where one is and the store is not, the store was lost. The sandbox's records do not
 * count, for the sandbox also runs alone.
 */
function tracesOf(dataDir: string): string[] {
  const { apiKey, encryptionKey, firstStart, storeNote } = dataFiles(dataDir);
  return [apiKey, encryptionKey, firstStart, storeNote].filter((file) => existsSync(file));
}

/** Why this folder's store counts as lost; null when it is there, or when nothing was ever started here. */
export async function missingStore(dataDir: string, home: StoreHome): Promise<MillraceError | null> {
  const traces = tracesOf(dataDir);
  if (traces.length === 0 || (await home.holdsWorkspace())) return null;
  const names = traces.map((file) => basename(file)).join(", ");
  const shown = traces.length === 1 ? "shows" : "show";
  const problem =
    home.dialect === "sqlite"
      ? `${home.name} ${existsSync(home.name) ? "is empty" : "is not there"}, but ${names} beside it ${shown} that Millrace ran here before`
      : `${home.name} is empty, but ${names} in ${dataDir} ${shown} that Millrace ran here before${holdsFile(dataDir) ? ` and kept its rows in ${dataFiles(dataDir).store}; unset DATABASE_URL to go on with those` : ""}`;
  return new MillraceError("STORE_MISSING", { details: { problem } });
}

const holdsFile = (dataDir: string): boolean => holdsWorkspace(dataFiles(dataDir).store);

/** The same for strangers, without paths of this machine. */
export const missingStoreInPublic = () =>
  new MillraceError("STORE_MISSING", { details: { problem: "Millrace ran here before and its data are gone" } });

/** Refuses a start on a folder whose store is lost. With `asNew` the start makes a new one, and then there must be none. */
export async function checkStoreIsThere(dataDir: string, home: StoreHome, { asNew }: { asNew: boolean }): Promise<void> {
  const { firstStart, storeNote } = dataFiles(dataDir);
  if (!asNew) {
    const missing = await missingStore(dataDir, home);
    if (missing) throw missing;
    return;
  }
  if (await home.holdsWorkspace()) {
    const todo = home.dialect === "sqlite" ? "move this one away first" : "name another database in DATABASE_URL";
    const problem = `${home.name} is there and holds data. Start without --new; to begin with an empty store, ${todo}`;
    throw new MillraceError("CONFLICT", { details: { problem } });
  }
  for (const file of [firstStart, storeNote]) rmSync(file, { force: true });
}

/** What the operator should know about this store, compared with the one this folder held last. */
export function storeNoteWarning(dialect: StoreHome["dialect"], note: StoreNote | null, now: Omit<StoreNote, "at">): string | null {
  if (!note) return null;
  if (note.instance !== now.instance) return "The store is not the one that this folder belonged to before. Go on if you meant that.";
  if (note.progress <= now.progress) return null;
  const at = new Date(note.at).toISOString().slice(0, 16).replace("T", " ");
  return `The store is older than this folder remembers: its newest entries, up to ${at} UTC, are missing. If you restored a backup, that is as it should be. Otherwise ${lost[dialect]}`;
}

const sendAgain = "events accepted in between are not in this store, so ask their senders to send them again.";
const lost: Record<StoreHome["dialect"], string> = {
  sqlite: `millrace.db-wal was lost: restore it beside millrace.db if you have it; ${sendAgain}`,
  postgres: `the server lost what it had committed, by a failover to a standby that was behind, say; ${sendAgain}`,
};
