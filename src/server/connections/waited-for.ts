import type { Engine } from "#engine/api.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { ConnectionService } from "./connection-service.ts";
import type { RefusedLogins } from "./refused-logins.ts";

interface Parts {
  engine: Pick<Engine, "outages" | "endWaitFor">;
  refused: Pick<RefusedLogins, "has">;
  connections: Pick<ConnectionService, "test">;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
}

/** A sub-account that is active again says so to nobody, and the runs that would notice wait. */
const everyMs = 15 * 60_000;

/** Tests the connections for which runs wait, now and then, as long as they do. */
export async function keepTesting(parts: Parts, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await sleep(parts.clock, everyMs, signal))
    await testWaitedFor(parts).catch((err: unknown) =>
      parts.log.error({ err }, "Connections that runs wait for could not be looked at; it is tried again in a quarter of an hour"),
    );
}

/** One pass. Where a connection works again already, its runs go on: a stop may have come in between. */
export async function testWaitedFor({ engine, refused, connections, workspaces, log }: Parts): Promise<void> {
  for (const workspaceId of await workspaces())
    for (const { connection } of await engine.outages(workspaceId)) {
      if (connection === undefined) continue;
      if (!refused.has(connection)) await engine.endWaitFor(workspaceId, connection);
      else
        await connections
          .test(workspaceId, connection)
          .catch((err: unknown) => log.warn({ err, connection }, "A connection that runs wait for could not be tested"));
    }
}
