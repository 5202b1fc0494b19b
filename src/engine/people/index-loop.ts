import { sleep, type Clock } from "#kernel/clock.ts";
import type { RunStore } from "../ports/run-store.ts";
import { keysOfEvent, keysOfStep } from "./extract.ts";

interface Parts {
  store: Pick<RunStore, "indexPeople" | "unindexed" | "unread" | "markRead">;
  clock: Clock;
  /** Whether runs are waiting for their turn: sorting can wait then, up to a point. */
  busy: () => boolean;
  log: (message: string, error: unknown) => void;
  signal: AbortSignal;
}

/** Keeps the index of people up to date in the background, and reads the runs of an earlier release for theirs. */
export interface PeopleIndexer {
  /** Runs have new keys: they are sorted in before long. */
  soon(): void;
}

const soonMs = 1_000;
/** Sorted in one commit; small, so that nothing waits for it for long. */
const atOnce = 200;
/** A search looks through so many one by one without being felt. Beyond that they are sorted in even under load. */
const mostUnsorted = 20_000;
/** Changes of runs between two looks: with more than these the machine has better to do. */
const manyChanges = 100;
const readAtOnce = 25;
const restMs = 20;

export function createPeopleIndexer(parts: Parts): PeopleIndexer {
  const { clock, log, signal } = parts;
  let planned = false;
  let changes = 0;
  const busy = () => changes > manyChanges || parts.busy();
  const soon = () => {
    changes++;
    if (planned || signal.aborted) return;
    planned = true;
    clock.after(soonMs, () => {
      if (signal.aborted) return;
      const done = pass({ ...parts, busy });
      changes = 0;
      void done
        .catch((error: unknown) => log("The index of people could not be brought up to date; it is tried again shortly", error))
        .then((isComplete) => {
          planned = false;
          if (isComplete !== true) soon();
        });
    });
  };
  return { soon };
}

/** True when everything is sorted in and read. */
async function pass(parts: Parts): Promise<boolean> {
  const { store, busy, clock, signal } = parts;
  if (busy() && (await store.unindexed(mostUnsorted)) < mostUnsorted) return false;
  await sortIn(parts);
  while (!busy() && (await readSome(parts))) {
    await sortIn(parts);
    await sleep(clock, restMs, signal);
    if (signal.aborted) return true;
  }
  return !busy();
}

/** Each commit is followed by a rest as long as it took, so that events get every second one of them. */
async function sortIn({ store, clock, signal }: Parts): Promise<void> {
  for (;;) {
    const began = clock.monotonic();
    if (signal.aborted || (await store.indexPeople(atOnce)) < atOnce) return;
    await rest(clock, clock.monotonic() - began);
  }
}

/** False when nothing is left to be read. */
async function readSome({ store }: Parts): Promise<boolean> {
  const runs = await store.unread(readAtOnce);
  await store.markRead(
    runs.map(({ runId, event, steps }) => {
      const keys = event ? keysOfEvent(event) : [];
      for (const step of steps) keys.push(...keysOfStep(step, keys));
      return { runId, keys };
    }),
  );
  return runs.length > 0;
}

const rest = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.soon(ms, resolve));
