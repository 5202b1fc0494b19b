import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import type { SyncChange, SyncNote } from "#sync/store.ts";
import type { Sync } from "#sync/types.ts";
import { sync } from "#test/contracts/sync-store.contract.ts";
import { lookForDrift, patienceMs } from "./drift-watch.ts";

/** One sync with so many conflicts and problems, and the notes that are written of it. */
function world(status: Sync["status"] = "on") {
  const clock = new TestClock(0);
  const counted = { conflicts: 0, problems: 0 };
  const notes: (SyncNote | null)[] = [];
  let now = sync("one", { status });
  const store = {
    all: async () => [now],
    counts: async () => ({ ...counted, linked: 1, waiting: 0, ignored: 0, lastChangeAt: null }),
    change: async (_: string, __: string, ___: number | null, change: SyncChange, note: SyncNote | null) => {
      now = { ...now, trouble: change.trouble ?? null };
      notes.push(note);
      return true;
    },
  };
  const after = async (ms: number) => {
    await clock.advance(ms);
    await lookForDrift({ store, clock });
    return now.trouble;
  };
  return { counted, notes, after };
}

test("what is put right within a quarter of an hour is no news; what lasts is sent once", async () => {
  const { counted, notes, after } = world();
  expect(await after(minuteMs)).toBe(null);
  counted.conflicts = 1;
  expect(await after(minuteMs)).toEqual({ since: 2 * minuteMs, sent: false });
  counted.conflicts = 0;
  expect(await after(minuteMs)).toBe(null);
  counted.problems = 2;
  await after(minuteMs);
  expect(await after(patienceMs - 1)).toMatchObject({ sent: false });
  expect(notes.filter((note) => note?.drifted)).toEqual([]);
  expect(await after(1)).toMatchObject({ sent: true });
  expect(await after(patienceMs)).toMatchObject({ sent: true });
  expect(notes.filter((note) => note?.drifted)).toHaveLength(1);
});

test("a sync that is paused or never started is not looked at", async () => {
  for (const status of ["paused", "draft"] as const) {
    const { counted, notes, after } = world(status);
    counted.conflicts = 1;
    await after(patienceMs);
    expect(notes).toEqual([]);
  }
});
