import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { silentLog } from "#kernel/log.ts";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import { until } from "#test/support/millrace.ts";
import { dataFiles, writePrivate } from "../start/data-folder.ts";
import { digest } from "#kernel/digest.ts";
import { deleteOld } from "./retention.ts";
import { loggedCall } from "#test/fakes/calls.ts";
import { readStoreNote, writeStoreNote } from "./store-note.ts";
import { sqliteHome } from "#storage/home.ts";
import { openStore, firstWorkspaceId as workspaceId, type Store } from "../start/store.ts";
import { Upkeep } from "./upkeep.ts";

const days = 90;
let auditDays = 0;
const callDays = 3;
let dataDir: string;
let clock: TestClock;
let passed: number;
let store: Store;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "millrace-upkeep-"));
  clock = new TestClock();
  passed = 0;
  store = await openStore(sqliteHome(dataFiles(dataDir).store), clock);
});
afterEach(async () => {
  await store.db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const open = () => Upkeep.open({ ...store, dataDir, version: "1.2.3", retentionDays: days, clock, log: silentLog, passed: () => passed });
const restarted = async () => {
  await store.db.close();
  store = await openStore(sqliteHome(dataFiles(dataDir).store), clock);
  return open();
};
/** One pass of the retention over everything that the engine deletes by age. */
const prune = (upkeep: Upkeep) =>
  deleteOld({
    engine: {
      async prune(_, olderThanMs) {
        const before = clock.now() - olderThanMs;
        await store.triggers.pruneLedger(workspaceId, before, 500);
        return store.runs.prune(workspaceId, before, 500);
      },
    },
    changes: store.changes,
    calls: store.calls,
    webhooks: store.webhooks,
    messages: store.messages,
    hookSubscriptions: store.hookSubscriptions,
    tags: store.tags,
    marks: store.marks,
    observe: () => upkeep.observe(),
    workspaces: store.workspaces.ids,
    days,
    auditDays,
    callDays,
    clock,
    log: silentLog,
  });

/** A finished run of the event with this key, as old as the clock says. */
async function finishedRun(n: number): Promise<boolean> {
  const now = clock.now();
  const one = acceptance(n, { key: `k${n}` });
  const event = { ...one.event, workspaceId, receivedAt: now };
  const runs = one.runs.map((run) => ({ ...run, workspaceId, createdAt: now, state: "succeeded" as const, finishedAt: now }));
  const { accepted } = await store.runs.commit({ accept: [{ ...one, event, runs }], steps: [], runs: [] });
  return accepted[0] !== null;
}
const runsLeft = async () => (await store.runs.list(workspaceId, {}, { limit: 200 })).length;

describe("who changed what", () => {
  const note = (id: string) => store.changes.add([{ workspaceId, kind: "flow", id, what: "paused" }]);
  const left = async () => (await store.changes.history(workspaceId, { limit: 99, kinds: ["flow"] })).map(({ id }) => id);
  const passDays = async (upkeep: Upkeep, many: number) => {
    for (let day = 0; day < many; day++) {
      await clock.advance(dayMs);
      passed += dayMs;
      await prune(upkeep);
    }
  };
  afterEach(() => (auditDays = 0));

  test("is kept for as long as the setting says, whatever becomes of the runs", async () => {
    auditDays = 120;
    const upkeep = await open();
    await note("first");
    await note("last");
    await passDays(upkeep, 119);
    expect(await left()).toEqual(["last", "first"]);
    await passDays(upkeep, 3);
    expect(await left()).toEqual(["last"]); // the newest stays, so that no number is given twice
  });

  test("which login was used for which call is kept for its own time", async () => {
    const upkeep = await open();
    await store.calls.add([loggedCall({ workspaceId, at: clock.now() })]);
    await passDays(upkeep, callDays);
    expect((await store.calls.list(workspaceId, {}, { limit: 9 })).calls).toHaveLength(1);
    await passDays(upkeep, 2);
    expect((await store.calls.list(workspaceId, {}, { limit: 9 })).calls).toEqual([]);
  });

  test("an address that is gone is known for 90 days after the first pass", async () => {
    const upkeep = await open();
    const digestOf = digest("gone");
    await store.db.write((q) =>
      q.insertInto("gone_hooks").values({ digest: digestOf, workspace_id: workspaceId, gone_at: null }).execute(),
    );
    await passDays(upkeep, 90);
    expect(await store.hookSubscriptions.isGone("gone")).toBe(true);
    await passDays(upkeep, 2);
    expect(await store.hookSubscriptions.isGone("gone")).toBe(false);
  });

  test("is kept for ever with 0", async () => {
    const upkeep = await open();
    await note("first");
    await note("last");
    await passDays(upkeep, 400);
    expect(await left()).toEqual(["last", "first"]);
  });
});

describe("a clock that runs 100 days ahead once", () => {
  test("deletes nothing, and once it is right again a repeat is still a repeat", async () => {
    let upkeep = await open();
    for (let n = 1; n <= 5; n++) expect(await finishedRun(n)).toBe(true);
    const right = clock.now();
    await store.marks.write({ deletedUpTo: right }); // the very next day of history would be theirs

    clock = new TestClock(right + 100 * dayMs);
    upkeep = await restarted();
    for (let hour = 0; hour < 48; hour++) {
      await prune(upkeep);
      await clock.advance(3_600_000);
      passed += 3_600_000;
    }
    expect(await runsLeft()).toBe(5);
    expect(upkeep.warnings().join()).toMatch(/100 days ahead/);

    clock = new TestClock(right + 2 * dayMs);
    upkeep = await restarted();
    await prune(upkeep);
    expect(upkeep.warnings()).toEqual([]);
    expect(await runsLeft()).toBe(5);
    expect(await finishedRun(3)).toBe(false);
  });

  test("that jumps while Millrace runs deletes nothing either", async () => {
    const upkeep = await open();
    await finishedRun(1);
    await store.marks.write({ deletedUpTo: clock.now() });
    passed += 3_600_000;
    await clock.advance(100 * dayMs);
    await prune(upkeep);
    expect(await runsLeft()).toBe(1);
  });

  test("is doubted at once, before the next look at it, so that no event is refused for its date", async () => {
    const upkeep = await open();
    expect(upkeep.doubtsClock()).toBe(false);
    await clock.advance(100 * dayMs);
    expect(upkeep.doubtsClock()).toBe(true);
  });
});

describe("a machine that was off for three months", () => {
  test("deletes a day of history each hour once a person says that the clock is right, and only what is old", async () => {
    let upkeep = await open();
    for (let n = 1; n <= 4; n++) {
      await finishedRun(n);
      await clock.advance(dayMs / 2);
      passed += dayMs / 2;
      await upkeep.observe();
    }
    clock = new TestClock(clock.now() + 92 * dayMs);
    upkeep = await restarted();
    await prune(upkeep);
    expect(await runsLeft()).toBe(4);

    writePrivate(dataFiles(dataDir).clockConfirmed, String(clock.now()));
    const left: number[] = [];
    for (let hour = 0; hour < days + 3; hour++) {
      await prune(upkeep);
      left.push(await runsLeft());
    }
    expect(upkeep.warnings()).toEqual([]);
    expect(left.slice(-4)).toEqual([4, 2, 0, 0]);
  });

  test("does not take an old word for a new clock", async () => {
    let upkeep = await open();
    await finishedRun(1);
    writePrivate(dataFiles(dataDir).clockConfirmed, String(clock.now()));
    clock = new TestClock(clock.now() + 100 * dayMs);
    upkeep = await restarted();
    await prune(upkeep);
    expect(upkeep.warnings().join()).toMatch(/100 days ahead/);
    expect(await runsLeft()).toBe(1);
  });
});

describe("a clock that was ahead and is set right", () => {
  const ahead = 100 * dayMs;

  /** A run that waits, begun at `at` by the clock: its row and its wait step. */
  async function waiting(n: number, at: number, until: number): Promise<string> {
    const one = acceptance(n);
    const run = { ...one.runs[0]!, workspaceId, createdAt: at, state: "waiting" as const, dueAt: until };
    await store.runs.commit({ accept: [{ ...one, event: { ...one.event, workspaceId }, runs: [run] }], steps: [], runs: [] });
    await store.db.q
      .insertInto("steps")
      .values({
        run_id: run.id,
        path: "pause",
        seq: 0,
        state: "waiting",
        output: JSON.stringify({ until }),
        attempts: "[]",
        started_at: at,
      })
      .execute();
    return run.id;
  }
  async function trigger(id: string, kind: string, nextAt: number, lastAt: number | null, state: object = {}): Promise<void> {
    await store.db.q
      .insertInto("triggers")
      .values({
        id,
        workspace_id: workspaceId,
        flow_id: id,
        kind,
        active: 1,
        next_at: nextAt,
        every_ms: 60_000,
        state: JSON.stringify(state),
        last_at: lastAt,
      })
      .execute();
  }
  const nextAt = async (id: string) =>
    (await store.db.q.selectFrom("triggers").select("next_at").where("id", "=", id).executeTakeFirstOrThrow()).next_at;

  test.each(["while Millrace runs", "by a restart"])("wakes what would sleep until then, and nothing else (%s)", async (how) => {
    let upkeep = await open();
    const right = clock.now();
    const minute = 60_000;
    const legit = await waiting(1, right, right + 200 * dayMs);
    const hourly = { schedule: { cron: "0 * * * *", everyMs: null, zone: "UTC", catchUp: "once" } };
    await trigger("good", "poll", right + 5 * minute, right);

    clock = new TestClock(right + ahead);
    upkeep = await restarted();
    const late = await waiting(2, right + ahead, right + ahead + minute);
    await trigger("poll", "poll", right + ahead + minute, right + ahead);
    await trigger("hourly", "schedule", right + ahead + 3_600_000, right + ahead, hourly);
    if (how === "by a restart") {
      clock = new TestClock(right);
      upkeep = await restarted();
    } else {
      clock = Object.assign(clock, { now: () => right });
      await upkeep.observe();
    }
    const due = async (id: string) => (await store.runs.load(id))!;
    expect((await due(late)).run.dueAt).toBe(right + minute);
    expect((await due(late)).steps[0]!.output).toEqual({ until: right + minute });
    expect((await due(legit)).run.dueAt).toBe(right + 200 * dayMs);
    expect((await due(legit)).steps[0]!.output).toEqual({ until: right + 200 * dayMs });
    expect(await nextAt("poll")).toBe(right + minute);
    expect(await nextAt("good")).toBe(right + 5 * minute);
    expect((await nextAt("hourly"))! - right).toBeLessThanOrEqual(3_600_000);
    expect(upkeep.warnings()).toEqual([]);
  });
});

test("a store of an earlier version takes its newest entry for the time it has seen", async () => {
  await finishedRun(1);
  clock = new TestClock(clock.now() + 40 * dayMs);
  expect((await open()).warnings().join()).toMatch(/40 days ahead/);
});

describe("what the folder remembers of its store", () => {
  test("is a step ahead of the file, so that a lost -wal file is noticed", async () => {
    const upkeep = await open();
    await upkeep.settle();
    await upkeep.settle();
    const note = readStoreNote(dataDir)!;
    expect(note.progress).toBe(2);
    expect((await restarted()).warnings()).toEqual([]);
    writeStoreNote(dataDir, { ...note, progress: note.progress + 1 });
    expect((await restarted()).warnings().join()).toMatch(/older than this folder remembers.*restored a backup.*-wal was lost/);
  });

  test("is kept each minute, and by then what was committed is in the file itself, without its -wal", async () => {
    const upkeep = await open();
    const stopping = new AbortController();
    upkeep.start(stopping.signal);
    await until("the first note", 5000, () => readStoreNote(dataDir)?.progress === 1);
    await finishedRun(1);
    await clock.advance(60_000);
    await until("the second note", 5000, () => readStoreNote(dataDir)?.progress === 2);
    stopping.abort();
    const copy = join(dataDir, "copy.db");
    copyFileSync(dataFiles(dataDir).store, copy);
    const raw = new Sqlite(copy);
    expect(raw.prepare("select count(*) as n from runs").get()).toEqual({ n: 1 });
    expect(raw.prepare("select value from store_marks where name = 'progress'").get()).toEqual({ value: "1" }); // a step behind the note
    raw.close();
  });

  test("names a store that was put in from elsewhere", async () => {
    const upkeep = await open();
    await upkeep.settle();
    writeStoreNote(dataDir, { ...readStoreNote(dataDir)!, instance: "store_other" });
    expect((await restarted()).warnings().join()).toMatch(/not the one that this folder belonged to before/);
  });

  test("is no obstacle when it was cut off", async () => {
    writeFileSync(dataFiles(dataDir).storeNote, '{"inst');
    expect((await open()).warnings()).toEqual([]);
  });
});
