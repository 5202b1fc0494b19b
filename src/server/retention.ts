import type { Engine } from "#engine/api.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";

const hourMs = 3_600_000;
const firstAfterMs = 60_000;

/** Deletes finished runs that are older than `days`, every hour. The engine does it in pieces, so that no commit waits long. */
export function startRetention({
  engine,
  workspaceId,
  days,
  clock,
  log,
  signal,
}: {
  engine: Pick<Engine, "prune">;
  workspaceId: string;
  days: number;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): void {
  const once = async () => {
    const deleted = await engine.prune(workspaceId, days * 24 * hourMs);
    if (deleted > 0) log.info({ runs: deleted, days }, "Old runs were deleted");
  };
  const keepGoing = async () => {
    for (let pause = firstAfterMs; ; pause = hourMs) {
      await sleep(clock, pause, signal);
      if (signal.aborted) return;
      await once().catch((err: unknown) => log.error({ err }, "Old runs could not be deleted; it is tried again in an hour"));
    }
  };
  void keepGoing();
}
