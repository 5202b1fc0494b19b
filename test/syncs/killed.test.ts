import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";
import { createPace } from "#kernel/pace.ts";
import { compileFlow } from "#engine/flow/flow.ts";
import { advance } from "#engine/run/runner.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import type { Ending } from "#engine/run/parts.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { openSqlite } from "#storage/database.ts";
import { createSyncStore } from "#storage/sync-store.ts";
import { compileSync } from "#sync/compile.ts";
import type { SyncStore } from "#sync/store.ts";
import { SyncWorker } from "#sync/worker.ts";
import { fakeCaller, type FakeOperation } from "#test/fakes/caller.ts";
import { noScripts } from "#test/fakes/scripts.ts";
import { sync as syncRow } from "#test/contracts/sync-store.contract.ts";
import { definitionOf, syncTypes } from "#test/support/sync-sides.ts";

/** A run of a sync that is killed between any two of its effects, and goes on: what was to be written is written once. */

type Records = Map<string, JsonObject>;

/** A system in memory, of one record type. A look after a lost answer finds what was made. */
function system(type: string, records: Records): Record<string, FakeOperation> {
  let made = 0;
  const found = (id: unknown) => {
    const record = records.get(String(id));
    if (!record) throw new MillraceError("OUTBOUND_NOT_FOUND", { details: { app: type, operation: "get", message: "none" } });
    return record;
  };
  const create = (input: JsonObject) => {
    const record = { ...input, id: `${type}-${++made}` };
    records.set(record.id, record);
    return record;
  };
  return {
    [`${type}s.get`]: { effect: "read", answer: ({ input }) => found(input["id"]) },
    [`${type}s.create`]: {
      effect: "create",
      confirm: true,
      answer: ({ input }) => create(input as JsonObject),
      look: ({ input }) => [...records.values()].find(({ email }) => email === input["email"]) ?? null,
    },
    [`${type}s.update`]: {
      effect: "update",
      answer: ({ input: { id, ...values } }) => Object.assign(found(id), values as JsonObject),
    },
    [`${type}s.delete`]: {
      effect: "delete",
      answer({ input }) {
        found(input["id"]);
        records.delete(String(input["id"]));
        return {};
      },
    },
  };
}

class Killed extends Error {}

/** A world in which the n-th effect is the last one before the process is gone. */
class World {
  readonly clock = new TestClock(1_000_000);
  readonly contacts: Records = new Map();
  readonly profiles: Records = new Map();
  readonly calls: string[] = [];
  readonly store: SyncStore;
  readonly #steps = new Map<string, Map<string, StepRecord>>();
  readonly #caller;
  /** Called before each call. */
  before: (request: StepCall) => void | Promise<void> = () => {};
  /** Effects until the process is killed; null: it lives. */
  left: number | null = null;
  effects = 0;

  private constructor(store: SyncStore) {
    this.store = store;
    const operations = { ...system("contact", this.contacts), ...system("profile", this.profiles) };
    this.#caller = fakeCaller(operations);
  }

  static async open(deletes: "nothing" | "delete" = "delete"): Promise<World> {
    const store = createSyncStore(await openSqlite({ file: ":memory:" }));
    const definition = definitionOf({ deletes: { a: deletes, b: deletes } });
    await store.add(syncRow("one", { definition, status: "on" }), null);
    return new World(store);
  }

  /** Executes a run of the sync until it ends, killed and started again wherever it has to be. */
  async run(id: string, side: "a" | "b", record: string, payload: JsonObject = {}): Promise<Ending> {
    const steps = this.#steps.get(id) ?? new Map<string, StepRecord>();
    this.#steps.set(id, steps);
    for (;;) {
      const ending = await this.#pass(id, side, record, payload, steps);
      if (ending.kind !== "paused" && !this.#isKilled()) return ending;
      this.left = null;
      await this.clock.advance(ending.kind === "paused" ? Math.max(ending.dueAt - this.clock.now(), 1) : 5_000);
    }
  }

  writes(): string[] {
    return this.calls.filter((call) => !call.endsWith(".get"));
  }

  #isKilled = () => this.left === 0;

  /** Counts an effect: after the last one the process does nothing more. */
  #effect(): void {
    this.effects++;
    if (this.left === null) return;
    if (this.left === 0) throw new Killed();
    this.left--;
  }

  #pass(id: string, side: "a" | "b", record: string, payload: JsonObject, steps: Map<string, StepRecord>): Promise<Ending> {
    const { clock, contacts, profiles } = this;
    const shown = (side === "a" ? contacts : profiles).get(record);
    const event = { id: `evt_${id}`, triggerId: "trg", key: `deleted:e.1:${record}`, record, receivedAt: clock.now(), happenedAt: null };
    const context = {
      run: { id, workspaceId: "ws_1", flowId: "f", lane: "sync", origin: null },
      event: { ...event, payload: { ...shown, _change: { kind: "changed", id: record }, ...payload } },
      steps: [...steps.values()],
    };
    const flow = { name: "F", trigger: { app: "app", operation: "hook" }, steps: [{ id: "sync", sync: "one", side }] };
    const put = (step: StepRecord) => {
      this.#effect();
      steps.set(step.path, structuredClone(step));
    };
    return advance(
      context as never,
      compileFlow(flow, () => 0),
      {
        caller: this.#killable(),
        scripts: noScripts,
        syncs: new SyncWorker({ store: this.#killableStore(), ready: this.#ready, clock }),
        clock,
        pace: createPace(),
        random: () => 0,
        recorder: { put, begin: async (step) => put(step), written: async () => {} },
      },
    );
  }

  #ready = async (workspaceId: string, id: string) => {
    const sync = await this.store.get(workspaceId, id);
    if (!sync) return null;
    const settings = { zone: "UTC", now: () => this.clock.now() };
    return { sync, compiled: compileSync(sync.definition, syncTypes, settings), facts: { identity: () => "id", takes: () => false } };
  };

  /** A call is killed before it is made, or after: its answer is lost then. */
  #killable() {
    const { caller } = this.#caller;
    return {
      ...caller,
      call: async (request: StepCall) => {
        this.#effect();
        await this.before(request);
        this.calls.push(request.operation);
        const reply = await caller.call(request);
        this.#effect();
        return reply;
      },
    };
  }

  #killableStore(): SyncStore {
    const writing = new Set(["putLink", "removeLink", "putRows", "removeRow", "addWrite", "removeWrite", "lock", "unlock"]);
    return new Proxy(this.store, {
      get: (store, name) => {
        const method = store[name as keyof SyncStore] as (...args: unknown[]) => Promise<unknown>;
        if (!writing.has(String(name))) return method;
        return async (...args: unknown[]) => {
          this.#effect();
          return method(...args);
        };
      },
    });
  }
}

/** The same story without a kill, and with one after each of its effects. */
async function everyKill(story: (world: World, kill: () => void) => Promise<void>): Promise<void> {
  const calm = await World.open();
  let before = 0;
  await story(calm, () => void (before = calm.effects));
  const count = calm.effects - before;
  expect(count).toBeGreaterThan(8);
  for (let n = 0; n < count; n++) {
    const world = await World.open();
    await story(world, () => void (world.left = n));
  }
}

const ada = { id: "c1", name: "Ada", email: "ada@example.com", phone: "+4930123456", tags: ["vip"] };

describe("a run of a sync that is killed between any two of its effects", () => {
  test("makes a record once, and knows it", () =>
    everyKill(async (world, kill) => {
      world.contacts.set("c1", { ...ada });
      kill();
      await world.run("r1", "a", "c1");
      expect([...world.profiles.values()]).toMatchObject([{ name: "Ada", email: "ada@example.com", tags: ["vip"] }]);
      expect(world.writes()).toEqual(["profiles.create"]);
      expect(await world.store.linkOf("one", "a", "c1")).toMatchObject({ a: "c1", b: "profile-1", problem: null });
      expect((await world.store.writes("one", { limit: 9 })).writes).toMatchObject([{ kind: "create", recordId: "profile-1" }]);
      await world.run("r2", "b", "profile-1");
      expect(world.writes()).toEqual(["profiles.create"]);
    }));

  test("carries a change over, and takes its echo for no change", () =>
    everyKill(async (world, kill) => {
      world.contacts.set("c1", { ...ada });
      await world.run("r1", "a", "c1");
      world.profiles.get("profile-1")!["name"] = "Ada Byron";
      kill();
      await world.run("r2", "b", "profile-1");
      expect(world.contacts.get("c1")).toMatchObject({ name: "Ada Byron" });
      const writes = world.writes().length;
      await world.run("r3", "a", "c1");
      await world.run("r4", "b", "profile-1");
      expect(world.writes().length).toBe(writes);
      expect((await world.store.writes("one", { limit: 9 })).writes.map(({ kind }) => kind)).toEqual(["update", "create"]);
    }));

  test("deletes the counterpart once, and forgets the pair", () =>
    everyKill(async (world, kill) => {
      world.contacts.set("c1", { ...ada });
      world.contacts.set("c2", { ...ada, id: "c2", name: "Bob", email: "bob@example.com", phone: "+4930123457" });
      await world.run("r1", "a", "c1");
      await world.run("r2", "a", "c2");
      world.contacts.delete("c1");
      kill();
      await world.run("r3", "a", "c1", { _change: { kind: "deleted", id: "c1" } });
      expect([...world.profiles.keys()]).toEqual(["profile-2"]);
      expect(await world.store.linkOf("one", "b", "profile-1")).toBe(null);
      expect(await world.store.linkOf("one", "b", "profile-2")).not.toBe(null);
    }));
});

describe("a run of a sync", () => {
  test("writes by what the records are when it writes, not when it began to wait", async () => {
    const world = await World.open();
    world.contacts.set("c1", { ...ada });
    await world.run("r1", "a", "c1");
    world.contacts.get("c1")!["name"] = "First";
    world.before = ({ operation }) => {
      if (operation !== "profiles.update") return;
      world.before = () => {};
      world.contacts.get("c1")!["name"] = "Second"; // while the write waits for the quota
      throw new MillraceError("QUOTA_WAIT", { details: { retryAt: world.clock.now() + 300_000 } });
    };
    await world.run("r2", "a", "c1");
    expect(world.profiles.get("profile-1")).toMatchObject({ name: "Second" });
    expect((await world.store.writes("one", { limit: 9 })).writes.map(({ after }) => after["name"])).toEqual(["Second", "Ada"]);
  });

  test("notes a write before it is sent, and takes it back where it was refused", async () => {
    const world = await World.open();
    world.contacts.set("c1", { ...ada });
    await world.run("r1", "a", "c1");
    const noted = async () => (await world.store.writes("one", { limit: 9 })).writes.map(({ after }) => after["name"]);
    world.contacts.get("c1")!["name"] = "Refused";
    let before: unknown[] = [];
    world.before = async ({ operation }) => {
      if (operation !== "profiles.update") return;
      before = await noted();
      throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "profiles", operation, status: 422, message: "no" } });
    };
    expect(await world.run("r2", "a", "c1")).toMatchObject({ kind: "failed" });
    expect([before, await noted()]).toEqual([["Refused", "Ada"], ["Ada"]]);
  });

  test("does not delete for a record that only this read did not find", async () => {
    const world = await World.open();
    world.contacts.set("c1", { ...ada });
    await world.run("r1", "a", "c1");
    world.profiles.delete("profile-1");
    expect(await world.run("r2", "a", "c1")).toMatchObject({ kind: "filtered" });
    expect([...world.contacts.keys()]).toEqual(["c1"]);
  });

  test("takes the record for the counterpart that a refused create names", async () => {
    const world = await World.open();
    world.contacts.set("c1", { ...ada });
    world.profiles.set("p9", { id: "p9", name: "Somebody", email: "ada@example.com" }); // never seen in a list
    world.before = ({ operation }) => {
      if (operation !== "profiles.create") return;
      throw new MillraceError("DUPLICATE_RECORD", { details: { app: "profiles", existingId: "p9", message: "it is there" } });
    };
    await world.run("r1", "a", "c1");
    expect([...world.profiles.values()]).toMatchObject([{ id: "p9", name: "Ada" }]);
    expect(await world.store.linkOf("one", "a", "c1")).toMatchObject({ b: "p9", problem: null });
  });

  describe("whose record was merged into another at the app", () => {
    /** The app answers for the record that is gone with the one that is left. */
    async function merged(winnerHasCounterpart: boolean): Promise<World> {
      const world = await World.open();
      const bob = { id: "c2", name: "Bob", email: "bob@example.com", phone: "+4930123457", tags: [] };
      world.contacts.set("c1", { ...ada });
      if (winnerHasCounterpart) world.contacts.set("c2", { ...bob });
      await world.run("r1", "a", "c1");
      if (winnerHasCounterpart) await world.run("r2", "a", "c2");
      await world.store.putRows("one", "a", [{ recordId: "c2", name: "Bob", keys: {}, digest: "", seenAt: world.clock.now() }]); // the list shows it
      const winner = { ...bob, name: "Bob Byron" };
      world.contacts.set("c1", winner);
      world.contacts.set("c2", winner);
      world.profiles.get("profile-1")!["tags"] = ["vip", "new"];
      await world.run("r3", "b", "profile-1");
      return world;
    }

    test("goes on with that one, and forgets the one that is gone", async () => {
      const world = await merged(false);
      expect(await world.store.linkOf("one", "a", "c2")).toMatchObject({ a: "c2", b: "profile-1", was: { a: ["c1"] }, problem: null });
      expect(world.profiles.get("profile-1")).toMatchObject({ name: world.contacts.get("c2")!["name"], tags: ["vip", "new"] });
      expect(world.contacts.get("c2")).toMatchObject({ tags: ["vip", "new"] });
      expect(await world.store.row("one", "a", "c1")).toBe(null);
      world.contacts.delete("c1");
      expect(await world.run("r4", "a", "c1", { _change: { kind: "deleted", id: "c1" } })).toMatchObject({ kind: "filtered" });
      expect([...world.profiles.keys()]).toEqual(["profile-1"]);
      expect(world.writes().filter((call) => !call.endsWith("update"))).toEqual(["profiles.create"]);
    });

    test("takes no more part where that one has a counterpart of its own, and says what to do", async () => {
      const world = await merged(true);
      const lone = await world.store.linkOf("one", "b", "profile-1");
      expect(lone).toMatchObject({ a: null, b: "profile-1", ignored: true });
      expect(lone!.problem).toContain("Merge the two on this side as well");
      expect(await world.store.linkOf("one", "a", "c2")).toMatchObject({ a: "c2", b: "profile-2" });
      expect(world.writes()).toEqual(["profiles.create", "profiles.create"]);
    });
  });

  test("waits where another run works at the same pair", async () => {
    const world = await World.open();
    world.contacts.set("c1", { ...ada });
    await world.store.lock("one", ["a:c1"], "other", world.clock.now(), world.clock.now() + 30_000);
    const began = world.clock.now();
    await world.run("r1", "a", "c1");
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(30_000);
    expect(world.profiles.size).toBe(1);
  });
});
