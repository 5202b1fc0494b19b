import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { conflict } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import type { ApprovalStore } from "#storage/approval-store.ts";

interface Parts {
  approvals: Pick<ApprovalStore, "markLost">;
  /** Whether other processes may use the store. */
  shared: boolean;
  clock: Clock;
  log: Log;
}

/** For so long a process that has just begun may have no lease yet. */
const graceMs = minuteMs;
const error = conflict(
  "Millrace stopped while this was done, so nobody knows how it ended. Look whether it took effect before you ask again",
).toJSON();

/** Marks approved deeds whose process is gone: at the start, and while other processes share the store, each minute, since one may end while this runs. */
export async function keepMarkingLost(parts: Parts, signal: AbortSignal): Promise<void> {
  for (;;) {
    await markLost(parts).catch((err: unknown) =>
      parts.log.error({ err }, "Approved requests that were interrupted could not be looked for; the next start does it"),
    );
    if (!parts.shared || signal.aborted) return;
    await sleep(parts.clock, graceMs, signal);
  }
}

async function markLost({ approvals, shared, clock, log }: Parts): Promise<void> {
  const now = clock.now();
  const lost = await approvals.markLost(
    shared ? { decidedBefore: now - graceMs, aliveAfter: now, error } : { decidedBefore: Number.MAX_SAFE_INTEGER, aliveAfter: null, error },
  );
  if (lost > 0) log.warn({ lost }, "Millrace stopped while approved requests were done: nobody knows whether they took effect");
}
