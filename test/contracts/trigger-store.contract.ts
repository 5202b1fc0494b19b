import { describe, expect, test } from "vitest";
import type { Acceptance, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";

export interface TriggerStoreFixture {
  /** A fresh, empty store. `add` writes a trigger (with its flow, where the store wants one); the other two read back what was accepted. */
  open: () => Promise<OpenedTriggerStore>;
}
export interface OpenedTriggerStore {
  store: TriggerStore;
  add: (trigger: Trigger) => Promise<void>;
  eventKeys: (triggerId: string) => Promise<string[]>;
  runIds: (triggerId: string) => Promise<string[]>;
  close?: () => Promise<void>;
}

export const sampleTrigger = (id: string, more: Partial<Trigger> = {}): Trigger => ({
  id,
  workspaceId: "ws_1",
  flowId: `flow_${id}`,
  kind: "poll",
  token: null,
  active: true,
  nextAt: 1_000,
  everyMs: 60_000,
  state: {},
  lastAt: null,
  lastError: null,
  ...more,
});

export function sampleAcceptance(
  triggerId: string,
  key: string,
  { payload = { key }, id = key }: { payload?: unknown; id?: string } = {},
): Acceptance {
  const event = {
    id: `evt_${triggerId}_${id}`,
    workspaceId: "ws_1",
    triggerId,
    key,
    payload,
    person: null,
    receivedAt: 5,
    record: null,
    happenedAt: null,
  };
  const run = {
    id: `run_${triggerId}_${id}`,
    workspaceId: "ws_1",
    flowId: `flow_${triggerId}`,
    version: 1,
    eventId: event.id,
    state: "queued" as const,
    lane: "live" as const,
    dueAt: 5,
    person: null,
    summary: null,
    error: null,
    attention: false,
    replayOf: null,
    origin: null,
    createdAt: 5,
    finishedAt: null,
    record: null,
    settling: false,
    merged: 0,
    lease: { owner: null, no: 0 },
    cancelRequested: false,
    recovered: false,
  };
  return { event, runs: [run] };
}

const ids = (settled: AcceptedRuns[]) => settled.map((runs) => runs && runs.map((run) => run.id));
const item = (key: string, hash: string, seenAt = 1) => ({ key, hash, seenAt });

/** What every store of triggers must keep. */
export function triggerStoreContract(name: string, { open }: TriggerStoreFixture): void {
  const it = (title: string, run: (opened: OpenedTriggerStore) => Promise<void>) =>
    test(title, async () => {
      const opened = await open();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });

  describe(`trigger store: ${name}`, () => {
    it("a trigger is found by its flow and by its token, whole", async ({ store, add }) => {
      const trigger = sampleTrigger("a", {
        kind: "webhook",
        token: "tok",
        nextAt: null,
        everyMs: null,
        state: { cursor: 7, deep: { list: [1, null] } },
        lastAt: 3,
        lastError: { code: "RATE_LIMITED", message: "slow", details: { app: "x" } },
      });
      await add(trigger);
      expect(await store.byToken("tok")).toEqual(trigger);
      expect(await store.byFlow("ws_1", "flow_a")).toEqual(trigger);
      expect(await store.byToken("other")).toBeNull();
      expect(await store.byFlow("ws_1", "other")).toBeNull();
    });

    it("due tells active triggers whose time has come, oldest first, up to the limit", async ({ store, add }) => {
      await add(sampleTrigger("late", { nextAt: 300 }));
      await add(sampleTrigger("early", { nextAt: 100 }));
      await add(sampleTrigger("exact", { nextAt: 500 }));
      await add(sampleTrigger("future", { nextAt: 501 }));
      await add(sampleTrigger("off", { nextAt: 100, active: false }));
      await add(sampleTrigger("never", { nextAt: null }));
      const ids = async (limit: number) => (await store.due(500, limit)).map((t) => t.id);
      expect(await ids(10)).toEqual(["early", "late", "exact"]);
      expect(await ids(2)).toEqual(["early", "late"]);
    });

    it("nextDue is the first time of an active trigger that is later than the one given, or null", async ({ store, add }) => {
      expect(await store.nextDue(0)).toBeNull();
      await add(sampleTrigger("off", { nextAt: 1, active: false }));
      await add(sampleTrigger("hook", { nextAt: null }));
      expect(await store.nextDue(0)).toBeNull();
      await add(sampleTrigger("b", { nextAt: 900 }));
      await add(sampleTrigger("a", { nextAt: 400 }));
      expect(await Promise.all([0, 399, 400, 899, 900].map((after) => store.nextDue(after)))).toEqual([400, 400, 900, 900, null]);
    });

    it("another workspace neither finds nor changes a trigger by its flow or id", async ({ store, add }) => {
      await add(sampleTrigger("a"));
      await store.update("ws_2", "a", { active: false, token: "theirs" });
      expect(await store.byFlow("ws_2", "flow_a")).toBeNull();
      expect(await store.byFlow("ws_1", "flow_a")).toEqual(sampleTrigger("a"));
    });

    it("update changes what it names and nothing else", async ({ store, add }) => {
      await add(sampleTrigger("a", { state: { cursor: 1 }, lastAt: 2 }));
      await add(sampleTrigger("b"));
      await store.update("ws_1", "a", { nextAt: null, active: false, lastError: { code: "INTERNAL", message: "m", details: {} } });
      expect(await store.byFlow("ws_1", "flow_a")).toEqual(
        sampleTrigger("a", {
          state: { cursor: 1 },
          lastAt: 2,
          nextAt: null,
          active: false,
          lastError: { code: "INTERNAL", message: "m", details: {} },
        }),
      );
      await store.update("ws_1", "a", { lastError: null, state: { cursor: 2 } });
      expect(await store.byFlow("ws_1", "flow_a")).toMatchObject({ lastError: null, state: { cursor: 2 }, lastAt: 2 });
      expect(await store.byFlow("ws_1", "flow_b")).toEqual(sampleTrigger("b"));
    });

    it("settle accepts, remembers, forgets and moves on together", async ({ store, add, eventKeys, runIds }) => {
      await add(sampleTrigger("a", { lastError: { code: "INTERNAL", message: "m", details: {} } }));
      await store.settle({ triggerId: "a", accept: [], remember: [item("x", "1"), item("y", "1")], forget: [], patch: {} });
      const settled = await store.settle({
        triggerId: "a",
        accept: [sampleAcceptance("a", "k1"), sampleAcceptance("a", "k2")],
        remember: [item("x", "2", 9), item("z", "1")],
        forget: ["y", "unknown"],
        patch: { nextAt: 2_000, lastAt: 1_500, lastError: null, state: { cursor: 3 } },
      });
      expect(ids(settled)).toEqual([["run_a_k1"], ["run_a_k2"]]);
      expect(await eventKeys("a")).toEqual(["k1", "k2"]);
      expect(await runIds("a")).toEqual(["run_a_k1", "run_a_k2"]);
      expect((await store.allSeen("a")).sort((p, q) => (p.key < q.key ? -1 : 1))).toEqual([item("x", "2", 9), item("z", "1")]);
      expect(await store.byFlow("ws_1", "flow_a")).toEqual(sampleTrigger("a", { nextAt: 2_000, lastAt: 1_500, state: { cursor: 3 } }));
    });

    it("a key is accepted once within its trigger, and its repeat makes no run", async ({ store, add, eventKeys, runIds }) => {
      await add(sampleTrigger("a"));
      await add(sampleTrigger("b"));
      const settle = async (triggerId: string, accept: Acceptance[]) =>
        ids(await store.settle({ triggerId, accept, remember: [], forget: [], patch: {} }));
      expect(await settle("a", [sampleAcceptance("a", "k", { id: "1" }), sampleAcceptance("a", "k", { id: "2" })])).toEqual([
        ["run_a_1"],
        null,
      ]);
      expect(await settle("a", [sampleAcceptance("a", "k", { id: "3" }), sampleAcceptance("a", "m", { id: "4" })])).toEqual([
        null,
        ["run_a_4"],
      ]);
      expect(await settle("b", [sampleAcceptance("b", "k", { id: "1" })])).toEqual([["run_b_1"]]);
      expect(await eventKeys("a")).toEqual(["k", "m"]);
      expect(await runIds("a")).toEqual(["run_a_1", "run_a_4"]);
      expect(await runIds("b")).toEqual(["run_b_1"]);
    });

    it("a settle that cannot be written leaves everything as it was", async ({ store, add, eventKeys, runIds }) => {
      await add(sampleTrigger("a"));
      await store.settle({ triggerId: "a", accept: [], remember: [item("x", "1")], forget: [], patch: {} });
      const unwritable = sampleAcceptance("a", "k2", { payload: { n: 1n } }); // JSON has no such number
      const poll = {
        triggerId: "a",
        accept: [sampleAcceptance("a", "k1"), unwritable],
        remember: [item("x", "2"), item("y", "1")],
        forget: [],
        patch: { nextAt: 9 },
      };
      await expect((async () => store.settle(poll))()).rejects.toThrow(/BigInt/);
      expect(await eventKeys("a")).toEqual([]);
      expect(await runIds("a")).toEqual([]);
      expect(await store.allSeen("a")).toEqual([item("x", "1")]);
      expect(await store.byFlow("ws_1", "flow_a")).toEqual(sampleTrigger("a"));
      expect(ids(await store.settle({ ...poll, accept: [sampleAcceptance("a", "k1")] }))).toEqual([["run_a_k1"]]);
    });

    it("seen gives the items asked for, of this trigger only, however many", async ({ store, add }) => {
      await add(sampleTrigger("a"));
      await add(sampleTrigger("b"));
      const many = Array.from({ length: 3_000 }, (_, i) => item(`k${i}`, `h${i}`, i));
      await store.settle({ triggerId: "a", accept: [], remember: many, forget: [], patch: {} });
      await store.settle({ triggerId: "b", accept: [], remember: [item("k1", "other")], forget: [], patch: {} });
      expect(await store.seen("a", ["k1", "nobody", "k2999"])).toEqual(
        new Map([
          ["k1", item("k1", "h1", 1)],
          ["k2999", item("k2999", "h2999", 2_999)],
        ]),
      );
      expect(
        (
          await store.seen(
            "a",
            many.map((m) => m.key),
          )
        ).size,
      ).toBe(3_000);
      expect(await store.seen("a", [])).toEqual(new Map());
      expect(await store.allSeen("b")).toEqual([item("k1", "other")]);
    });

    it("clearSeen forgets one trigger's items and no other's", async ({ store, add }) => {
      await add(sampleTrigger("a"));
      await add(sampleTrigger("b"));
      for (const triggerId of ["a", "b"]) await store.settle({ triggerId, accept: [], remember: [item("k", "h")], forget: [], patch: {} });
      await store.clearSeen("a");
      expect(await store.allSeen("a")).toEqual([]);
      expect(await store.allSeen("b")).toEqual([item("k", "h")]);
    });
  });
}
