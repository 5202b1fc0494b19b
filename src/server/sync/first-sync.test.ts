/** A first sync as a job: pausing, killing and going on, with the sides, the flows and the store played in memory. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { MemorySyncStore } from "#test/support/memory-sync-store.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";
import { compileSync } from "#sync/compile.ts";
import { syncDefinition } from "#sync/format.ts";
import type { Link, Side, SideRecord, Sync } from "#sync/types.ts";
import { firstSyncEnded, firstSyncStuck, FirstSyncs, firstSyncWork, type FirstSyncParts, type HandedRecord } from "./first-sync.ts";
import { SyncJobs } from "./sync-jobs.ts";

const catalog = builtIn.of("any");
const types = { a: catalog.recordType("highlevel", "contact")!, b: catalog.recordType("flocksy", "profile")! };
const definition = syncDefinition.parse({
  name: "Contacts and profiles",
  a: { app: "highlevel", type: "contact", connection: "acme" },
  b: { app: "flocksy", type: "profile", connection: "flocksy" },
  match: [[{ a: "email", b: "email" }], [{ a: "phone", b: "phone" }]],
  fields: [
    { a: "email", b: "email", way: "both" },
    { a: "phone", b: "phone", way: "both" },
    { a: "tags", b: "segments", way: "both" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "nothing", b: "nothing" },
});
const sync: Sync = {
  id: "syn_1",
  workspaceId: "w",
  definition,
  revision: 1,
  status: "first",
  reason: null,
  flows: { a: "flow_a", b: "flow_b", events: { a: {}, b: {} } },
  resting: {},
  asking: null,
  trouble: null,
  createdAt: 0,
  updatedAt: 0,
};

const pageSize = 100;
/** Two systems, and flows that look at so many records a second. */
class World {
  readonly clock = new TestClock();
  readonly store = new MemorySyncStore();
  readonly records: Record<Side, Map<string, JsonObject>> = { a: new Map(), b: new Map() };
  readonly events = new Map<string, HandedRecord & { side: Side }>();
  readonly open: string[] = [];
  readonly made: string[] = [];
  reads = 0;
  most = 0;
  perSecond = 500;
  /** Thrown by the next so many reads. */
  failing: MillraceError[] = [];

  parts(): FirstSyncParts {
    return {
      store: this.store,
      clock: this.clock,
      compiled: async () => compileSync(definition, types, { zone: "UTC", now: () => this.clock.now() }),
      read: (_, side) => this.#pages(side),
      hand: async (_, side, records) => {
        const fresh = records.filter(({ key }) => !this.events.has(key));
        for (const record of fresh) {
          this.events.set(record.key, { ...record, side });
          this.open.push(record.key);
        }
        this.most = Math.max(this.most, this.open.length);
        return fresh.length;
      },
      progress: async () => ({ open: this.open.length, failed: 0 }),
      cancelRuns: async () => void this.open.splice(0),
    };
  }
  readonly errors: unknown[] = [];

  async *#pages(side: Side): AsyncIterable<SideRecord[]> {
    const all = [...this.records[side]];
    const now = this.clock.now();
    for (let at = 0; at < all.length; at += pageSize) {
      const failing = this.failing.shift();
      if (failing) throw failing;
      this.reads++;
      yield all.slice(at, at + pageSize).map(([id, record]) => ({ id, record, changedAt: null, readAt: now }));
      await Promise.resolve();
    }
  }

  /** One second of the flows' work: each record gets its counterpart, once. */
  async second(): Promise<void> {
    for (const key of this.open.splice(0, this.perSecond)) await this.#run(this.events.get(key)!);
    await this.clock.advance(1_000);
  }

  async #run({ side, recordId }: { side: Side; recordId: string }): Promise<void> {
    const link = await this.store.linkOf(sync.id, side, recordId);
    const agreed = { "email=email": { a: null, b: null } };
    if (link) return void (await this.store.putLink({ ...link, agreed }));
    const other = side === "a" ? "b" : "a";
    const id = `made-${recordId}`;
    this.made.push(id);
    this.records[other].set(id, this.records[side].get(recordId)!);
    const blank = { id: `lnk-${recordId}`, syncId: sync.id, was: { a: [], b: [] }, agreed, gone: null, conflicts: [], problem: null };
    const pair = side === "a" ? { a: recordId, b: id } : { a: id, b: recordId };
    await this.store.putLink({ ...blank, ...pair, ignored: false, revision: 0, hops: 0, updatedAt: 0 });
  }

  async until(done: () => boolean | Promise<boolean>, seconds = 2_000): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      if (await done()) return;
      await this.second();
    }
    throw new Error("it did not come to an end");
  }

  state = async () => (await this.store.job(sync.id))?.state;
  links = async (): Promise<Link[]> => (await this.store.links(sync.id, { show: "all", limit: 1e6 })).links;
}

let world: World;
let opened: SyncJobs[];
beforeEach(async () => {
  world = new World();
  opened = [];
  await world.store.add(sync);
});
afterEach(() => Promise.all(opened.map((jobs) => jobs.close())));

/** A process. */
function open(parts = world.parts()): FirstSyncs & { goOn(): Promise<void> } {
  const { store, clock } = parts;
  const log = { error: (details: unknown) => void world.errors.push(details) };
  const works = { first: firstSyncWork(parts) };
  const jobs = new SyncJobs({
    store,
    clock,
    log,
    works,
    ended: (ended) => firstSyncEnded(store, ended),
    stuck: (stuck, _, problem) => firstSyncStuck(store, stuck, problem),
  });
  opened.push(jobs);
  return Object.assign(new FirstSyncs(parts, jobs), { goOn: () => jobs.goOn() });
}

const contact = (email: string, more: JsonObject = {}): JsonObject => ({ email, tags: [], ...more });
const profile = (email: string, more: JsonObject = {}): JsonObject => ({ email, segments: [], ...more });
function fill(same: number, onlyA: number, onlyB: number): void {
  for (let i = 0; i < same; i++) {
    world.records.a.set(`a${i}`, contact(`same${i}@example.com`));
    world.records.b.set(`b${i}`, profile(`SAME${i}@example.com`));
  }
  for (let i = 0; i < onlyA; i++) world.records.a.set(`lone-a${i}`, contact(`a${i}@example.com`));
  for (let i = 0; i < onlyB; i++) world.records.b.set(`lone-b${i}`, profile(`b${i}@example.com`));
}

test("pairs that are the same are linked without a run; the others, and lone records, go to the flows", async () => {
  fill(3, 2, 1);
  world.records.a.set("differs", contact("d@example.com", { tags: ["vip"] }));
  world.records.b.set("differs-b", profile("d@example.com"));
  await open().start(sync, { write: true });
  await world.until(async () => (await world.state()) === "done");
  expect([...world.events.keys()].map((key) => key.split(":").slice(2).join(":")).toSorted()).toEqual([
    "a:differs",
    "a:lone-a0",
    "a:lone-a1",
    "b:lone-b0",
  ]);
  const same = (await world.links()).find(({ a }) => a === "a0");
  expect(same).toMatchObject({ b: "b0", agreed: { "email=email": { a: "SAME0@example.com" }, "tags=segments": { a: null, b: null } } });
  expect(await world.store.job(sync.id)).toMatchObject({ done: 4, total: 4, failed: 0, problem: null });
  expect((await world.store.byId(sync.id))?.status).toBe("on");
});

test("records that several could be are left to a person, who is told their names", async () => {
  world.records.a.set("a1", contact("x@example.com"));
  world.records.b.set("b1", profile("x@example.com", { name: "Ada" }));
  world.records.b.set("b2", profile("x@example.com", { name: "Grace" }));
  await open().start(sync, { write: true });
  await world.until(async () => (await world.state()) === "done");
  expect(world.events.size).toBe(0);
  const links = await world.links();
  expect(new Set(links.map(({ a, b }) => a ?? b))).toEqual(new Set(["a1", "b1", "b2"]));
  expect(links.find(({ a }) => a === "a1")?.problem).toBe('Several profiles could be this one: "Ada", "Grace".');
});

test("from now on only: pairs are known, and stay as different as they are", async () => {
  fill(2, 1, 1);
  world.records.a.set("differs", contact("d@example.com", { phone: "+442079460018", tags: ["vip"] }));
  world.records.b.set("differs-b", profile("d@example.com", { phone: "+442079460019" }));
  await open().start(sync, { write: false });
  await world.until(async () => (await world.state()) === "done");
  expect(world.events.size).toBe(0);
  const links = await world.links();
  expect(links).toHaveLength(3);
  expect(links.find(({ a }) => a === "differs")?.agreed).toEqual({
    "email=email": { a: "d@example.com", b: "d@example.com" },
    "phone=phone": { a: "+442079460018", b: "+442079460019" },
    "tags=segments": { a: ["vip"], b: null },
  });
});

test("of an app that cannot read one record, each goes with what the list says", async () => {
  fill(0, 0, 2);
  const { one: _, ...bare } = types.b;
  const parts = world.parts();
  await open({ ...parts, compiled: async () => compileSync(definition, { ...types, b: bare }, { zone: "UTC", now: () => 0 }) }).start(
    sync,
    {
      write: true,
    },
  );
  await world.until(async () => (await world.state()) === "done");
  expect([...world.events.values()].map(({ payload }) => payload)).toEqual([profile("b0@example.com"), profile("b1@example.com")]);
});

test("no more than a thousand runs wait at a time", async () => {
  fill(0, 3_000, 0);
  await open().start(sync, { write: true });
  await world.until(async () => (await world.state()) === "done");
  expect(world.made).toHaveLength(3_000);
  expect(world.most).toBeLessThanOrEqual(1_000);
  expect(world.most).toBeGreaterThan(800);
});

test("paused, it hands nothing over; resumed, it goes on where it was", async () => {
  fill(0, 3_000, 0);
  const syncs = open();
  await syncs.start(sync, { write: true });
  await world.until(() => world.made.length >= 1_000);
  await syncs.pause(sync);
  const handed = world.events.size;
  for (let i = 0; i < 20; i++) await world.second();
  expect([world.events.size, await world.state()]).toEqual([handed, "paused"]);
  const reads = world.reads;
  await syncs.resume(sync);
  await world.until(async () => (await world.state()) === "done");
  expect([new Set(world.made).size, world.made.length, world.reads]).toEqual([3_000, 3_000, reads]);
});

test("cancelled, it ends its waiting runs and keeps what was made", async () => {
  fill(0, 3_000, 0);
  const syncs = open();
  await syncs.start(sync, { write: true });
  await world.until(() => world.made.length >= 1_000);
  await syncs.cancel(sync);
  const made = world.made.length;
  for (let i = 0; i < 20; i++) await world.second();
  expect([world.made.length, await world.state()]).toEqual([made, "cancelled"]);
  expect((await world.store.byId(sync.id))?.status).toBe("on");
});

test("killed anywhere, it goes on in another process and brings each record over once", async () => {
  fill(400, 1_500, 500);
  await killed(1)
    .start(sync, { write: true })
    .catch(() => {});
  for (const writes of [2, 30, 45, 12, 16, 8, 5, 4, 3]) {
    const process = killed(writes);
    await world.until(() => {
      void process.goOn(); // the call of a dead process never comes back
      return dead;
    });
    for (let i = 0; i < 3; i++) await world.second();
  }
  const last = open();
  await world.until(async () => {
    await last.goOn();
    return (await world.state()) === "done";
  });
  expect([world.made.length, new Set(world.made).size]).toEqual([2_000, 2_000]);
  expect((await world.links()).filter(({ a, b }) => a && b)).toHaveLength(2_400);
});

/** A process that is gone after so many writes to the store: nothing of it comes through from then on. */
function killed(writes: number): ReturnType<typeof open> {
  dead = false;
  let left = writes;
  const writing = new Set(["putRows", "addLinks", "putJob", "addJob"]);
  const store = new Proxy(world.store, {
    get(target, name: keyof MemorySyncStore) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return async (...args: never[]) => {
        if (writing.has(name) && left-- <= 0) dead = true;
        if (dead) return new Promise(() => {}); // it will never know
        return (member as (...args: never[]) => unknown).apply(target, args);
      };
    },
  });
  const parts = world.parts();
  const process = open({ ...parts, store, hand: async (...args) => (dead ? new Promise(() => {}) : parts.hand(...args)) });
  opened.pop(); // it cannot be closed either
  return process;
}
let dead = false;

test("what can heal is tried again, and said meanwhile", async () => {
  fill(1, 0, 0);
  world.failing = [new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "api.example.com", problem: "nobody answers" } })];
  await open().start(sync, { write: true });
  await world.clock.advance(10);
  expect(await world.store.job(sync.id)).toMatchObject({ state: "reading", problem: expect.stringContaining("nobody answers") });
  await world.until(async () => (await world.state()) === "done");
  expect([(await world.store.job(sync.id))?.problem, world.errors]).toEqual([null, []]);
});

test("what a person has to put right pauses the sync and says why; resumed, it goes on", async () => {
  fill(1, 1, 0);
  world.failing = [new MillraceError("BAD_INPUT", { details: { field: "a.type", problem: "is gone" } })];
  const syncs = open();
  await syncs.start(sync, { write: true });
  await world.until(async () => (await world.state()) === "paused");
  expect((await world.store.job(sync.id))?.problem).toContain("a.type");
  expect(await world.store.byId(sync.id)).toMatchObject({ status: "paused", reason: expect.stringContaining("a.type") });
  await syncs.resume(sync);
  await world.until(async () => (await world.state()) === "done");
  expect(world.made).toEqual(["made-lone-a0"]);
});
