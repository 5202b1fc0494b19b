import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { ReceptionCount } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";

/** Counts what comes to inboxes: in memory, and on the disk every few seconds. */
export interface HeardCounter {
  /** `type` is "" where it could not be told. */
  add(inboxId: string, type: string, place: string): void;
  /** All that was counted, also what is not on the disk yet. */
  read(inboxId: string): Promise<ReceptionCount[]>;
  forget(inboxId: string): void;
  close(): Promise<void>;
}

const flushMs = 5_000;
const placePattern = /^[\w-]{5,64}$/;

/** `limit`: how many kinds of news (inbox, event and place) are told apart; what comes after those is counted without its place. */
export async function openHeard({
  store,
  inboxIds,
  clock,
  log,
  limit = 20_000,
}: {
  store: Pick<InboxStore, "receptionCounts" | "addReceptionCounts">;
  inboxIds: readonly string[];
  clock: Clock;
  log: Log;
  limit?: number;
}): Promise<HeardCounter> {
  const known = new Set<string>();
  let pending = new Map<string, ReceptionCount>();
  let flushing: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  for (const id of inboxIds) for (const { type, place } of await store.receptionCounts(id)) known.add(keyOf(id, type, place));

  const count = (heard: ReceptionCount) => {
    const key = keyOf(heard.inboxId, heard.type, heard.place);
    known.add(key);
    pending.set(key, merged(pending.get(key), heard));
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
        log.error({ err }, "What inboxes heard could not be counted; it is tried again shortly");
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
      const told = placePattern.test(place) ? place : "";
      const fits = known.size < limit || known.has(keyOf(inboxId, type, told));
      count({ inboxId, type, place: fits ? told : "", count: 1, lastAt: clock.now() });
      schedule();
    },
    async read(inboxId) {
      if (flushing) await flushing;
      const unwritten = [...pending.values()].filter((heard) => heard.inboxId === inboxId);
      const all = new Map((await store.receptionCounts(inboxId)).map((heard) => [keyOf(inboxId, heard.type, heard.place), heard]));
      for (const heard of unwritten) {
        const key = keyOf(inboxId, heard.type, heard.place);
        all.set(key, merged(all.get(key), heard));
      }
      return [...all.values()];
    },
    forget(inboxId) {
      for (const [key, heard] of pending) if (heard.inboxId === inboxId) pending.delete(key);
      for (const key of known) if (key.startsWith(`${inboxId} `)) known.delete(key);
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
