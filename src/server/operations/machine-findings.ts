import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dayMs } from "#kernel/durations.ts";
import { advice, bad, ok, warn, type Finding } from "./findings.ts";
import { dataFiles, readJson, writePrivate } from "../start/data-folder.ts";
import { exposureWarnings } from "../start/exposure.ts";
import { isOnThisMachineOnly } from "../start/reach.ts";
import type { Settings } from "../start/settings.ts";

const scarceBytes = 1024 ** 3;
const tooFewBytes = 100 * 1024 ** 2;
const oldBackupMs = 7 * dayMs;

/** What Millrace stands on, as far as settings and the data folder show it. `now`: for the age of backups. */
export function machineFindings(settings: Settings, now: number): Finding[] {
  const { dataDir } = settings;
  const folder = folderFinding(dataDir);
  const first = [...accessFindings(settings), folder];
  if (folder.state === "bad" || !existsSync(dataDir)) return first;
  return [...first, diskFinding(dataDir), keyFinding(settings), backupFinding(settings, now)];
}

function accessFindings(settings: Settings): Finding[] {
  const warnings = exposureWarnings(settings);
  if (warnings.length > 0) return warnings.map((says) => warn("access", says));
  return [ok("access", isOnThisMachineOnly(settings) ? "from this machine only" : `from outside, at ${settings.publicUrl}`)];
}

function folderFinding(dataDir: string): Finding {
  const what = "data folder";
  if (!existsSync(dataDir)) return warn(what, `${dataDir} is not there yet; the first start makes it`);
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK);
    const { mode } = statSync(dataDir);
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      return warn(what, "others on this machine can open it", { fix: { command: `chmod 700 ${dataDir}` } });
    return ok(what, "can be written to");
  } catch (error) {
    return bad(what, `${dataDir} cannot be used (${(error as Error).message})`);
  }
}

function diskFinding(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  return diskSpace(bavail * bsize);
}

/** What is left of the disk, judged. */
export function diskSpace(freeBytes: number): Finding {
  const says = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  if (freeBytes < tooFewBytes) return bad("disk", `${says}: make room, or events will soon be refused`);
  return freeBytes < scarceBytes ? warn("disk", `${says}: this will not last`) : ok("disk", says);
}

function keyFinding({ dataDir, encryptionKey }: Settings): Finding {
  const what = "encryption key";
  if (encryptionKey !== undefined) return ok(what, "from MILLRACE_ENCRYPTION_KEY");
  const { encryptionKey: file } = dataFiles(dataDir);
  if (!existsSync(file)) return warn(what, "none yet; the next start makes one where no login is sealed");
  const says = "beside the data that it opens. Keep a copy apart from the backups: without the key every login has to be made again";
  return advice(what, says, { fix: { command: `cp '${file}' <folder>` } });
}

interface BackupNote {
  at: number;
}

/** Notes in the data folder that a backup was made. */
export const noteBackup = (dataDir: string, now: number): void =>
  writePrivate(dataFiles(dataDir).backupNote, JSON.stringify({ at: now } satisfies BackupNote));

function backupFinding({ dataDir, databaseUrl }: Settings, now: number): Finding {
  const note = readJson<BackupNote>(dataFiles(dataDir).backupNote);
  return backupAge(note?.at ?? null, { now, isPostgres: databaseUrl !== undefined });
}

/** Whether the newest backup is recent enough. Millrace knows only of those that it made, or that somebody noted. */
export function backupAge(at: number | null, { now, isPostgres }: { now: number; isPostgres: boolean }): Finding {
  const command = isPostgres
    ? `pg_dump --format=custom --file=millrace.dump "$DATABASE_URL" && npx millrace backup --noted`
    : "npx millrace backup <folder>";
  if (at === null)
    return warn("backups", "none recorded. Record a backup made by another program with 'millrace backup --noted'", {
      fix: { command },
    });
  const days = Math.floor((now - at) / dayMs);
  const age = days < 1 ? "less than a day old" : days === 1 ? "a day old" : `${days} days old`;
  if (now - at <= oldBackupMs) return ok("backups", `the newest is ${age}`);
  return warn("backups", `the newest is ${age}`, { since: at, fix: { command } });
}
