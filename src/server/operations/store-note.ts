import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { MillraceError } from "#kernel/errors.ts";
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
export function missingStore(dataDir: string): MillraceError | null {
  const { store } = dataFiles(dataDir);
  const traces = tracesOf(dataDir);
  if (traces.length === 0 || holdsWorkspace(store)) return null;
  const what = existsSync(store) ? "is empty" : "is not there";
  const names = traces.map((file) => basename(file)).join(", ");
  return new MillraceError("STORE_MISSING", {
    details: {
      problem: `${store} ${what}, but ${names} beside it ${traces.length === 1 ? "shows" : "show"} that Millrace ran here before`,
    },
  });
}

/** The same for strangers, without paths of this machine. */
export const missingStoreInPublic = () =>
  new MillraceError("STORE_MISSING", { details: { problem: "Millrace ran here before and its data are gone" } });

/** Refuses a start on a folder whose store is lost. With `asNew` the start makes a new one, and then there must be none. */
export function checkStoreIsThere(dataDir: string, { asNew }: { asNew: boolean }): void {
  const { store, firstStart, storeNote } = dataFiles(dataDir);
  if (!asNew) {
    const missing = missingStore(dataDir);
    if (missing) throw missing;
    return;
  }
  if (holdsWorkspace(store)) {
    const problem = `${store} is there and holds data. Start without --new; to begin with an empty store, move this one away first`;
    throw new MillraceError("CONFLICT", { details: { problem } });
  }
  for (const file of [firstStart, storeNote]) rmSync(file, { force: true });
}

/** What the operator should know about this store, compared with the one this folder held last. */
export function storeNoteWarning(note: StoreNote | null, now: Omit<StoreNote, "at">): string | null {
  if (!note) return null;
  if (note.instance !== now.instance)
    return "The store is not the one that was in this folder before. Go on if you put it there on purpose.";
  if (note.progress <= now.progress) return null;
  const at = new Date(note.at).toISOString().slice(0, 16).replace("T", " ");
  return `The store is older than this folder remembers: its newest entries, up to ${at} UTC, are missing. If you restored a backup, that is as it should be. Otherwise millrace.db-wal was lost: restore it beside millrace.db if you have it; events accepted in between are not in this store, so ask their senders to send them again.`;
}
