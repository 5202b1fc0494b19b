import { existsSync } from "node:fs";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { holdLock } from "#storage/file-lock.ts";
import type { StoreReport } from "#storage/store-report.ts";
import { bad, ok, warn, type Finding } from "./findings.ts";
import { machineFindings } from "./machine-findings.ts";
import { clockWarning, observeClock, type ClockMark } from "./clock-watch.ts";
import { dataFiles, readServerNote, writePrivate } from "../start/data-folder.ts";
import { readServerSettings, type Settings } from "../start/settings.ts";
import { storeHomeOf } from "../start/store-home.ts";
import { missingStore, readStoreNote, storeNoteWarning } from "./store-note.ts";

/** Looks at what Millrace stands on: settings, folder, disk, lock, store. Changes nothing. */
export async function examine(env: Record<string, string | undefined>, clock: Clock): Promise<Finding[]> {
  const settings = readSettings(env);
  if ("state" in settings) return [settings];
  const { dataDir } = settings;
  const machine = machineFindings(settings, clock.now());
  const findings = [ok("settings", `data in ${dataDir}, port ${settings.port}`), ...machine];
  if (machine.some(({ what, state }) => what === "data folder" && state === "bad") || !existsSync(dataDir)) return findings;
  return [...findings, lockFinding(dataDir), ...(await storeFindings(settings, clock))];
}

function readSettings(env: Record<string, string | undefined>): Settings | Finding {
  try {
    return readServerSettings(env);
  } catch (error) {
    return bad("settings", (error as MillraceError).message);
  }
}

function lockFinding(dataDir: string): Finding {
  const lock = holdLock(dataFiles(dataDir).lock);
  lock?.release();
  const note = readServerNote(dataDir);
  if (lock) return warn("server", "not running; start it with 'millrace start'");
  return ok("server", note ? `running at ${note.url} (process ${note.pid})` : "running");
}

async function storeFindings(settings: Settings, clock: Clock): Promise<Finding[]> {
  const { dataDir } = settings;
  const home = storeHomeOf(settings);
  try {
    const missing = await missingStore(dataDir, home);
    if (missing) return [bad("store", missing.message)];
    const look = await home.inspect();
    if (!look) return [warn("store", "not made yet; the first start makes it")];
    return [
      soundness(look),
      ...look.warnings.flatMap((says) => warnings("store", says)),
      ...warnings("store", storeNoteWarning(home.dialect, readStoreNote(dataDir), look.marks)),
      ...warnings("clock of this machine", clockSays(look.marks.clock, clock)),
    ];
  } catch (thrown) {
    return [bad("store", (home.explain(thrown) as Error).message)];
  }
}

const soundness = ({ check, says }: StoreReport): Finding =>
  check === "ok" ? ok("store", says) : bad("store", `damaged: ${check}. Stop Millrace and restore a backup`);

const warnings = (what: string, says: string | null): Finding[] => (says === null ? [] : [warn(what, says)]);

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
