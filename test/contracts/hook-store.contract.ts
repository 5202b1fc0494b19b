import { describe, expect, it } from "vitest";
import type { Flow } from "#engine/types/flows.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import type { HookCapture, HookCaptureStore } from "#storage/hook-capture-store.ts";
import type { HookSubscription, HookSubscriptionStore } from "#storage/hook-subscription-store.ts";

const subscription = (id: string, more: Partial<HookSubscription> = {}): HookSubscription => ({
  id,
  workspaceId: "ws_1",
  triggerId: "trg_1",
  flowId: "flow_1",
  app: "helpdesk",
  operation: "ticket.created",
  connectionId: "con_1",
  address: "https://mill.example.com/hooks/token",
  fingerprint: id,
  state: "wanted",
  remoteId: null,
  jwe: null,
  sentAt: null,
  attempts: 0,
  nextAt: 10,
  claimedUntil: null,
  problem: null,
  subscribedAt: null,
  checkedAt: null,
  createdAt: 1,
  ...more,
});

const flow: Flow = {
  id: "flow_1",
  workspaceId: "ws_1",
  name: "F",
  status: "draft",
  draft: { name: "F", trigger: { app: "", operation: "" }, steps: [] },
  revision: 1,
  version: null,
  createdAt: 1,
  updatedAt: 1,
};
const idle = { active: false, nextAt: null, everyMs: null, state: {}, lastAt: null, lastError: null };
const flowWithHook = { flow, trigger: { id: "trg_1", workspaceId: "ws_1", flowId: "flow_1", kind: "webhook" as const, ...idle } };

/** The addresses that apps were told: every store keeps them the same way. */
export function hookSubscriptionStoreContract(
  name: string,
  open: () => Promise<{ store: HookSubscriptionStore; flows: FlowStore; triggers: TriggerStore }>,
): void {
  describe(`hook subscription store: ${name}`, () => {
    it("a trigger has one of each fingerprint, however many ask at once", async () => {
      const { store } = await open();
      const added = await Promise.all(["a", "b"].map((id) => store.add(subscription(id, { fingerprint: "same" }))));
      expect(added.filter(Boolean)).toEqual([true]);
      expect(await store.list("ws_1")).toHaveLength(1);
    });

    it("one comes back as it was, and belongs to its workspace alone", async () => {
      const { store } = await open();
      const problem = { code: "RATE_LIMITED", message: "slow down", details: {} } as const;
      const whole = subscription("a", {
        state: "subscribed",
        remoteId: "r_1",
        jwe: "sealed",
        sentAt: 2,
        attempts: 3,
        problem,
        subscribedAt: 4,
      });
      await store.add(whole);
      expect(await store.list("ws_1", "flow_1")).toEqual([whole]);
      expect([await store.list("ws_2"), await store.list("ws_1", "flow_2")]).toEqual([[], []]);
      await store.update("ws_2", "a", { state: "ending" });
      await store.remove("ws_2", "a");
      expect(await store.list("ws_1")).toEqual([whole]);
      expect(await store.workspaces()).toEqual(["ws_1"]);
    });

    it("what is due is claimed by one, until its claim is over; ends come first", async () => {
      const { store } = await open();
      await store.add(subscription("later", { nextAt: 20 }));
      await store.add(subscription("now"));
      await store.add(subscription("end", { state: "ending", nextAt: 11 }));
      await store.add(subscription("idle", { nextAt: null }));
      const due = async (now: number) => (await store.due(now, 10)).map(({ id }) => id);
      expect([await due(11), await store.nextDue()]).toEqual([["end", "now"], 10]);
      const claimed = await Promise.all([store.claim("ws_1", "now", 11, 50), store.claim("ws_1", "now", 11, 50)]);
      expect(claimed.filter(Boolean)).toEqual([true]);
      expect([await due(11), await due(50)]).toEqual([["end"], ["end", "now", "later"]]);
    });

    it("a change for one state is refused in another", async () => {
      const { store } = await open();
      await store.add(subscription("a", { state: "ending" }));
      expect(await store.updateIn("wanted", "ws_1", "a", { state: "subscribed" })).toBe(false);
      expect(await store.updateIn("ending", "ws_1", "a", { attempts: 1 })).toBe(true);
      expect(await store.list("ws_1")).toMatchObject([{ state: "ending", attempts: 1 }]);
    });

    it("a secret is sealed anew only where it is still the same", async () => {
      const { store } = await open();
      await store.add(subscription("a", { jwe: "old" }));
      await store.add(subscription("b"));
      expect(await store.allSealed()).toEqual([{ id: "a", jwe: "old" }]);
      await store.reseal("a", "another", "new");
      expect(await store.allSealed()).toEqual([{ id: "a", jwe: "old" }]);
      await store.reseal("a", "old", "new");
      expect(await store.allSealed()).toEqual([{ id: "a", jwe: "new" }]);
    });

    it("an address is gone once its trigger has another, or its flow is deleted", async () => {
      const { store, flows, triggers } = await open();
      await flows.insert(flowWithHook.flow, { ...flowWithHook.trigger, token: "first" });
      await triggers.update("ws_1", "trg_1", { token: "first", kind: "webhook" });
      expect(await store.isGone("first")).toBe(false);
      await triggers.update("ws_1", "trg_1", { token: "second" });
      expect([await store.isGone("first"), await store.isGone("second")]).toEqual([true, false]);
      await flows.delete("ws_1", "flow_1");
      expect([await store.isGone("second"), await store.isGone("never")]).toEqual([true, false]);
    });

    it("a gone address is forgotten once its time is over, which begins with the first pass that sees it", async () => {
      const { store, triggers, flows } = await open();
      const forget = (now: number, before: number, limit = 10) => store.forgetGone({ now, before, limit });
      await flows.insert(flowWithHook.flow, { ...flowWithHook.trigger, token: "first" });
      await triggers.update("ws_1", "trg_1", { token: "second" });
      expect(await forget(1_000, 900)).toBe(0); // it is gone since 1000
      await triggers.update("ws_1", "trg_1", { token: "third" });
      expect([await forget(2_000, 1_000), await store.isGone("first")]).toEqual([0, true]);
      expect([await forget(2_100, 1_001), await store.isGone("first"), await store.isGone("second")]).toEqual([1, false, true]);
      await flows.delete("ws_1", "flow_1");
      expect([await forget(2_200, 2_100), await forget(9_000, 9_000, 1), await forget(9_000, 9_000, 1)]).toEqual([1, 1, 0]);
    });
  });
}

const capture = (id: string, more: Partial<HookCapture> = {}): HookCapture => ({
  id,
  workspaceId: "ws_1",
  token: `catch-${id}`,
  samples: [],
  createdAt: 1,
  expiresAt: 100,
  ...more,
});

/** Addresses that catch events: every store keeps them the same way. */
export function hookCaptureStoreContract(name: string, open: () => Promise<HookCaptureStore>): void {
  describe(`hook capture store: ${name}`, () => {
    it("one keeps its newest samples, and is its workspace's alone", async () => {
      const store = await open();
      await store.add(capture("a"), 0, 5);
      for (const sample of ["1", "2", "3"]) await store.keep("a", sample, 2);
      expect(await store.get("ws_1", "a", 50)).toEqual(capture("a", { samples: ["3", "2"] }));
      expect([await store.get("ws_2", "a", 50), (await store.byToken("catch-a", 50))?.id]).toEqual([null, "a"]);
      await store.remove("ws_2", "a");
      expect(await store.get("ws_1", "a", 50)).not.toBeNull();
      await store.remove("ws_1", "a");
      expect(await store.get("ws_1", "a", 50)).toBeNull();
    });

    it("one is not there any more once its time is over, and is deleted later", async () => {
      const store = await open();
      await store.add(capture("a"), 0, 5);
      await store.add(capture("b", { expiresAt: 200 }), 0, 5);
      expect([await store.get("ws_1", "a", 100), await store.byToken("catch-a", 100)]).toEqual([null, null]);
      await store.prune(100);
      expect([await store.get("ws_1", "a", 0), (await store.get("ws_1", "b", 0))?.id]).toEqual([null, "b"]);
    });

    it("a workspace that makes one after another keeps the newest, and takes nothing from another", async () => {
      const store = await open();
      await store.add(capture("other", { workspaceId: "ws_2" }), 0, 2);
      for (const [n, id] of ["a", "b", "c"].entries()) await store.add(capture(id, { createdAt: n + 2 }), 0, 2);
      const there = await Promise.all(["a", "b", "c"].map((id) => store.get("ws_1", id, 0)));
      expect(there.map((one) => one?.id)).toEqual([undefined, "b", "c"]);
      expect((await store.get("ws_2", "other", 0))?.id).toBe("other");
    });
  });
}
