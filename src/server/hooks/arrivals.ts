import type { Engine } from "#engine/api.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { Vault } from "#vault/vault.ts";

export interface ArrivalParts {
  engine: Pick<Engine, "triggerDefinition">;
  vault: Pick<Vault, "find" | "used">;
  clock: Clock;
  log: Log;
}

const everyMs = 60_000;
const mostTriggers = 10_000;

/** Notes on the connection a trigger names that its app was in touch: at most once a minute, and never in the way of an event. */
export function createArrivals({ engine, vault, clock, log }: ArrivalParts): (trigger: Trigger) => void {
  const notedAt = new Map<string, number>();
  const note = async (trigger: Trigger, now: number): Promise<void> => {
    const { connection: name } = await engine.triggerDefinition(trigger);
    const connection = name === undefined ? null : await vault.find(trigger.workspaceId, name);
    if (connection) await vault.used(trigger.workspaceId, connection.id, now);
  };
  return (trigger) => {
    const now = clock.now();
    if (now - (notedAt.get(trigger.id) ?? -Infinity) < everyMs) return;
    if (notedAt.size >= mostTriggers) notedAt.clear();
    notedAt.set(trigger.id, now);
    note(trigger, now).catch((err: unknown) =>
      log.warn({ err, trigger: trigger.id }, "It was not noted that an event came for a connection"),
    );
  };
}
