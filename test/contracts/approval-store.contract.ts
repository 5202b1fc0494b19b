import { afterEach, describe, expect, it } from "vitest";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { Approval, ApprovalStore } from "#storage/approval-store.ts";

/** An approval that waits, of the first workspace. */
export const approval = (id: string, more: Partial<Approval> = {}): Approval => ({
  id,
  workspaceId: "ws_1",
  deed: { kind: "switch_on", flow: "flow_1" },
  title: "turn on 'Welcome'",
  reason: "It was off",
  by: "agent:agt_1",
  state: "waiting",
  createdAt: 10,
  expiresAt: 100,
  decidedBy: null,
  decidedAt: null,
  note: null,
  outcome: null,
  output: null,
  error: null,
  ...more,
});
interface Opened {
  /** Of the process `proc_a`, and of another one on the same rows. */
  one: ApprovalStore;
  other: ApprovalStore;
  /** The leases of `proc_a`. */
  owners: Pick<RunStore, "renew">;
  close(): Promise<void>;
}

const yes = { state: "approved", by: "account:anna", note: null, now: 20 } as const;
const no = { state: "refused", by: "account:bob", note: "Not now", now: 20 } as const;

/** What is asked of people: every store keeps it the same way. */
export function approvalStoreContract(name: string, openAll: () => Promise<Opened>): void {
  describe(`store of approvals: ${name}`, () => {
    let opened: Opened;
    const open = async () => (opened = await openAll()).one;
    afterEach(() => opened.close());

    it("keeps what was asked whole, for its workspace alone", async () => {
      const store = await open();
      await store.add(approval("apv_1"), 9);
      expect(await store.get("ws_1", "apv_1")).toEqual(approval("apv_1"));
      expect(await store.get("ws_2", "apv_1")).toBeNull();
      expect(await store.decide("ws_2", "apv_1", yes)).toBeNull();
      expect(await store.list("ws_2", { now: 20, limit: 9 })).toEqual([]);
    });

    it("is decided once, whoever comes second", async () => {
      const store = await open();
      await store.add(approval("apv_1"), 9);
      const both = await Promise.all([store.decide("ws_1", "apv_1", yes), store.decide("ws_1", "apv_1", no)]);
      expect(both.filter((row) => row !== null)).toHaveLength(1);
      expect((await store.get("ws_1", "apv_1"))!.decidedAt).toBe(20);
    });

    it("cannot be decided once it is over, and is listed as that", async () => {
      const store = await open();
      await store.add(approval("apv_1"), 9);
      expect(await store.decide("ws_1", "apv_1", { ...yes, now: 100 })).toBeNull();
      expect(await store.list("ws_1", { state: "waiting", now: 100, limit: 9 })).toEqual([]);
      expect(await store.list("ws_1", { state: "expired", now: 100, limit: 9 })).toHaveLength(1);
      expect(await store.list("ws_1", { state: "expired", now: 99, limit: 9 })).toEqual([]);
    });

    it("keeps what came of it, and only of what was approved", async () => {
      const store = await open();
      for (const id of ["apv_1", "apv_2", "apv_3"]) await store.add(approval(id), 9);
      await store.decide("ws_1", "apv_1", yes);
      await store.finish("ws_1", "apv_1", { state: "done", outcome: "It is on.", output: { version: 3 } });
      await store.decide("ws_1", "apv_2", yes);
      const error = { code: "FLOW_CHANGED", message: "It was saved meanwhile.", details: { flow: "Welcome" } } as const;
      await store.finish("ws_1", "apv_2", { state: "failed", error });
      await store.decide("ws_1", "apv_3", no);
      await store.finish("ws_1", "apv_3", { state: "done", outcome: "It is on.", output: null });
      expect(await store.list("ws_1", { now: 20, limit: 9 })).toMatchObject([
        { id: "apv_3", state: "refused", outcome: null, note: "Not now", decidedBy: "account:bob" },
        { id: "apv_2", state: "failed", error, outcome: null },
        { id: "apv_1", state: "done", outcome: "It is on.", output: { version: 3 }, error: null },
      ]);
    });

    const lost = { code: "CONFLICT", message: "Millrace stopped.", details: {} } as const;

    it("of one that was being done, the outcome is unknown once its process is gone", async () => {
      const store = await open();
      const { other, owners } = opened;
      for (const id of ["apv_1", "apv_2"]) await store.add(approval(id), 9);
      await store.decide("ws_1", "apv_1", yes);
      const stateOf = async (id: string) => (await store.get("ws_1", id))!.state;
      const alone = { decidedBefore: Number.MAX_SAFE_INTEGER, aliveAfter: null, error: lost };
      expect(await store.markLost(alone)).toBe(0); // its own
      await owners.renew({ now: 20, until: 50, executing: [] });
      expect(await other.markLost({ decidedBefore: 49, aliveAfter: 49, error: lost })).toBe(0); // it still runs
      expect(await other.markLost({ decidedBefore: 20, aliveAfter: 50, error: lost })).toBe(0); // it has just been decided
      expect(await stateOf("apv_1")).toBe("approved");
      expect(await other.markLost({ decidedBefore: 51, aliveAfter: 51, error: lost })).toBe(1);
      expect([await stateOf("apv_1"), await stateOf("apv_2")]).toEqual(["unknown", "waiting"]);
      expect(await other.markLost(alone)).toBe(0);
    });

    it("whose outcome is unknown needs attention until somebody says what came of it", async () => {
      const store = await open();
      for (const id of ["apv_1", "apv_2", "apv_3"]) await store.add(approval(id), 9);
      for (const id of ["apv_1", "apv_2"]) {
        await store.decide("ws_1", id, yes);
        await store.finish("ws_1", id, { state: "unknown", error: lost });
      }
      const attention = async (now = 20) => (await store.list("ws_1", { attention: true, now, limit: 9 })).map(({ id }) => id);
      expect(await attention()).toEqual(["apv_3", "apv_2", "apv_1"]);
      expect(await attention(100)).toEqual(["apv_2", "apv_1"]);
      const done = { state: "done", outcome: "It is on.", output: null } as const;
      expect(await store.settle("ws_2", "apv_1", { found: done, by: "account:bob", note: null })).toBe(false);
      expect(await store.settle("ws_1", "apv_1", { found: done, by: "account:bob", note: null })).toBe(true);
      expect(await store.settle("ws_1", "apv_1", { found: done, by: "account:bob", note: null })).toBe(false);
      await store.settle("ws_1", "apv_2", { found: { state: "failed", error: lost }, by: "account:bob", note: "Looked" });
      expect(await store.list("ws_1", { attention: false, now: 20, limit: 9 })).toMatchObject([
        { id: "apv_2", state: "failed", note: "Looked", decidedBy: "account:anna" },
        { id: "apv_1", state: "done", outcome: "It is on.", error: null },
      ]);
    });

    it("takes no more than may wait, of each workspace", async () => {
      const store = await open();
      expect(await store.add(approval("apv_1"), 1)).toBe(true);
      expect(await store.add(approval("apv_2"), 1)).toBe(false);
      expect(await store.add(approval("apv_3", { workspaceId: "ws_2" }), 1)).toBe(true);
      expect(await store.add(approval("apv_4", { createdAt: 100, expiresAt: 200 }), 1)).toBe(true); // the first one is over
    });

    it("forgets the oldest beyond a thousand", async () => {
      const store = await open();
      const id = (n: number) => `apv_${String(n).padStart(5, "0")}`;
      for (let n = 0; n <= 1_002; n++) await store.add(approval(id(n), { createdAt: n, expiresAt: n }), 1);
      expect(await store.get("ws_1", id(0))).toBeNull();
      expect(await store.get("ws_1", id(1_002))).not.toBeNull();
      expect(await store.list("ws_1", { now: 2_000, limit: 5_000 })).toHaveLength(1_001);
    });
  });
}
