import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { Inbox, ReceptionCount } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";

/** Counts the events that inboxes receive: in memory, and in the store every few seconds. */
export interface ReceptionCounter {
  /** `type` is "" where the event was not recognized. */
  add(inboxId: string, type: string, place: string): void;
  /** All that was counted, also what is not on the disk yet. */
  read(inbox: InboxRef): Promise<ReceptionCount[]>;
  forget(inboxId: string): void;
  close(): Promise<void>;
}

type InboxRef = Pick<Inbox, "id" | "workspaceId">;

const flushMs = 5_000;
const placePattern = /^[\w-]{5,64}$/;

interface Parts {
  store: Pick<InboxStore, "receptionCounts" | "addReceptionCounts">;
  inboxes: readonly InboxRef[];
  clock: Clock;
  log: Log;
  /** How many combinations of inbox, event and place are counted apart; further ones are counted without their place. */
  limit?: number;
}

export async function openReceptionCounter(parts: Parts): Promise<ReceptionCounter> {
  const counter = new GatheredCounts(parts);
  await counter.readAll();
  return counter;
}

/** Counts in memory, and adds them to the store every few seconds. */
class GatheredCounts implements ReceptionCounter {
  readonly #parts: Required<Parts>;
  readonly #keys = new Set<string>();
  #pending = new Map<string, ReceptionCount>();
  #flushing: Promise<void> | null = null;
  #cancel: (() => void) | null = null;

  constructor({ limit = 20_000, ...parts }: Parts) {
    this.#parts = { ...parts, limit };
  }

  /** Reads which combinations are counted already. */
  async readAll(): Promise<void> {
    const { store, inboxes } = this.#parts;
    for (const { workspaceId, id } of inboxes)
      for (const { type, place } of await store.receptionCounts(workspaceId, id)) this.#keys.add(keyOf(id, type, place));
  }

  add(inboxId: string, type: string, place: string): void {
    const { limit, clock } = this.#parts;
    const valid = placePattern.test(place) ? place : "";
    const fits = this.#keys.size < limit || this.#keys.has(keyOf(inboxId, type, valid));
    this.#count({ inboxId, type, place: fits ? valid : "", count: 1, lastAt: clock.now() });
    this.#flushLater();
  }

  async read({ workspaceId, id: inboxId }: InboxRef): Promise<ReceptionCount[]> {
    if (this.#flushing) await this.#flushing;
    const unwritten = [...this.#pending.values()].filter((row) => row.inboxId === inboxId);
    const written = await this.#parts.store.receptionCounts(workspaceId, inboxId);
    const all = new Map(written.map((row) => [keyOf(inboxId, row.type, row.place), row]));
    for (const row of unwritten) {
      const key = keyOf(inboxId, row.type, row.place);
      all.set(key, merged(all.get(key), row));
    }
    return [...all.values()];
  }

  forget(inboxId: string): void {
    for (const [key, row] of this.#pending) if (row.inboxId === inboxId) this.#pending.delete(key);
    for (const key of this.#keys) if (key.startsWith(`${inboxId} `)) this.#keys.delete(key);
  }

  async close(): Promise<void> {
    await this.#flush();
    this.#cancel?.();
  }

  #count(row: ReceptionCount): void {
    const key = keyOf(row.inboxId, row.type, row.place);
    this.#keys.add(key);
    this.#pending.set(key, merged(this.#pending.get(key), row));
  }

  #flushLater(): void {
    this.#cancel ??= this.#parts.clock.after(flushMs, () => void this.#flush());
  }

  async #flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#flushing) await this.#flushing;
    if (this.#pending.size === 0) return;
    const counts = [...this.#pending.values()];
    this.#pending = new Map();
    this.#flushing = this.#write(counts).finally(() => (this.#flushing = null));
    await this.#flushing;
  }

  async #write(counts: readonly ReceptionCount[]): Promise<void> {
    const { store, log } = this.#parts;
    try {
      await store.addReceptionCounts(counts);
    } catch (err) {
      log.error({ err }, "The counts of events that inboxes received could not be saved; they are kept and saved again shortly");
      for (const row of counts) this.#count(row);
      this.#flushLater();
    }
  }
}

const keyOf = (inboxId: string, type: string, place: string) => `${inboxId} ${type} ${place}`;

const merged = (before: ReceptionCount | undefined, more: ReceptionCount): ReceptionCount =>
  before ? { ...before, count: before.count + more.count, lastAt: Math.max(before.lastAt, more.lastAt) } : more;
