import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import type { Log } from "#kernel/log.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Sync } from "#sync/types.ts";

const everyMs = minuteMs;
/** What a person or the next try puts right within this time is no news. */
export const patienceMs = 15 * minuteMs;

interface Parts {
  store: Pick<SyncStore, "all" | "counts" | "change">;
  clock: Clock;
  log: Pick<Log, "error">;
}

/** Notes since when each sync has pairs that need a person or could not be brought into step, and sends webhook endpoints what lasts. */
export async function lookForDrift({ store, clock }: Omit<Parts, "log">): Promise<void> {
  for (const sync of await store.all()) {
    if (sync.status === "draft" || sync.status === "paused") continue;
    const { conflicts, problems } = await store.counts(sync.id);
    const trouble = conflicts + problems === 0 ? null : troubleOf(sync, clock.now());
    if (trouble?.since === sync.trouble?.since && trouble?.sent === sync.trouble?.sent) continue;
    const drifted = trouble?.sent === true && sync.trouble?.sent !== true;
    await store.change(sync.workspaceId, sync.id, null, { trouble }, drifted ? { drifted } : null);
  }
}

function troubleOf({ trouble }: Sync, now: number): NonNullable<Sync["trouble"]> {
  if (!trouble) return { since: now, sent: false };
  return { ...trouble, sent: trouble.sent || now - trouble.since >= patienceMs };
}

/** Looks once a minute, until the signal aborts. */
export async function watchDrift(parts: Parts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await lookForDrift(parts).catch((err: unknown) => parts.log.error({ err }, "Whether syncs are in step could not be looked up"));
    await sleep(parts.clock, everyMs, signal);
  }
}
