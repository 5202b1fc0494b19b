import { existsSync, renameSync } from "node:fs";
import { MillraceError } from "#kernel/errors.ts";
import { sqliteHome, type StoreHome } from "#storage/home.ts";
import { copyRows } from "#storage/move.ts";
import { dataFiles, takeDataFolder } from "../start/data-folder.ts";
import { storeHomeOf } from "../start/store-home.ts";
import type { Settings } from "../start/settings.ts";

/** What was moved, and where the file that is no longer used was put. */
export interface MovedStore {
  to: string;
  rows: number;
  kept: string;
}

/**
 * Moves the rows of a stopped Millrace from SQLite to the PostgreSQL of DATABASE_URL. The file is renamed once all of them are there:
 * a start that forgot DATABASE_URL would otherwise go on with old rows, and do again what was done since.
 */
export async function moveStore(settings: Settings): Promise<MovedStore> {
  if (settings.databaseUrl === undefined)
    throw new MillraceError("USAGE", { details: { problem: "Set DATABASE_URL to the PostgreSQL that the rows are to be moved to" } });
  const { dataDir } = settings;
  const lock = takeDataFolder(dataDir);
  try {
    const from = sqliteHome(dataFiles(dataDir).store);
    const to = storeHomeOf(settings);
    if (!(await from.holdsWorkspace())) throw new MillraceError("NOT_FOUND", { details: { what: "store", id: from.name } });
    if (await to.holdsWorkspace()) throw new MillraceError("CONFLICT", { details: { problem: `${to.name} holds a store already` } });
    const kept = `${from.name}.moved`;
    if (existsSync(kept))
      throw new MillraceError("CONFLICT", { details: { problem: `${kept} is in the way. Move it away and try again` } });
    const rows = await copy(from, to);
    rename(from.name, kept);
    return { to: to.name, rows, kept };
  } finally {
    lock.release();
  }
}

async function copy(from: StoreHome, to: StoreHome): Promise<number> {
  const source = await from.open();
  try {
    const target = await to.open();
    try {
      return await copyRows(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** With what SQLite keeps beside it. */
function rename(file: string, kept: string): void {
  for (const end of ["-wal", "-shm", ""]) if (existsSync(file + end)) renameSync(file + end, kept + end);
}
