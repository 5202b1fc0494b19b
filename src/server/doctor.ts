import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import type { MillraceError } from "#kernel/errors.ts";
import { inspectStore } from "#storage/inspect.ts";
import { holdLock } from "#storage/lock.ts";
import { dataFiles, readServerNote } from "./data-folder.ts";
import { exposureWarnings, isOnThisMachineOnly } from "./exposure.ts";
import { readServerSettings, type Settings } from "./settings.ts";

/** One thing looked at. `warn`: works, and should be seen to. */
export interface Finding {
  state: "ok" | "warn" | "bad";
  what: string;
  says: string;
}

const scarceBytes = 1024 ** 3;
const tooFewBytes = 100 * 1024 ** 2;

/** Looks at what Millrace stands on: settings, folder, disk, lock, store. Changes nothing. */
export function examine(env: Record<string, string | undefined>): Finding[] {
  const settings = readSettings(env);
  if ("state" in settings) return [settings];
  const folder = folderFinding(settings.dataDir);
  const findings: Finding[] = [
    { state: "ok", what: "settings", says: `data in ${settings.dataDir}, port ${settings.port}` },
    ...accessFindings(settings),
    folder,
  ];
  if (folder.state !== "ok") return findings;
  return [...findings, diskFinding(settings.dataDir), lockFinding(settings.dataDir), storeFinding(settings.dataDir), keyFinding(settings)];
}

function readSettings(env: Record<string, string | undefined>): Settings | Finding {
  try {
    return readServerSettings(env);
  } catch (error) {
    return { state: "bad", what: "settings", says: (error as MillraceError).message };
  }
}

function accessFindings(settings: Settings): Finding[] {
  const warnings = exposureWarnings(settings);
  if (warnings.length > 0) return warnings.map((says) => ({ state: "warn", what: "access", says }));
  const says = isOnThisMachineOnly(settings) ? "from this machine only" : `from outside, at ${settings.publicUrl}`;
  return [{ state: "ok", what: "access", says }];
}

function folderFinding(dataDir: string): Finding {
  if (!existsSync(dataDir)) return { state: "warn", what: "data folder", says: `${dataDir} is not there yet; the first start makes it` };
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK);
    return { state: "ok", what: "data folder", says: "can be written to" };
  } catch (error) {
    return { state: "bad", what: "data folder", says: `${dataDir} cannot be used (${(error as Error).message})` };
  }
}

function diskFinding(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free < tooFewBytes) return { state: "bad", what: "disk", says: `${says}: make room, or events will soon be refused` };
  return free < scarceBytes ? { state: "warn", what: "disk", says: `${says}: this will not last` } : { state: "ok", what: "disk", says };
}

function lockFinding(dataDir: string): Finding {
  const lock = holdLock(dataFiles(dataDir).lock);
  lock?.release();
  const note = readServerNote(dataDir);
  if (lock) return { state: "warn", what: "server", says: "not running; start it with 'millrace start'" };
  return { state: "ok", what: "server", says: note ? `running at ${note.url} (process ${note.pid})` : "running" };
}

function storeFinding(dataDir: string): Finding {
  const { store } = dataFiles(dataDir);
  if (!existsSync(store)) return { state: "warn", what: "store", says: "not made yet; the first start makes it" };
  const inspection = inspectStore(store);
  try {
    const found = inspection.check();
    return found === "ok"
      ? { state: "ok", what: "store", says: "sound" }
      : { state: "bad", what: "store", says: `damaged: ${found}. Stop Millrace and restore a backup` };
  } finally {
    inspection.close();
  }
}

function keyFinding({ dataDir, encryptionKey }: Settings): Finding {
  if (encryptionKey !== undefined) return { state: "ok", what: "encryption key", says: "from MILLRACE_ENCRYPTION_KEY" };
  return { state: "warn", what: "encryption key", says: `in ${dataFiles(dataDir).encryptionKey}, beside the data: keep a copy elsewhere` };
}
