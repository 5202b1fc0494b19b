import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sampleAcceptance, sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { MemoryTriggerStore } from "#test/fakes/trigger-store.ts";
import type { Trigger, TriggerDefinition } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import { activation } from "./activate.ts";
import type { Poller, PollOutcome } from "./poller.ts";
import { createScheduler } from "./scheduler.ts";
import { createTimekeeper } from "./timekeeper.ts";
import { TriggerLocks } from "./trigger-locks.ts";

const minute = 60_000;
const settled: PollOutcome = { kind: "settled", events: 0, baseline: false };

/** A scheduler over a poller that only notes its calls and moves its trigger on by a minute. */
function running({
  store = new MemoryTriggerStore(),
  clock = new TestClock(),
  concurrency,
  poll,
}: {
  store?: MemoryTriggerStore;
  clock?: TestClock;
  concurrency?: number;
  poll?: Poller["poll"];
} = {}) {
  const polls: { id: string; late: number }[] = [];
  const logged: string[] = [];
  const accepted: string[] = [];
  let serial = 0;
  const poller: Poller = {
    async poll(trigger, signal) {
      polls.push({ id: trigger.id, late: clock.now() - trigger.nextAt! });
      if (poll) return poll(trigger, signal);
      await store.update("ws_1", trigger.id, { nextAt: trigger.nextAt! + minute });
      return settled;
    },
  };
  const timekeeper = createTimekeeper({
    triggers: store,
    clock,
    accepted: (all) => accepted.push(...all.map((a) => a.event.key)),
    makeAcceptance: async (trigger, payload, { key }) => sampleAcceptance(trigger.id, key, { payload, id: `${clock.now()}-${serial++}` }),
  });
  const locks = new TriggerLocks();
  const scheduler = createScheduler({
    locks,
    triggers: store,
    poller,
    timekeeper,
    clock,
    log: (message) => logged.push(message),
    ...(concurrency ? { concurrency } : {}),
  });
  /** Starts it and lets its first look end: a clock that jumps cannot see a timer that is not set yet. */
  const begin = async () => {
    scheduler.start();
    await clock.advance(0);
  };
  return { store, clock, scheduler, locks, begin, polls, logged, accepted };
}

const pollAt = (id: string, nextAt: number): Trigger => sampleTrigger(id, { nextAt });
const withSchedule = (clock: TestClock, input: TriggerDefinition["input"]): Trigger => {
  const off = sampleTrigger("s", { active: false, nextAt: null });
  return {
    ...off,
    ...activation(off, { app: "schedule", operation: "cron", ...(input ? { input } : {}) }, { kind: "schedule", now: clock.now() }),
  };
};

describe("the scheduler", () => {
  test("polls each trigger when it is due, and again an interval later", async () => {
    const { store, clock, polls, begin } = running();
    store.add(pollAt("a", clock.now() + 10_000));
    store.add(pollAt("b", clock.now() + 25_000));
    await begin();
    await clock.advance(3 * minute);
    expect(polls.map((p) => p.id)).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect(Math.max(...polls.map((p) => p.late))).toBeLessThan(100);
  });

  test("looks at once when it is poked", async () => {
    const { store, clock, scheduler, polls, begin } = running();
    await begin();
    await clock.advance(1);
    store.add(pollAt("a", clock.now()));
    scheduler.poke();
    await clock.advance(1);
    expect(polls.length).toBe(1);
  });

  test("never polls a trigger that is still being polled, and lets the others go on", async () => {
    const store = new MemoryTriggerStore();
    const { clock, polls, begin } = running({
      store,
      async poll(trigger) {
        if (trigger.id === "slow") await new Promise(() => {});
        await store.update("ws_1", trigger.id, { nextAt: trigger.nextAt! + minute });
        return settled;
      },
    });
    store.add(pollAt("slow", clock.now()));
    store.add(pollAt("quick", clock.now() + 30_000));
    await begin();
    await clock.advance(3 * minute);
    expect(polls.filter((p) => p.id === "slow").length).toBe(1);
    expect(polls.filter((p) => p.id === "quick").length).toBe(3);
  });

  test("asks the store nothing more of a trigger that is at work, until it ends", async () => {
    const store = new MemoryTriggerStore();
    const clock = new TestClock();
    let asked = 0;
    const { due } = store;
    store.due = (...args) => (asked++, due.apply(store, args));
    let end = () => {};
    const { polls, begin } = running({
      store,
      clock,
      async poll(trigger) {
        await new Promise<void>((resolve) => (end = resolve));
        await store.update("ws_1", trigger.id, { nextAt: clock.now() + 1_000 });
        return settled;
      },
    });
    store.add(pollAt("slow", clock.now()));
    await begin();
    await clock.advance(minute);
    expect([polls.length, asked]).toEqual([1, 5]); // every 15 s, for what another process made due
    end();
    await clock.advance(0);
    await clock.advance(1_100);
    expect(polls.length).toBe(2);
  });

  test("keeps to its concurrency, and takes the next as soon as there is room", async () => {
    const store = new MemoryTriggerStore();
    const clock = new TestClock();
    let now = 0;
    let most = 0;
    const { polls, begin } = running({
      store,
      clock,
      concurrency: 3,
      async poll(trigger) {
        most = Math.max(most, ++now);
        await new Promise<void>((resolve) => clock.after(500, resolve));
        now--;
        await store.update("ws_1", trigger.id, { nextAt: trigger.nextAt! + minute });
        return settled;
      },
    });
    for (let i = 0; i < 12; i++) store.add(pollAt(`t${i}`, clock.now()));
    await begin();
    await clock.advance(2_500);
    expect(polls.length).toBe(12);
    expect(most).toBe(3);
  });

  test("outlives a store that fails, and a trigger whose end the store refuses", async () => {
    const store = new MemoryTriggerStore();
    let down = true;
    const due = store.due.bind(store);
    store.due = (now, limit) => (down ? Promise.reject(new Error("disk full")) : due(now, limit));
    let refuse = true;
    const { clock, polls, logged, begin } = running({
      store,
      async poll(trigger) {
        if (refuse) throw new Error("disk full");
        await store.update("ws_1", trigger.id, { nextAt: trigger.nextAt! + minute });
        return settled;
      },
    });
    store.add(pollAt("a", clock.now()));
    await begin();
    await clock.advance(6_000);
    expect(polls.length).toBe(0);
    down = false;
    await clock.advance(11_000);
    expect(polls.length).toBeGreaterThan(1);
    expect(polls.length).toBeLessThan(5); // it rests in between
    refuse = false;
    await clock.advance(6_000);
    expect(store.get("a").nextAt).toBeGreaterThan(clock.now());
    expect(logged.join()).toMatch(/due.*Trigger a could not be ended/);
  });

  test("changes a trigger only while it is not at work, and never lets a look from before the change act on it", async () => {
    const store = new MemoryTriggerStore();
    const { clock, locks, polls, begin } = running({
      store,
      poll: (_, signal) => new Promise((resolve) => signal!.addEventListener("abort", () => resolve({ kind: "stale" }))),
    });
    store.add(pollAt("a", clock.now()));
    await begin();
    await clock.advance(1);
    expect(polls.length).toBe(1);
    await locks.exclusively("a", () => store.update("ws_1", "a", { active: false }));
    await clock.advance(minute);
    expect(polls.length).toBe(1);
    expect(store.get("a").active).toBe(false);
  });

  test("does not begin with what was due before a change", async () => {
    const store = new MemoryTriggerStore();
    const due = store.due.bind(store);
    let answer = () => {};
    store.due = async (now, limit) => {
      const dueNow = await due(now, limit);
      await new Promise<void>((resolve) => (answer = resolve));
      return dueNow;
    };
    const { clock, locks, polls, begin } = running({ store });
    store.add(pollAt("a", clock.now()));
    await begin();
    await locks.exclusively("a", () => store.update("ws_1", "a", { active: false }));
    answer();
    await clock.advance(0);
    expect(polls).toEqual([]);
  });

  test("closing waits for what is at work, breaks it off after the grace, and starts nothing more", async () => {
    const store = new MemoryTriggerStore();
    let broken = false;
    const { clock, scheduler, polls, begin } = running({
      store,
      poll: (_, signal) =>
        new Promise((resolve) =>
          signal!.addEventListener("abort", () => {
            broken = true;
            resolve({ kind: "stale" });
          }),
        ),
    });
    store.add(pollAt("a", clock.now()));
    await begin();
    await clock.advance(1);
    const closed = scheduler.close(1_000);
    await clock.advance(0);
    await clock.advance(999);
    expect(broken).toBe(false);
    await clock.advance(1);
    await closed;
    expect(broken).toBe(true);
    await clock.advance(10 * minute);
    expect(polls.length).toBe(1);
  });
});

describe("a schedule", () => {
  test("fires at each of its times, with the time as key", async () => {
    const { store, clock, accepted, begin } = running();
    store.add(withSchedule(clock, { cron: "*/15 * * * *", zone: "Europe/Berlin" }));
    await begin();
    await clock.advance(40 * minute);
    expect(accepted).toEqual(["at:2026-01-15T09:45:00.000Z", "at:2026-01-15T10:00:00.000Z"]);
    expect(store.events("s")[0]!.payload).toMatchObject({ zone: "Europe/Berlin", local: { hour: 10, minute: 45 } });
  });

  test.each([
    ["once", ["at:2026-01-18T09:00:00.000Z"]],
    ["none", []],
  ])("missed for three days catches up %s", async (catchUp, keys) => {
    const { store, clock, accepted, begin } = running();
    store.add(withSchedule(clock, { cron: "0 9 * * *", catchUp }));
    await clock.advance(3 * 24 * 60 * minute);
    await begin();
    await clock.advance(minute);
    expect(accepted).toEqual(keys);
    expect(store.get("s").nextAt).toBe(Date.UTC(2026, 0, 19, 9));
  });

  test("killed between its event and its next time does not fire twice", async () => {
    const { store, clock, scheduler, accepted, begin } = running();
    store.add(withSchedule(clock, { cron: "0 10 * * *" }));
    const before = store.get("s");
    await begin();
    await clock.advance(31 * minute);
    await store.update("ws_1", "s", { nextAt: before.nextAt! }); // as if the next time had not been written
    scheduler.poke();
    await clock.advance(minute);
    expect(accepted.length).toBe(1);
    expect(store.events("s").length).toBe(1);
  });

  test("of a flow that is off moves on without an event", async () => {
    const clock = new TestClock();
    const store = new MemoryTriggerStore();
    store.add(withSchedule(clock, { every: "15m" }));
    const timekeeper = createTimekeeper({ triggers: store as TriggerStore, clock, makeAcceptance: async () => null });
    await clock.advance(15 * minute);
    await timekeeper.fire(store.get("s"));
    expect(store.get("s").nextAt).toBe(clock.now() + 15 * minute);
    expect(store.events("s")).toEqual([]);
  });
});
