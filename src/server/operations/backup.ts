import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MillraceError } from "#kernel/errors.ts";
import { explainStoreFault } from "#storage/faults.ts";
import { postgresHome } from "#storage/home.ts";
import { holdsWorkspace, inspectStore, settleCopy } from "#storage/inspect.ts";
import { noteBackup } from "./machine-findings.ts";
import { dataFiles } from "../start/data-folder.ts";
import { keySourceName } from "./key-check.ts";
import type { Settings } from "../start/settings.ts";

/** Copies the store into a folder, whether or not Millrace runs, checks the copy, and says what else must be kept. */
export async function backup(settings: Settings, folder: string): Promise<{ file: string; reminder: string }> {
  const { dataDir } = settings;
  if (settings.databaseUrl !== undefined) throw elsewhere(settings);
  const files = dataFiles(dataDir);
  if (!existsSync(files.store)) throw new MillraceError("NOT_FOUND", { details: { what: "store", id: files.store } });
  if (!holdsWorkspace(files.store)) throw new MillraceError("STORE_MISSING", { details: { problem: `${files.store} is empty` } });
  try {
    const made = await copyStore(files, folder, keySourceName(settings));
    noteBackup(dataDir, Date.now());
    return made;
  } catch (thrown) {
    throw explainStoreFault(thrown, join(folder, "the copy"));
  }
}

/** Notes that a backup was made by other means, so that the doctor knows its age. */
export function noteOtherBackup({ dataDir }: Settings): void {
  if (!existsSync(dataDir)) throw new MillraceError("NOT_FOUND", { details: { what: "data folder", id: dataDir } });
  noteBackup(dataDir, Date.now());
}

/** PostgreSQL has better means than a copy made here would be. */
function elsewhere({ dataDir, databaseUrl, ...settings }: Settings): MillraceError {
  const key = keySourceName(settings) ?? `the key in ${dataFiles(dataDir).encryptionKey}`;
  const place = postgresHome({ url: databaseUrl! }).name;
  const problem = `The rows are in PostgreSQL (${place}), so back them up with its own tools, while Millrace runs: pg_dump --format=custom --file=millrace.dump "$DATABASE_URL", and note it: millrace backup --noted. Keep ${key} as well, and not beside the dump: without it every login has to be made anew`;
  return new MillraceError("CONFLICT", { details: { problem } });
}

async function copyStore(files: ReturnType<typeof dataFiles>, folder: string, keySource: string | null) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `millrace-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.db`);
  writeFileSync(file, "", { mode: 0o600, flag: "wx" }); // it holds people's data: made for its owner's eyes before it is filled
  const store = inspectStore(files.store);
  try {
    await store.backup(file);
  } catch (thrown) {
    rmSync(file, { force: true }); // half a copy is none
    throw thrown;
  } finally {
    store.close();
  }
  const outcome = settleCopy(file);
  if (outcome !== "ok") throw new MillraceError("CONFLICT", { details: { problem: `The copy ${file} is damaged: ${outcome}` } });
  const key = keySource ?? files.encryptionKey;
  return {
    file,
    reminder: `The secrets in it are sealed. Keep the key (${key}) as well, and not beside the backup: without it every login has to be made anew.`,
  };
}
