/** Two engines on one database, as two processes have them. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock, sleep } from "#kernel/clock.ts";
import { beatMs, leaseMs } from "#engine/run/ownership.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import type { FakeOperation } from "../fakes/caller.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { rest, turnsUntil } from "../support/turns.ts";

let db: Db;
let clock: TestClock;
beforeEach(async () => {
  db = await openSqlite({ file: ":memory:" });
  clock = new TestClock();
});
afterEach(() => db.close());

const post = [{ id: "post", app: "app", operation: "make", input: { n: "{{ trigger.n }}" } }];

/** A process; `calls` are what it sent. */
async function process(owner: string, make: Partial<FakeOperation> = {}, runs?: (store: RunStore) => RunStore) {
  const calls: unknown[] = [];
  const answer: FakeOperation["answer"] = async (call) => {
    calls.push(call.input);
    return make.answer?.(call);
  };
  const world = await openEngine({ make: { effect: "update", ...make, answer } }, { db, clock, owner, ...(runs && { runs }) });
  await world.engine.start();
  return { ...world, calls };
}
/** Time goes by with everything that comes of it. */
async function pass(ms: number) {
  await clock.advance(ms);
  await rest(clock);
}
const row = (id: string) => db.q.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

describe("what a process executes", () => {
  const slow: Partial<FakeOperation> = { answer: () => sleep(clock, 20_000) };

  it("is executed by no other, however long it takes and however often that one sweeps", async () => {
    const one = await process("one", { answer: () => sleep(clock, 100_000) });
    const other = await process("other");
    const flow = await one.published(post);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    for (let i = 0; i < 20; i++) await pass(6_000);
    expect(await row(id!)).toMatchObject({ state: "succeeded" });
    expect([one.calls.length, other.calls.length]).toEqual([1, 0]);
  });

  it("is seen to run by the others after a beat, and at once by itself", async () => {
    const one = await process("one", slow);
    const other = await process("other");
    const flow = await one.published(post);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    const shown = async () => Promise.all([one, other].map(async ({ engine }) => (await engine.run(workspace, id!)).run.state));
    await pass(0);
    expect(await shown()).toEqual(["running", "queued"]);
    await pass(beatMs);
    await pass(beatMs);
    expect(await shown()).toEqual(["running", "running"]);
    await pass(20_000);
    expect(await shown()).toEqual(["succeeded", "succeeded"]);
  });

  it("is cancelled by any other: between two steps, on the disk at once, and in vain for what is over", async () => {
    const one = await process("one", slow);
    const other = await process("other");
    const flow = await one.published([...post, { ...post[0]!, id: "second" }]);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(0);
    await other.engine.cancel(workspace, id!);
    expect(await row(id!)).toMatchObject({ cancel_requested: 1, finished_at: null });
    await pass(beatMs);
    expect((await other.engine.run(workspace, id!)).run).toMatchObject({ state: "cancelled", summary: "Cancelled by hand" });
    await pass(30_000);
    expect([one.calls.length, other.calls.length]).toEqual([1, 0]);
    await expect(other.engine.cancel(workspace, id!)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("is cancelled when it would wait, though no beat came between", async () => {
    const one = await process("one");
    const other = await process("other");
    const flow = await one.published([...post, { id: "later", wait: "2h" }, { ...post[0]!, id: "second" }]);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await other.engine.cancel(workspace, id!);
    await rest(clock);
    expect(await row(id!)).toMatchObject({ state: "cancelled" });
  });
});

describe("what a process leaves", () => {
  it("is taken up by another as soon as it gave its leases back", async () => {
    const one = await process("one", { answer: () => new Promise<never>(() => {}) });
    const other = await process("other");
    const flow = await one.published(post);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(beatMs);
    await pass(beatMs);
    const closed = one.engine.close(0);
    await pass(0);
    await closed;
    await pass(beatMs); // its leases would have lasted longer
    expect(await row(id!)).toMatchObject({ state: "succeeded", lease_no: 2 });
    expect([one.calls.length, other.calls.length]).toEqual([1, 1]);
  });

  it("without a word is taken up when its leases ran out, and not before", async () => {
    const never = new Promise<never>(() => {});
    let isDead = false;
    const one = await process("one", { answer: () => never }, (store) => ({
      ...store,
      renew: (renewal) => (isDead ? never : store.renew(renewal)),
      commit: (writes) => (isDead ? never : store.commit(writes)),
    }));
    const other = await process("other");
    const flow = await one.published(post);
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(0);
    isDead = true;
    await pass(leaseMs - beatMs);
    expect([one.calls.length, other.calls.length]).toEqual([1, 0]);
    await pass(2 * beatMs);
    await turnsUntil("the other has finished it", async () => (await row(id!)).state === "succeeded", clock);
    expect(await row(id!)).toMatchObject({ lease_no: 2 });
    expect(other.calls).toHaveLength(1);
  });

  it("at a crash is taken up by the next start at once, where nobody else works on the store", async () => {
    const never = new Promise<never>(() => {});
    const before = await process("one", { answer: () => never });
    const flow = await before.published(post);
    const [id] = (await before.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(0);
    const next = await openEngine({ make: { effect: "update", answer: async () => ({}) } }, { db, clock });
    await next.engine.start();
    await next.settled(id!);
    expect(await row(id!)).toMatchObject({ state: "succeeded", lease_no: 2 });
  });
});

describe("a process that cannot renew its leases", () => {
  it("begins nothing more shortly before they run out, and goes on where it was once it can", async () => {
    let thaw = () => {};
    let stalled: Promise<void> | null = null;
    const one = await process("one", { answer: () => sleep(clock, leaseMs - 2_000) }, (store) => ({
      ...store,
      renew: async (renewal) => (await stalled, store.renew(renewal)),
    }));
    const other = await process("other");
    const flow = await one.published([...post, { ...post[0]!, id: "second" }]);
    stalled = new Promise((resolve) => (thaw = resolve));
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(leaseMs - 1_000);
    expect(one.calls).toHaveLength(1);
    stalled = null;
    thaw();
    for (let i = 0; i < 8; i++) await pass(beatMs);
    expect(await row(id!)).toMatchObject({ state: "succeeded", lease_no: 1 });
    expect([one.calls.length, other.calls.length]).toEqual([2, 0]);
  });
});

describe("a run that asks for its turn", () => {
  it("is not shown as running while the answer takes long, so it comes after the earlier runs of its record", async () => {
    const order: unknown[] = [];
    let answered = () => {};
    const asked = new Promise<void>((resolve) => (answered = resolve));
    const slowly = (store: RunStore): RunStore => ({
      ...store,
      commit: async (writes) => {
        if (writes.claims?.length) await asked;
        return store.commit(writes);
      },
    });
    const answer: FakeOperation["answer"] = async ({ input }) => {
      order.push(`began ${String(input["n"])}`);
      await sleep(clock, 100);
      order.push(`ended ${String(input["n"])}`);
    };
    const at = (owner: string) =>
      openEngine({ make: { effect: "update", answer } }, { db, clock, owner, webhook: { record: "contact" }, runs: slowly });
    const [one, other] = [await at("one"), await at("other")];
    await one.engine.start();
    await other.engine.start();
    const trigger = { app: "app", operation: "hook", record: "{{ trigger.contact }}" };
    const flow = await one.published(post, { settings: { order: "record" }, trigger });
    await one.fire(flow.id, { id: "e1", contact: "ada", n: 1 });
    const [second] = (await other.fire(flow.id, { id: "e2", contact: "ada", n: 2 })).runIds;
    for (let i = 0; i < 3; i++) await pass(beatMs);
    expect(await row(second!)).toMatchObject({ state: "queued" });
    answered();
    for (let i = 0; i < 8; i++) await pass(beatMs);
    expect(order).toEqual(["began 1", "ended 1", "began 2", "ended 2"]);
  });
});

describe("a process that stood still", () => {
  it("sends nothing harmful for a run that another has claimed meanwhile, and writes nothing of it", async () => {
    let thaw = () => {};
    let standstill: Promise<void> | null = null;
    const one = await process("one", { effect: "create" }, (store) => ({
      ...store,
      renew: async (renewal) => (await standstill, store.renew(renewal)),
      commit: async (writes) => {
        if (writes.steps.length > 0) await standstill; // the intent of its call, as it falls asleep
        return store.commit(writes);
      },
    }));
    const other = await process("other", { effect: "create" });
    const flow = await one.published(post);
    standstill = new Promise((resolve) => (thaw = resolve));
    const [id] = (await one.fire(flow.id, { id: "e", n: 1 })).runIds;
    await pass(0);
    for (let i = 0; i < 8; i++) await pass(beatMs);
    await turnsUntil("the other has finished it", async () => (await row(id!)).state === "succeeded", clock);
    const finished = await row(id!);
    standstill = null;
    thaw();
    for (let i = 0; i < 4; i++) await pass(beatMs);
    expect([one.calls.length, other.calls.length]).toEqual([0, 1]);
    expect(await row(id!)).toEqual(finished);
    expect((await one.engine.counts(workspace, {})).succeeded).toBe(1);
    expect(one.logged).toEqual([]);
  });
});
