import type { Clock } from "#kernel/clock.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Trigger } from "../types/triggers.ts";
import type { TriggerLocks } from "./trigger-locks.ts";

interface Parts {
  triggers: Pick<TriggerStore, "list" | "update">;
  locks: Pick<TriggerLocks, "exclusively">;
  /** Looks for what is due. */
  poke(): void;
  clock: Clock;
}

/** Triggers whose last poll failed because of a login, or because there was none of its name. */
export class RefusedPolls {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes those of a connection due at once. Otherwise the error of a login that works again would be shown until the next poll. */
  async pollAgain(workspaceId: string, connectionId: string): Promise<number> {
    const { triggers, locks, clock, poke } = this.#parts;
    const refused = (await triggers.list(workspaceId)).filter((trigger) => isRefused(trigger, connectionId));
    for (const { id } of refused) await locks.exclusively(id, () => triggers.update(workspaceId, id, { nextAt: clock.now() }));
    if (refused.length > 0) poke();
    return refused.length;
  }
}

/** An error about a connection that was not there names no id: any that can be used now may be the one. */
const isRefused = ({ active, nextAt, lastError }: Trigger, connectionId: string): boolean =>
  active && nextAt !== null && (lastError?.details["connectionId"] === connectionId || lastError?.code === "CONNECTION_UNKNOWN");
