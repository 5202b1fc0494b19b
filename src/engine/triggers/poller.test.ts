import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { sampleAcceptance, sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { MemoryTriggerStore } from "#test/fakes/trigger-store.ts";
import type { Acceptance } from "../types/acceptance.ts";
import { activation, deactivation } from "./activate.ts";
import { nextOnGrid } from "./grid.ts";
import type { PollPlan } from "./plan.ts";
import { createPoller, type PollOutcome } from "./poller.ts";
import { pollStateOf } from "./poll-state.ts";
import type { SurveyLimits } from "./survey.ts";

const minute = 60_000;
const definition = { app: "test", operation: "list", every: "1m" };

interface Row {
  id: string;
  text: string;
  at?: string;
}

/** A trigger on a list that the test holds in its hands. */
async function watched({
  plan = {},
  limits,
  pageRows = 100,
}: { plan?: Partial<PollPlan>; limits?: Partial<SurveyLimits>; pageRows?: number } = {}) {
  const clock = new TestClock();
  const store = new MemoryTriggerStore();
  const fresh = sampleTrigger("t", { active: false, nextAt: null });
  store.add(fresh);
  await store.update("ws_1", "t", activation(fresh, definition, { kind: "poll", now: clock.now() }));
  const queued: Acceptance[] = [];
  const world = { rows: [] as (Row | null)[], error: null as Error | null, flowOn: true, hangs: false, readPages: 0 };
  const fullPlan: PollPlan = {
    mode: "changed",
    fingerprint: "one",
    input: {},
    list: true,
    identity: "id",
    time: null,
    timeTrusted: false,
    newestFirst: false,
    volatile: [],
    ...plan,
  };
  let serial = 0;
  const poller = createPoller({
    triggers: store,
    clock,
    ...(limits ? { limits } : {}),
    accepted: (all) => queued.push(...all),
    makeAcceptance: async (trigger, payload, { key }) =>
      world.flowOn ? sampleAcceptance(trigger.id, key, { payload, id: `${serial++}` }) : null,
    read: async () => ({
      plan: fullPlan,
      pages: (async function* () {
        if (world.hangs) await new Promise(() => {});
        if (world.error) throw world.error;
        for (let from = 0; from === 0 || from < world.rows.length; from += pageRows) {
          world.readPages++;
          yield { rows: world.rows.slice(from, from + pageRows) };
        }
      })(),
    }),
  });
  return {
    clock,
    store,
    world,
    queued,
    plan: fullPlan,
    poll: (signal?: AbortSignal): Promise<PollOutcome> => poller.poll(store.get("t"), signal),
    emitted: () =>
      store
        .events("t")
        .map((e) => e.payload as Row & { _change: { kind: string } })
        .map((p) => `${p._change.kind} ${p.id} ${p.text ?? ""}`.trim()),
    trigger: () => store.get("t"),
  };
}

describe("a poll", () => {
  test("begins with a baseline and tells the record as read, with what happened beside it", async () => {
    const { poll, world, store, emitted, clock, queued } = await watched();
    world.rows = [{ id: "a", text: "red" }];
    expect(await poll()).toEqual({ kind: "settled", events: 0, baseline: true });
    world.rows = [
      { id: "a", text: "red" },
      { id: "b", text: "blue" },
    ];
    expect(await poll()).toEqual({ kind: "settled", events: 1, baseline: false });
    expect(emitted()).toEqual(["new b blue"]);
    expect(store.events("t")[0]!.payload).toEqual({
      id: "b",
      text: "blue",
      _change: { kind: "new", id: "b", readAt: new Date(clock.now()).toISOString() },
    });
    expect(queued.map((a) => a.event.id)).toEqual(store.events("t").map((e) => e.id));
  });

  test("A to B to A to B is three changes", async () => {
    const { poll, world, emitted } = await watched();
    for (const text of ["A", "B", "A", "B", "B"]) {
      world.rows = [{ id: "x", text }];
      await poll();
    }
    expect(emitted()).toEqual(["changed x B", "changed x A", "changed x B"]);
  });

  test("moves to the next place of its grid, however late it came", async () => {
    const { poll, trigger, clock } = await watched();
    await clock.advance(7 * minute + 123);
    await poll();
    expect(trigger().nextAt).toBe(nextOnGrid("t", minute, clock.now()));
    expect(trigger().lastAt).toBe(clock.now());
  });

  test("that finds the flow off keeps cursor and seen set, so that nothing is lost when it comes back", async () => {
    const { poll, world, emitted, trigger } = await watched();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    const before = trigger().state;
    world.rows = [
      { id: "a", text: "green" },
      { id: "b", text: "blue" },
    ];
    world.flowOn = false;
    expect(await poll()).toEqual({ kind: "stale" });
    expect(trigger().state).toEqual(before);
    world.flowOn = true;
    await poll();
    expect(emitted()).toEqual(["changed a green", "new b blue"]);
  });

  test("wrapped around something that is no object tells it under value", async () => {
    const { poll, world, store } = await watched({ plan: { identity: null, mode: "new" } });
    await poll();
    world.rows = ["vip" as unknown as Row];
    await poll();
    expect(store.events("t")[0]!.payload).toMatchObject({ value: "vip", _change: { kind: "new" } });
  });
});

describe("a poll that fails", () => {
  const quota = new MillraceError("RATE_LIMITED", { details: { app: "HighLevel" } });

  test("keeps what it knows, says why in words and comes again within the interval", async () => {
    const { poll, world, emitted, trigger, clock } = await watched();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    world.error = quota;
    expect((await poll()).kind).toBe("failed");
    expect(trigger().lastError).toMatchObject({ code: "RATE_LIMITED", message: "HighLevel asked us to slow down." });
    expect(trigger().nextAt! - clock.now()).toBeLessThan(minute);
    expect(pollStateOf(trigger().state)).toMatchObject({ failures: 1, fingerprint: "one" });
    world.error = null;
    world.rows = [{ id: "a", text: "blue" }];
    await poll();
    expect(emitted()).toEqual(["changed a blue"]);
    expect(trigger().lastError).toBeNull();
    expect(pollStateOf(trigger().state).failures).toBe(0);
  });

  test("before its baseline has the baseline still to come", async () => {
    const { poll, world, emitted } = await watched();
    world.error = quota;
    await poll();
    world.error = null;
    world.rows = [{ id: "a", text: "red" }];
    expect(await poll()).toMatchObject({ baseline: true });
    expect(emitted()).toEqual([]);
  });

  test("with something that is no error of the table is a fault of ours, and no more", async () => {
    const { poll, world, trigger } = await watched();
    world.error = new TypeError("x is undefined");
    expect(await poll()).toMatchObject({ kind: "failed", error: { code: "INTERNAL" } });
    expect(trigger().lastError?.message).not.toContain("undefined");
  });

  test("because it is stopped leaves no trace, even when the read does not listen", async () => {
    const { poll, world, trigger } = await watched();
    world.hangs = true;
    const stop = new AbortController();
    const before = trigger();
    const polled = poll(stop.signal);
    stop.abort();
    expect(await polled).toEqual({ kind: "stale" });
    expect(trigger()).toEqual(before);
  });
});

describe("what a trigger watches", () => {
  test("changed: a new baseline takes the place of the old, and forgets it", async () => {
    const { poll, world, emitted, store, plan } = await watched();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    plan.fingerprint = "two";
    world.rows = [{ id: "b", text: "blue" }];
    expect(await poll()).toMatchObject({ baseline: true });
    expect((await store.allSeen("t")).map((s) => s.key)).toEqual(["b"]);
    world.rows = [
      { id: "a", text: "red" },
      { id: "b", text: "blue" },
    ];
    await poll();
    expect(emitted()).toEqual(["new a red"]);
  });

  test("the same record may be new once for each thing that is watched", async () => {
    const { poll, world, emitted, plan } = await watched({ plan: { mode: "new" } });
    await poll();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    plan.fingerprint = "two";
    world.rows = [];
    await poll();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    expect(emitted()).toEqual(["new a red", "new a red"]);
  });

  test("off and on with the same input goes on where it stood; from now begins again", async () => {
    const { poll, world, emitted, store, trigger, clock } = await watched();
    await poll();
    world.rows = [{ id: "a", text: "red" }];
    await store.update("ws_1", "t", deactivation);
    await clock.advance(minute);
    await store.update("ws_1", "t", activation(trigger(), definition, { kind: "poll", now: clock.now() }));
    expect(await poll()).toMatchObject({ baseline: false, events: 1 });
    world.rows = [
      { id: "a", text: "red" },
      { id: "b", text: "blue" },
    ];
    await store.update("ws_1", "t", activation(trigger(), definition, { kind: "poll", now: clock.now(), startFrom: "now" }));
    expect(await poll()).toMatchObject({ baseline: true, events: 0 });
    expect(emitted()).toEqual(["new a red"]);
  });
});

describe("a single record", () => {
  const single = { list: false };
  const missing = new MillraceError("OUTBOUND_NOT_FOUND", {
    details: { app: "HighLevel", operation: "contacts.get", message: "no such contact" },
  });

  test("that appears where there was none is new; another in its place is new again", async () => {
    const { poll, world, emitted } = await watched({ plan: single });
    world.rows = [null];
    await poll();
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    world.rows = [{ id: "a", text: "green" }];
    await poll();
    world.rows = [{ id: "b", text: "green" }];
    await poll();
    expect(emitted()).toEqual(["new a red", "changed a green", "new b green"]);
  });

  test("that is not found any more was deleted, and that is no error", async () => {
    const { poll, world, emitted, trigger } = await watched({ plan: { ...single, mode: "all" } });
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    world.error = missing;
    await poll();
    await poll();
    expect(emitted()).toEqual(["deleted a"]);
    expect(trigger().lastError).toBeNull();
  });

  test("that was never found is watched all the same, and reported to a person: the id may be mistyped", async () => {
    const { poll, world, emitted, trigger } = await watched({ plan: single });
    world.error = missing;
    expect(await poll()).toMatchObject({ kind: "settled", baseline: true });
    expect(trigger().lastError?.code).toBe("OUTBOUND_NOT_FOUND");
    world.error = null;
    world.rows = [{ id: "a", text: "red" }];
    await poll();
    expect(emitted()).toEqual(["new a red"]);
    expect(trigger().lastError).toBeNull();
  });
});

describe("a large list", () => {
  const start = Date.UTC(2026, 0, 15, 9);
  const rowAt = (n: number, minutes: number, text = "red"): Row => ({
    id: `r${n}`,
    text,
    at: new Date(start + minutes * minute).toISOString(),
  });
  const newest = { newestFirst: true, time: "at", timeTrusted: true };

  test("newest first is read up to the overlap behind the cursor, and emitted oldest first", async () => {
    const { poll, world, emitted } = await watched({ plan: newest, pageRows: 5 });
    world.rows = Array.from({ length: 30 }, (_, i) => rowAt(i, -60 * i));
    await poll();
    expect(world.readPages).toBe(6);
    world.rows = [rowAt(101, 2), rowAt(100, 1), ...world.rows];
    await poll();
    expect(world.readPages).toBe(7);
    expect(emitted()).toEqual(["new r100 red", "new r101 red"]);
  });

  describe("that looks for deletions, and is read whole once an hour", () => {
    const hourly = { ...newest, mode: "all" as const, wholeEveryMs: 60 * minute };
    const rows = (count: number) => Array.from({ length: count }, (_, i) => rowAt(i, -60 * i));

    test("is read up to the overlap between, and finds what is made and changed", async () => {
      const { poll, world, emitted, clock } = await watched({ plan: hourly, pageRows: 5 });
      world.rows = rows(30);
      await poll();
      expect(world.readPages).toBe(6);
      await clock.advance(minute);
      world.rows = [rowAt(100, 1), rowAt(7, 1, "blue"), ...world.rows.filter((row) => row?.id !== "r7")];
      await poll();
      expect(world.readPages).toBe(7);
      expect(emitted()).toEqual(["changed r7 blue", "new r100 red"]);
    });

    test("finds deletions with the reading to the end, and makes sure at the next", async () => {
      const { poll, world, emitted, clock } = await watched({ plan: hourly, pageRows: 5 });
      world.rows = rows(30);
      await poll();
      world.rows = world.rows.filter((row) => row?.id !== "r20");
      await clock.advance(30 * minute);
      await poll();
      expect([world.readPages, emitted()]).toEqual([7, []]);
      await clock.advance(31 * minute);
      await poll();
      expect([world.readPages, emitted()]).toEqual([13, []]);
      await clock.advance(minute);
      await poll();
      expect([world.readPages, emitted()]).toEqual([19, ["deleted r20"]]);
      await clock.advance(minute);
      await poll();
      expect(world.readPages).toBe(20);
    });

    test("is read whole less often the longer it is: 3 % of a day's calls at most", async () => {
      const { poll, world, clock, trigger } = await watched({ plan: hourly, pageRows: 1 });
      world.rows = rows(500);
      let pages = 0;
      for (let at = 0; at < 24 * 60; at += 5) {
        await poll();
        pages = world.readPages;
        await clock.advance(5 * minute);
      }
      expect(pages).toBeGreaterThan(5_500);
      expect(pages).toBeLessThan(6_000 + 500 + 2 * 288);
      expect(trigger().nextAt! - clock.now()).toBeLessThan(5 * minute);
    });

    test("rests after each reading of a list that cannot be had newest first", async () => {
      const { poll, world, clock, trigger } = await watched({ plan: { ...hourly, newestFirst: false }, pageRows: 1 });
      world.rows = rows(10);
      await poll();
      expect(trigger().nextAt! - clock.now()).toBeLessThan(4 * minute);
      world.rows = rows(500);
      await poll();
      expect(trigger().nextAt! - clock.now()).toBeGreaterThan(115 * minute);
      world.rows = rows(499);
      await poll();
      expect(trigger().nextAt! - clock.now()).toBeLessThanOrEqual(minute); // what it misses is made sure of at once
    });

    test("rests as well where the order that is asked for is not kept", async () => {
      const { poll, world, clock, trigger } = await watched({ plan: hourly, pageRows: 2 });
      world.rows = rows(1_000).reverse();
      await poll();
      expect(trigger().nextAt! - clock.now()).toBeLessThanOrEqual(minute);
      await poll();
      expect(trigger().nextAt! - clock.now()).toBeGreaterThan(115 * minute);
    });
  });

  test("newest first shows what the index lagged with, at the next look", async () => {
    const { poll, world, emitted } = await watched({ plan: newest, pageRows: 1 });
    world.rows = [rowAt(3, 9), rowAt(2, 5), rowAt(1, -600)];
    await poll();
    world.rows.splice(2, 0, rowAt(4, 0));
    await poll();
    expect(emitted()).toEqual(["new r4 red"]);
  });

  test("is read to its end once a day all the same, and what lagged longer than the overlap is emitted then", async () => {
    const { poll, world, emitted, clock } = await watched({ plan: newest, pageRows: 5 });
    world.rows = Array.from({ length: 30 }, (_, i) => rowAt(i, -60 * i));
    await poll();
    world.rows.splice(20, 0, rowAt(200, -60 * 19.5));
    await poll();
    expect(emitted()).toEqual([]);
    await clock.advance(24 * 60 * minute);
    await poll();
    expect(emitted()).toEqual(["new r200 red"]);
  });

  test("a row dated in the future does not drag the cursor past what is still to come", async () => {
    const { poll, world, emitted, clock } = await watched({ plan: newest, pageRows: 1 });
    world.rows = [rowAt(1, 60 * 24 * 365), rowAt(2, 30), rowAt(3, -600)];
    await poll();
    await clock.advance(minute);
    world.rows.splice(2, 0, rowAt(4, 29));
    await poll();
    expect(emitted()).toEqual(["new r4 red"]);
  });

  test("with more news than is held at once tells all of it, once, over several polls", async () => {
    const { poll, world, emitted, trigger } = await watched({ pageRows: 5, limits: { mostBytes: 2_000 } });
    world.rows = [rowAt(1, 0)];
    await poll();
    world.rows = Array.from({ length: 40 }, (_, i) => rowAt(i, i, "x".repeat(100)));
    await poll();
    expect(emitted().length).toBeGreaterThan(5);
    expect(emitted().length).toBeLessThan(40);
    expect(trigger().lastError?.code).toBe("POLL_TOO_LONG");
    for (let i = 0; i < 4; i++) await poll();
    expect(trigger().lastError).toBeNull();
    expect(emitted().toSorted()).toEqual(
      world.rows.map((row) => `${row!.id === "r1" ? "changed" : "new"} ${row!.id} ${row!.text}`).toSorted(),
    );
  });

  test("beyond the bound is cut off, says so, and leaves the cursor where it was", async () => {
    const { poll, world, trigger } = await watched({ plan: newest, pageRows: 5, limits: { maxPages: 2 } });
    world.rows = [rowAt(1, 0)];
    await poll();
    const { cursor } = pollStateOf(trigger().state);
    world.rows = Array.from({ length: 30 }, (_, i) => rowAt(100 + i, 20 - i / 10));
    await poll();
    expect(trigger().lastError?.code).toBe("POLL_TOO_LONG");
    expect(pollStateOf(trigger().state).cursor).toBe(cursor);
  });

  test("a list that a user describes says so where its rows have no id at the path they were said to have it (M14)", async () => {
    const { poll, world, trigger, emitted } = await watched({ plan: { described: true, identity: "orderNo" } });
    world.rows = [rowAt(1, 0)];
    await poll();
    expect(trigger().lastError).toMatchObject({ code: "POLL_WITHOUT_IDS", details: { without: 1, rows: 1, id: "orderNo" } });
    expect(trigger().lastError?.message).toContain("An item has: id, text, at.");
    world.rows = [rowAt(1, 0), rowAt(2, 0)];
    await poll();
    expect(emitted()).toEqual([expect.stringContaining("new")]);
  });

  test("cut off at the bound tells no deletion of what lies beyond", async () => {
    const { poll, world, emitted } = await watched({ plan: { mode: "all" }, pageRows: 2, limits: { maxPages: 2 } });
    world.rows = [rowAt(1, 0), rowAt(2, 0), rowAt(3, 0)];
    await poll();
    world.rows = [rowAt(8, 0), rowAt(9, 0), ...world.rows];
    for (let i = 0; i < 3; i++) await poll();
    expect(emitted()).toEqual(["new r8 red", "new r9 red"]);
  });

  test("that shows a record twice in one read counts it as it was read last", async () => {
    const { poll, world, emitted } = await watched({ pageRows: 2 });
    world.rows = [rowAt(1, 0, "red"), rowAt(2, 0), rowAt(3, 0)];
    await poll();
    world.rows = [rowAt(1, 0, "green"), rowAt(2, 0), rowAt(1, 0, "blue"), rowAt(3, 0)];
    await poll();
    world.rows = [rowAt(1, 0, "blue"), rowAt(2, 0), rowAt(3, 0)];
    await poll();
    expect(emitted()).toEqual(["changed r1 blue"]);
  });

  test("too large to remember is forgotten behind the floor, and nothing of it is emitted twice", async () => {
    const { poll, world, emitted, store, clock } = await watched({
      plan: { time: "at", timeTrusted: true },
      limits: { rememberedLimit: 5 },
    });
    world.rows = Array.from({ length: 20 }, (_, i) => rowAt(i, -60 * 24 * i));
    await poll();
    expect((await store.allSeen("t")).length).toBe(7);
    await poll();
    expect(emitted()).toEqual([]);
    await clock.advance(minute);
    world.rows[15] = rowAt(15, 31, "blue");
    world.rows.push(rowAt(300, 31));
    await poll();
    expect(emitted()).toEqual(["changed r15 blue", "changed r300 red"]);
    await poll();
    expect(emitted().length).toBe(2);
  });

  test("that answers with nothing at all is not believed at once", async () => {
    const { poll, world, emitted } = await watched({ plan: { mode: "all" } });
    world.rows = [rowAt(1, 0), rowAt(2, 0)];
    const all = world.rows;
    await poll();
    world.rows = [];
    await poll();
    world.rows = all;
    await poll();
    expect(emitted()).toEqual([]);
  });
});
