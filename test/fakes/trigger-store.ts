import type { Acceptance, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Event } from "#engine/types/events.ts";
import type { SeenItem, Trigger } from "#engine/types/triggers.ts";
import type { LedgerEntry } from "#engine/types/ledger.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import type { WatchedRecord } from "#engine/types/observations.ts";

type Patch = Parameters<TriggerStore["update"]>[2];

/** Triggers in memory, with the promises of the real ones: what goes in is a copy, a settle is all or nothing, a key is taken once. */
export class MemoryTriggerStore implements TriggerStore {
  readonly #triggers = new Map<string, Trigger>();
  readonly #seen = new Map<string, Map<string, SeenItem>>();
  readonly #accepted = new Map<string, Acceptance[]>();
  readonly #keys = new Set<string>();

  add(trigger: Trigger): void {
    this.#triggers.set(trigger.id, copy(trigger));
  }

  get(id: string): Trigger {
    return copy(this.#triggers.get(id)!);
  }

  /** What was accepted for a trigger, in order. */
  accepted(triggerId: string): Acceptance[] {
    return this.#accepted.get(triggerId) ?? [];
  }

  events(triggerId: string): Event[] {
    return this.accepted(triggerId).map((a) => a.event);
  }

  async byToken(token: string) {
    return this.#find((t) => t.token === token);
  }

  async byFlow(workspaceId: string, flowId: string) {
    return this.#find((t) => t.workspaceId === workspaceId && t.flowId === flowId);
  }

  async list(workspaceId: string) {
    return [...this.#triggers.values()].filter((t) => t.workspaceId === workspaceId).map(copy);
  }

  async due(now: number, limit: number) {
    return this.#waiting()
      .filter((t) => t.nextAt! <= now)
      .slice(0, limit)
      .map(copy);
  }

  async nextDue(after: number) {
    let next: number | null = null;
    for (const { active, nextAt } of this.#triggers.values())
      if (active && nextAt !== null && nextAt > after && (next === null || nextAt < next)) next = nextAt;
    return next;
  }

  async update(workspaceId: string, id: string, patch: Patch) {
    const trigger = this.#triggers.get(id);
    if (trigger?.workspaceId === workspaceId) Object.assign(trigger, copy(patch));
  }

  async seen(triggerId: string, keys: readonly string[]) {
    const all = this.#seenOf(triggerId);
    return new Map(keys.flatMap((key) => (all.has(key) ? [[key, { ...all.get(key)! }] as const] : [])));
  }

  async allSeen(triggerId: string) {
    return [...this.#seenOf(triggerId).values()].map((item) => ({ ...item }));
  }

  async settle({ triggerId, accept, remember, forget, patch }: Parameters<TriggerStore["settle"]>[0]) {
    const copies = accept.map(copy); // throws before anything is written for what cannot be stored
    const items = remember.map(copy);
    const acceptedRuns = copies.map((acceptance) => this.#accept(acceptance));
    const seen = this.#seenOf(triggerId);
    for (const item of items) seen.set(item.key, item);
    for (const key of forget) seen.delete(key);
    Object.assign(this.#triggers.get(triggerId) ?? {}, copy(patch));
    return acceptedRuns;
  }

  /** No ledger is kept here: what is reconciled is tried with the real store. */
  async ledgerEntries() {
    return new Map<string, LedgerEntry>();
  }

  async ledger() {
    return { webhookOnly: 0, confirmed: 0, recovered: 0, recent: [] };
  }

  /** Change triggers too are tried with the real store. */
  async watched() {
    return new Map<string, WatchedRecord>();
  }

  async observations() {
    return [];
  }

  async pruneLedger() {
    return 0;
  }

  async clearSeen(triggerId: string) {
    this.#seen.delete(triggerId);
  }

  #accept(acceptance: Acceptance): AcceptedRuns {
    const { triggerId, key } = acceptance.event;
    const unique = JSON.stringify([triggerId, key]);
    if (this.#keys.has(unique)) return null;
    this.#keys.add(unique);
    this.#accepted.set(triggerId, [...this.accepted(triggerId), acceptance]);
    return acceptance.runs;
  }

  #seenOf(triggerId: string): Map<string, SeenItem> {
    const seen = this.#seen.get(triggerId) ?? new Map<string, SeenItem>();
    this.#seen.set(triggerId, seen);
    return seen;
  }

  #find(fits: (trigger: Trigger) => boolean): Trigger | null {
    const found = [...this.#triggers.values()].find(fits);
    return found ? copy(found) : null;
  }

  #waiting(): Trigger[] {
    return [...this.#triggers.values()]
      .filter((t) => t.active && t.nextAt !== null)
      .sort((a, b) => a.nextAt! - b.nextAt! || (a.id < b.id ? -1 : 1));
  }
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
