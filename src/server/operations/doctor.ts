import { keySourceName } from "./key-check.ts";
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { holdLock } from "#storage/file-lock.ts";
import type { StoreReport } from "#storage/store-report.ts";
import { clockWarning, observeClock, type ClockMark } from "./clock-watch.ts";
import { dataFiles, readServerNote, writePrivate } from "../start/data-folder.ts";
import { exposureWarnings } from "../start/exposure.ts";
import { isOnThisMachineOnly } from "../start/reach.ts";
import { readServerSettings, type Settings } from "../start/settings.ts";
import { storeHomeOf } from "../start/store-home.ts";
import { missingStore, readStoreNote, storeNoteWarning } from "./store-note.ts";

/** One thing looked at. `warn`: works, and should be seen to. */
export interface Finding {
  state: "ok" | "warn" | "bad";
  what: string;
  says: string;
}

const scarceBytes = 1024 ** 3;
const tooFewBytes = 100 * 1024 ** 2;

/** Looks at what Millrace stands on: settings, folder, disk, lock, store. Changes nothing. */
export async function examine(env: Record<string, string | undefined>, clock: Clock): Promise<Finding[]> {
  const settings = readSettings(env);
  if ("state" in settings) return [settings];
  const folder = folderFinding(settings.dataDir);
  const findings: Finding[] = [
    { state: "ok", what: "settings", says: `data in ${settings.dataDir}, port ${settings.port}` },
    ...accessFindings(settings),
    folder,
  ];
  if (folder.state === "bad" || !existsSync(settings.dataDir)) return findings;
  const { dataDir } = settings;
  return [...findings, diskFinding(dataDir), lockFinding(dataDir), ...(await storeFindings(settings, clock)), keyFinding(settings)];
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
    const { mode } = statSync(dataDir);
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      return { state: "warn", what: "data folder", says: `others on this machine can open it: chmod 700 ${dataDir}` };
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

async function storeFindings(settings: Settings, clock: Clock): Promise<Finding[]> {
  const { dataDir } = settings;
  const home = storeHomeOf(settings);
  try {
    const missing = await missingStore(dataDir, home);
    if (missing) return [{ state: "bad", what: "store", says: missing.message }];
    const look = await home.inspect();
    if (!look) return [{ state: "warn", what: "store", says: "not made yet; the first start makes it" }];
    return [
      soundness(look),
      ...look.warnings.flatMap((says) => warnings("store", says)),
      ...warnings("store", storeNoteWarning(home.dialect, readStoreNote(dataDir), look.marks)),
      ...warnings("clock of this machine", clockSays(look.marks.clock, clock)),
    ];
  } catch (thrown) {
    return [{ state: "bad", what: "store", says: (home.explain(thrown) as Error).message }];
  }
}

const soundness = ({ check, says }: StoreReport): Finding =>
  check === "ok"
    ? { state: "ok", what: "store", says }
    : { state: "bad", what: "store", says: `damaged: ${check}. Stop Millrace and restore a backup` };

const warnings = (what: string, says: string | null): Finding[] => (says === null ? [] : [{ state: "warn", what, says }]);

/** The store's newest note is a minute old at most while Millrace runs, and as old as its stop otherwise: only a clock that is behind is sure to be wrong. */
function clockSays(mark: ClockMark | null, clock: Clock): string | null {
  if (!mark) return null;
  return clockWarning(observeClock(mark, { now: clock.now(), passedMs: 0, confirmed: false }).state);
}

/** Notes that the clock is right: the running Millrace, or the next one, accepts it within a minute. */
export function confirmClock(env: Record<string, string | undefined>, clock: Clock): void {
  const { dataDir } = readServerSettings(env);
  if (!existsSync(dataDir)) throw new MillraceError("NOT_FOUND", { details: { what: "data folder", id: dataDir } });
  writePrivate(dataFiles(dataDir).clockConfirmed, String(clock.now()));
}

function keyFinding({ dataDir, ...settings }: Settings): Finding {
  const source = keySourceName(settings);
  if (source !== null) return { state: "ok", what: "encryption key", says: `from ${source}` };
  if (!existsSync(dataFiles(dataDir).encryptionKey))
    return { state: "warn", what: "encryption key", says: "none yet; the next start makes one where no login is sealed" };
  return { state: "warn", what: "encryption key", says: `in ${dataFiles(dataDir).encryptionKey}, beside the data: keep a copy elsewhere` };
}
