import type { Trigger, TriggerDefinition } from "#engine/types/triggers.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { keptIpRanges } from "#kernel/ip-ranges.ts";

/** A sender that was refused at an address, how often within the last day, and when last. */
export interface RefusedSender {
  address: string;
  count: number;
  lastAt: number;
}

interface SenderGateParts {
  definition(trigger: Trigger): Promise<Pick<TriggerDefinition, "senders">>;
  clock: Clock;
}

const keptMs = dayMs;
/** Of one address; who comes after them is counted under no name. */
const mostSenders = 50;
const mostHooks = 2_000;
const others = "other addresses";

/** Refuses events from addresses that a flow's trigger or an inbox does not name, and counts whom it refused since this process started. */
export class SenderGate {
  readonly #parts: SenderGateParts;
  readonly #refused = new Map<string, Map<string, RefusedSender>>();

  constructor(parts: SenderGateParts) {
    this.#parts = parts;
  }

  /** Throws HOOK_SENDER_REFUSED. */
  async checkFlow(trigger: Trigger, address: string): Promise<void> {
    const { senders } = await this.#parts.definition(trigger);
    this.#check(trigger.flowId, senders, address);
  }

  /** Throws HOOK_SENDER_REFUSED. */
  checkInbox({ id, senders }: Pick<Inbox, "id" | "senders">, address: string): void {
    this.#check(id, senders ?? undefined, address);
  }

  /** Whom a flow or an inbox refused within the last day, the most recent first. */
  readonly refusedAt = (id: string): RefusedSender[] => {
    const since = this.#parts.clock.now() - keptMs;
    return [...(this.#refused.get(id)?.values() ?? [])].filter(({ lastAt }) => lastAt >= since).sort((a, b) => b.lastAt - a.lastAt);
  };

  #check(id: string, senders: readonly string[] | undefined, address: string): void {
    if (senders === undefined || senders.length === 0 || keptIpRanges(senders).has(address)) return;
    this.#count(id, address);
    throw new MillraceError("HOOK_SENDER_REFUSED", { details: { address } });
  }

  #count(id: string, address: string): void {
    const now = this.#parts.clock.now();
    const ofHook = this.#refused.get(id) ?? new Map<string, RefusedSender>();
    for (const [sender, { lastAt }] of ofHook) if (lastAt < now - keptMs) ofHook.delete(sender);
    const name = ofHook.has(address) || ofHook.size < mostSenders ? address : others;
    ofHook.set(name, { address: name, count: (ofHook.get(name)?.count ?? 0) + 1, lastAt: now });
    if (this.#refused.size >= mostHooks && !this.#refused.has(id)) this.#refused.clear();
    this.#refused.set(id, ofHook);
  }
}
