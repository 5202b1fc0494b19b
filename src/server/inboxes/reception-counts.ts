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

/** `limit`: how many combinations of inbox, event and place are counted apart; further ones are counted without their place. */
export async function openReceptionCounter({
  store,
  inboxes,
  clock,
  log,
  limit = 20_000,
}: {
  store: Pick<InboxStore, "receptionCounts" | "addReceptionCounts">;
  inboxes: readonly InboxRef[];
  clock: Clock;
  log: Log;
  limit?: number;
}): Promise<ReceptionCounter> {
  const keys = new Set<string>();
  let pending = new Map<string, ReceptionCount>();
  let flushing: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  for (const { workspaceId, id } of inboxes)
    for (const { type, place } of await store.receptionCounts(workspaceId, id)) keys.add(keyOf(id, type, place));

  const count = (row: ReceptionCount) => {
    const key = keyOf(row.inboxId, row.type, row.place);
    keys.add(key);
    pending.set(key, merged(pending.get(key), row));
  };

  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    if (flushing) await flushing;
    if (pending.size === 0) return;
    const counts = [...pending.values()];
    pending = new Map();
    flushing = store
      .addReceptionCounts(counts)
      .catch((err: unknown) => {
        log.error({ err }, "The counts of events that inboxes received could not be saved; they are kept and saved again shortly");
        counts.forEach(count);
        schedule();
      })
      .finally(() => (flushing = null));
    await flushing;
  }
  const schedule = () => {
    cancel ??= clock.after(flushMs, () => void flush());
  };

  return {
    add(inboxId, type, place) {
      const valid = placePattern.test(place) ? place : "";
      const fits = keys.size < limit || keys.has(keyOf(inboxId, type, valid));
      count({ inboxId, type, place: fits ? valid : "", count: 1, lastAt: clock.now() });
      schedule();
    },
    async read({ workspaceId, id: inboxId }) {
      if (flushing) await flushing;
      const unwritten = [...pending.values()].filter((row) => row.inboxId === inboxId);
      const all = new Map((await store.receptionCounts(workspaceId, inboxId)).map((row) => [keyOf(inboxId, row.type, row.place), row]));
      for (const row of unwritten) {
        const key = keyOf(inboxId, row.type, row.place);
        all.set(key, merged(all.get(key), row));
      }
      return [...all.values()];
    },
    forget(inboxId) {
      for (const [key, row] of pending) if (row.inboxId === inboxId) pending.delete(key);
      for (const key of keys) if (key.startsWith(`${inboxId} `)) keys.delete(key);
    },
    async close() {
      await flush();
      cancel?.();
    },
  };
}

const keyOf = (inboxId: string, type: string, place: string) => `${inboxId} ${type} ${place}`;

const merged = (before: ReceptionCount | undefined, more: ReceptionCount): ReceptionCount =>
  before ? { ...before, count: before.count + more.count, lastAt: Math.max(before.lastAt, more.lastAt) } : more;
