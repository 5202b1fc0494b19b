import type { ChangeStore } from "#changes/types.ts";
import type { Engine } from "#engine/api.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { StoreMarks } from "#storage/marks.ts";
import { dayMs, pruneBound, type ClockState } from "./clock-watch.ts";

const hourMs = 3_600_000;
/** Notes between processes are read within a second; a day is for one that was suspended. */
const internalMs = dayMs;
const changesAtOnce = 500;
const firstAfterMs = 60_000;

export interface RetentionParts {
  engine: Pick<Engine, "prune">;
  changes: Pick<ChangeStore, "prune">;
  marks: StoreMarks;
  /** Looks at the clock: with one that is not believed, nothing is deleted. */
  observe: () => Promise<ClockState>;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  days: number;
  /** How long changes that people can read are kept; 0: for ever. */
  auditDays: number;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Deletes finished runs that are older than `days`, and changes that people can read that are older than `auditDays`, every hour. The engine
 * does it in pieces, so that no commit waits long. Each hour at most one day's worth of history goes: a clock or a setting that was wrong for an hour costs a day, and not everything.
 */
export function startRetention(parts: RetentionParts): void {
  const { clock, log, signal } = parts;
  const keepGoing = async () => {
    for (let pause = firstAfterMs; ; pause = hourMs) {
      await sleep(clock, pause, signal);
      if (signal.aborted) return;
      await deleteOld(parts).catch((err: unknown) => log.error({ err }, "Old runs could not be deleted; it is tried again in an hour"));
    }
  };
  void keepGoing();
}

/** One pass. */
export async function deleteOld({
  engine,
  changes,
  marks,
  observe,
  workspaces,
  days,
  auditDays,
  clock,
  log,
}: Omit<RetentionParts, "signal">): Promise<void> {
  const state = await observe();
  const keepMs = days * dayMs;
  const now = clock.now();
  const last = (await marks.read<number>("deletedUpTo")) ?? now - keepMs;
  const bound = pruneBound({ now, keepMs, last, state });
  if (bound === null) return; // the one who observes says so
  let deleted = 0;
  for (const workspaceId of await workspaces()) deleted += await engine.prune(workspaceId, now - bound);
  const audit = auditDays === 0 ? 0 : bound + keepMs - auditDays * dayMs; // as careful as the bound
  await pruneChanges(changes, { audit, internal: Math.max(bound, now - internalMs) });
  await marks.write({ deletedUpTo: bound });
  if (deleted > 0) log.info({ runs: deleted, days }, "Old runs were deleted");
}

async function pruneChanges(changes: Pick<ChangeStore, "prune">, before: { audit: number; internal: number }): Promise<void> {
  while ((await changes.prune(before, changesAtOnce)) > 0);
}
