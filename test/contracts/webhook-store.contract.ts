import { describe, expect, it } from "vitest";
import type { ChangeStore } from "#changes/types.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { RunPatch } from "#engine/types/runs.ts";
import { dayMs } from "#kernel/durations.ts";
import { webhookEventTypes } from "#kernel/webhook-events.ts";
import type { ApprovalStore } from "#storage/approval-store.ts";
import { newDelivery, type WebhookEndpoint, type WebhookStore } from "#storage/webhook-store.ts";
import type { Connection, VaultStore } from "#vault/types.ts";
import { approval } from "./approval-store.contract.ts";
import { acceptance } from "./run-store.contract.ts";

const endpoint = (id: string, more: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id,
  workspaceId: "ws_1",
  url: `https://${id}.example/events?key=hidden`,
  events: webhookEventTypes,
  jwe: `sealed ${id}`,
  previousUntil: null,
  active: true,
  offReason: null,
  failingSince: null,
  createdAt: 1,
  ...more,
});
const connection: Connection = {
  id: "con_1",
  workspaceId: "ws_1",
  name: "acme",
  title: "Acme",
  app: "highlevel",
  auth: "token",
  status: "connected",
  createdAt: 1,
  updatedAt: 1,
};
const delivery = (of: string, message: string, now: number) =>
  newDelivery(endpoint(of), { message, type: "webhook.test", subject: { endpoint: { id: of } }, now });

interface Stores {
  webhooks: WebhookStore;
  vault: VaultStore;
  runs: RunStore;
  flows: FlowStore;
  approvals: ApprovalStore;
  /** Of another process. */
  approvalsElsewhere: ApprovalStore;
  history: ChangeStore["history"];
  close(): Promise<void>;
}

/** Webhook endpoints and what is to be sent to them: every store keeps them the same way. */
export function webhookStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`webhook store: ${name}`, () => {
    const withStores = (title: string, test: (stores: Stores) => Promise<void>) =>
      it(title, async () => {
        const stores = await open();
        try {
          await test(stores);
        } finally {
          await stores.close();
        }
      });
    const ended = async ({ runs }: Stores, n: number, patch: RunPatch): Promise<string> => {
      const { accepted } = await runs.commit({ accept: [acceptance(n)], steps: [], runs: [] });
      const was = accepted[0]![0]!;
      await runs.commit({ accept: [], steps: [], runs: [{ was, patch: { finishedAt: 9, ...patch } }] });
      return was.id;
    };
    const sentTo = async ({ webhooks }: Stores, id: string) =>
      (await webhooks.deliveries("ws_1", id, { limit: 50 })).map(({ type, subject }) => ({ type, subject }));

    withStores(
      "a run that comes to rest in Needs attention is a delivery to each endpoint that has chosen it, in the same commit",
      async (stores) => {
        const { webhooks } = stores;
        await webhooks.add(endpoint("one"), "me");
        await webhooks.add(endpoint("failures", { events: ["run.failed"] }), "me");
        await webhooks.add(endpoint("off", { active: false }), "me");
        await webhooks.add(endpoint("foreign", { workspaceId: "ws_2" }), "me");
        const error = { code: "OUTBOUND_REFUSED" as const, message: "no", details: { email: "ada@example.com" } };
        const failed = await ended(stores, 1, { state: "failed", attention: true, error });
        const held = await ended(stores, 2, { state: "held", attention: true });
        await ended(stores, 3, { state: "succeeded" });
        await ended(stores, 4, { state: "cancelled" });
        const [flow] = (await sentTo(stores, "one")).map(({ subject }) => subject["flow"]);
        const ofFailed = { type: "run.failed", subject: { run: { id: failed }, flow, error: { code: "OUTBOUND_REFUSED" } } };
        expect(await sentTo(stores, "one")).toEqual(
          expect.arrayContaining([ofFailed, { type: "run.needs_decision", subject: expect.objectContaining({ run: { id: held } }) }]),
        );
        expect(await sentTo(stores, "one")).toHaveLength(2);
        expect(await sentTo(stores, "failures")).toEqual([ofFailed]);
        expect(await sentTo(stores, "off")).toEqual([]);
        expect(await webhooks.deliveries("ws_2", "foreign", { limit: 9 })).toEqual([]);
      },
    );

    withStores("a run that is dismissed, or ends again, is not sent again", async (stores) => {
      await stores.webhooks.add(endpoint("one"), "me");
      const { accepted } = await stores.runs.commit({ accept: [acceptance(1)], steps: [], runs: [] });
      const was = accepted[0]![0]!;
      const failed = { ...was, state: "failed" as const, finishedAt: 9, attention: true, lease: { owner: null, no: was.lease.no } };
      await stores.runs.commit({ accept: [], steps: [], runs: [{ was, patch: { state: "failed", finishedAt: 9, attention: true } }] });
      await stores.runs.commit({ accept: [], steps: [], runs: [{ was: failed, patch: { attention: false } }] });
      expect(await sentTo(stores, "one")).toHaveLength(1);
    });

    withStores(
      "a connection that breaks, and one that can be used again, is sent with the change; a test that changes nothing is not",
      async (stores) => {
        const { webhooks, vault } = stores;
        await webhooks.add(endpoint("one"), "me");
        await vault.insert(connection, { connectionId: "con_1", jwe: "sealed", version: 1, updatedAt: 1 });
        await vault.update("ws_1", "con_1", { status: "broken", reason: "gone" });
        await vault.update("ws_1", "con_1", { status: "paused" });
        await vault.update("ws_1", "con_1", { status: "connected" }, "account:a");
        await vault.update("ws_1", "con_1", { status: "expiring" });
        const subject = { connection: { id: "con_1", name: "acme", app: "highlevel" } };
        expect((await sentTo(stores, "one")).toSorted((a, b) => a.type.localeCompare(b.type))).toEqual([
          { type: "connection.broken", subject },
          { type: "connection.restored", subject },
        ]);
      },
    );

    withStores("an approval is sent as soon as it waits, and neither when there are too many nor when it is decided", async (stores) => {
      const { webhooks, approvals } = stores;
      await webhooks.add(endpoint("one"), "me");
      expect([await approvals.add(approval("apv_1"), 1), await approvals.add(approval("apv_2"), 1)]).toEqual([true, false]);
      await approvals.decide("ws_1", "apv_1", { state: "refused", by: "account:a", note: null, now: 20 });
      expect(await sentTo(stores, "one")).toEqual([{ type: "approval.waiting", subject: { approval: { id: "apv_1" } } }]);
    });

    withStores("an approved request whose process is gone is sent once, as one whose outcome is unknown", async (stores) => {
      const { webhooks, approvals } = stores;
      await webhooks.add(endpoint("unknown", { events: ["approval.outcome_unknown"] }), "me");
      await approvals.add(approval("apv_1"), 1);
      await approvals.decide("ws_1", "apv_1", { state: "approved", by: "account:a", note: null, now: 20 });
      const error = { code: "CONFLICT", message: "Millrace stopped.", details: {} } as const;
      const lost = { decidedBefore: 21, aliveAfter: null, error };
      for (const expected of [1, 0]) expect(await stores.approvalsElsewhere.markLost(lost)).toBe(expected);
      expect(await sentTo(stores, "unknown")).toEqual([{ type: "approval.outcome_unknown", subject: { approval: { id: "apv_1" } } }]);
    });

    withStores("a flow that Millrace pauses is sent; one that a person pauses is not", async (stores) => {
      const { webhooks, flows } = stores;
      await webhooks.add(endpoint("one"), "me");
      const draft = { name: "Flow", trigger: { app: "", operation: "" }, steps: [] };
      const times = { createdAt: 1, updatedAt: 1, revision: 1 };
      const flow = (id: string) => ({ id, workspaceId: "ws_1", name: id, status: "on" as const, draft, version: 1, ...times });
      const trigger = (id: string) => ({
        id: `trg_${id}`,
        workspaceId: "ws_1",
        flowId: id,
        kind: "webhook" as const,
        token: id,
        active: true,
        nextAt: null,
        everyMs: null,
        state: {},
        lastAt: null,
        lastError: null,
      });
      for (const id of ["mine", "yours"]) await flows.insert(flow(id), trigger(id) as never);
      await flows.update("ws_1", "mine", { status: "off", reason: "It failed 100 times.", updatedAt: 2 });
      await flows.update("ws_1", "yours", { status: "off", reason: undefined, updatedAt: 2 }, "account:a");
      expect(await sentTo(stores, "one")).toEqual([{ type: "flow.paused", subject: { flow: { id: "mine" } } }]);
    });

    withStores(
      "what is due is claimed by one alone, and again after the claim is over; an endpoint that is off or left out has nothing due",
      async ({ webhooks }) => {
        await webhooks.add(endpoint("one"), "me");
        await webhooks.add(endpoint("off", { active: false }), "me");
        await webhooks.addDelivery(delivery("one", "msg_2", 20));
        await webhooks.addDelivery(delivery("one", "msg_1", 10));
        await webhooks.addDelivery(delivery("off", "msg_1", 10));
        const due = async (now: number, except: string[] = []) => (await webhooks.due(now, 9, except)).map(({ id }) => id);
        expect([await due(9), await due(10), await due(99)]).toEqual([[], ["msg_1_one"], ["msg_1_one", "msg_2_one"]]);
        expect(await due(99, ["one"])).toEqual([]);
        const claims = await Promise.all([webhooks.claim("msg_1_one", 99, 150), webhooks.claim("msg_1_one", 99, 150)]);
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect([await due(149), await due(150)]).toEqual([["msg_2_one"], ["msg_1_one", "msg_2_one"]]);
        expect([await webhooks.claim("msg_1_one", 149, 200), await webhooks.claim("msg_1_one", 150, 200)]).toEqual([false, true]);
      },
    );

    withStores("an outcome gives the claim back; what was delivered is not due, and cannot be claimed", async ({ webhooks }) => {
      await webhooks.add(endpoint("one"), "me");
      await webhooks.addDelivery(delivery("one", "msg_1", 10));
      await webhooks.claim("msg_1_one", 10, 1000);
      await webhooks.settle("msg_1_one", { attempts: 1, status: 500, answer: "busy", sentAt: 11, nextAt: 30 });
      expect((await webhooks.due(30, 9, []))[0]).toMatchObject({ attempts: 1, status: 500, answer: "busy", sentAt: 11, state: "waiting" });
      await webhooks.settle("msg_1_one", { state: "delivered", status: 204, nextAt: null });
      expect([await webhooks.due(99, 9, []), await webhooks.claim("msg_1_one", 99, 100)]).toEqual([[], false]);
      expect(await webhooks.delivery("ws_1", "msg_1_one")).toMatchObject({ state: "delivered", status: 204 });
      expect(await webhooks.delivery("ws_2", "msg_1_one")).toBeNull();
    });

    withStores("an endpoint that works again has all that waits due at once, and nothing else", async ({ webhooks }) => {
      await webhooks.add(endpoint("one"), "me");
      await webhooks.add(endpoint("two"), "me");
      for (const of of ["one", "two"]) {
        await webhooks.addDelivery(delivery(of, "msg_1", 10));
        await webhooks.settle(`msg_1_${of}`, { nextAt: 5000 });
      }
      await webhooks.addDelivery(delivery("one", "msg_2", 10));
      await webhooks.settle("msg_2_one", { state: "failed", nextAt: null });
      await webhooks.hurry("one", 50, null);
      expect((await webhooks.due(50, 9, [])).map(({ id, retryUntil }) => [id, retryUntil])).toEqual([["msg_1_one", 10 + 3 * dayMs]]);
      await webhooks.hurry("one", 60, 777);
      expect((await webhooks.due(60, 9, []))[0]?.retryUntil).toBe(777);
    });

    withStores(
      "a workspace changes, sees and removes its own alone; the list of changes has neither addresses nor secrets",
      async (stores) => {
        const { webhooks, history } = stores;
        await webhooks.add(endpoint("one"), "account:a");
        await webhooks.addDelivery(delivery("one", "msg_1", 10));
        await webhooks.update("ws_2", "one", { active: false }, "account:b");
        expect(await webhooks.endpoint("ws_2", "one")).toBeNull();
        expect(await webhooks.remove("ws_2", "one", "account:b")).toBe(false);
        await webhooks.update("ws_1", "one", { failingSince: 7 });
        await webhooks.update(
          "ws_1",
          "one",
          { url: "https://new.example/?key=secret", jwe: "sealed anew", previousUntil: 99 },
          "account:a",
        );
        await webhooks.update("ws_1", "one", { active: false, offReason: "It answered 410." });
        expect(await webhooks.endpoints("ws_1")).toEqual([
          {
            ...endpoint("one", { url: "https://new.example/?key=secret", jwe: "sealed anew", previousUntil: 99 }),
            active: false,
            offReason: "It answered 410.",
            failingSince: 7,
            waiting: 1,
          },
        ]);
        expect([await webhooks.remove("ws_1", "one", "account:a"), await webhooks.remove("ws_1", "one", "account:a")]).toEqual([
          true,
          false,
        ]);
        expect([await webhooks.endpoints("ws_1"), await webhooks.delivery("ws_1", "msg_1_one")]).toEqual([[], null]);
        const changes = await history("ws_1", { limit: 9 });
        expect(changes.map(({ what, by }) => [what, by])).toEqual([
          ["removed", "account:a"],
          ["changed", null],
          ["changed", "account:a"],
          ["added", "account:a"],
        ]);
        expect(changes[2]!.fields.map(({ field }) => field)).toEqual(["url", "secret"]);
        expect(JSON.stringify(changes)).not.toMatch(/key=|sealed/);
      },
    );

    withStores("deliveries are listed in pages, the newest first, by state where one is asked for", async ({ webhooks }) => {
      await webhooks.add(endpoint("one"), "me");
      for (const [message, now] of [
        ["msg_a", 10],
        ["msg_b", 20],
        ["msg_c", 20],
        ["msg_d", 30],
      ] as const)
        await webhooks.addDelivery(delivery("one", message, now));
      await webhooks.settle("msg_b_one", { state: "failed" });
      const page = async (before?: string) =>
        (await webhooks.deliveries("ws_1", "one", { limit: 2, ...(before !== undefined && { before }) })).map(({ id }) => id);
      expect([await page(), await page("msg_c_one"), await page("msg_a_one")]).toEqual([
        ["msg_d_one", "msg_c_one"],
        ["msg_b_one", "msg_a_one"],
        [],
      ]);
      expect((await webhooks.deliveries("ws_1", "one", { limit: 9, state: "failed" })).map(({ id }) => id)).toEqual(["msg_b_one"]);
    });

    withStores(
      "old deliveries are deleted, but none that waits; secrets are sealed anew only where they are still the same",
      async ({ webhooks }) => {
        await webhooks.add(endpoint("one"), "me");
        for (const [message, state] of [
          ["msg_a", "waiting"],
          ["msg_b", "delivered"],
          ["msg_c", "failed"],
        ] as const)
          await webhooks.addDelivery({ ...delivery("one", message, 10), state });
        await webhooks.addDelivery({ ...delivery("one", "msg_d", 30), state: "delivered" });
        expect([await webhooks.prune(20, 1), await webhooks.prune(20, 9), await webhooks.prune(20, 9)]).toEqual([1, 1, 0]);
        expect((await webhooks.deliveries("ws_1", "one", { limit: 9 })).map(({ id }) => id)).toEqual(["msg_d_one", "msg_a_one"]);
        await webhooks.reseal("one", "another", "wrong");
        await webhooks.reseal("one", "sealed one", "sealed anew");
        expect(await webhooks.allSealed()).toEqual([{ id: "one", jwe: "sealed anew" }]);
      },
    );
  });
}
