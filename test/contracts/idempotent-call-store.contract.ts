import { afterEach, describe, expect, it } from "vitest";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { BeginningCall, IdempotentCallStore } from "#storage/idempotent-call-store.ts";

interface Opened {
  /** Of the process `proc_a`, and of another one on the same rows. */
  one: IdempotentCallStore;
  other: IdempotentCallStore;
  /** The leases of `proc_a`. */
  owners: Pick<RunStore, "renew" | "endLeases">;
  close(): Promise<void>;
}

const key = { workspaceId: "ws_1", holder: "key:a", key: "order-1" };
const call = (more: Partial<BeginningCall> = {}): BeginningCall => ({
  ...key,
  fingerprint: "f",
  now: 1_000,
  expiresAt: 2_000,
  ...more,
});

/** Calls with an idempotency key: every store keeps them the same way. */
export function idempotentCallStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`store of idempotent calls: ${name}`, () => {
    let opened: Opened;
    const opening = async () => (opened = await open());
    afterEach(() => opened.close());

    it("of many calls with one key at once, one is the first", async () => {
      const { one, other, owners } = await opening();
      await owners.renew({ now: 1_000, until: 5_000, executing: [] });
      const begun = await Promise.all([one, other, one, other].map((store) => store.begin(call())));
      expect(begun.filter(({ is }) => is === "new")).toHaveLength(1);
    });

    it("a repeat gets the answer, and with another request it does not", async () => {
      const { one, other } = await opening();
      await one.begin(call());
      await one.finish(key, '{"output":1}');
      expect(await other.begin(call())).toEqual({ is: "done", answer: '{"output":1}' });
      expect(await other.begin(call({ fingerprint: "g" }))).toEqual({ is: "other" });
    });

    it("a key belongs to its holder and workspace", async () => {
      const { one } = await opening();
      await one.begin(call());
      await one.finish(key, "1");
      expect(await one.begin(call({ holder: "key:b" }))).toEqual({ is: "new" });
      expect(await one.begin(call({ workspaceId: "ws_2" }))).toEqual({ is: "new" });
      expect(await one.begin(call({ key: "order-2" }))).toEqual({ is: "new" });
    });

    it("is under way as long as its process runs, and doubtful after that", async () => {
      const { one, other, owners } = await opening();
      await owners.renew({ now: 1_000, until: 1_500, executing: [] });
      await one.begin(call());
      expect(await other.begin(call({ now: 1_499 }))).toEqual({ is: "underWay" });
      expect(await other.begin(call({ now: 1_500 }))).toEqual({ is: "doubtful", startedAt: 1_000 });
    });

    it("is doubtful where its own process no longer makes it, and new where nothing happened", async () => {
      const { one } = await opening();
      await one.begin(call());
      expect(await one.begin(call())).toEqual({ is: "doubtful", startedAt: 1_000 });
      await one.release(key);
      expect(await one.begin(call())).toEqual({ is: "new" });
    });

    it("is kept until it expires", async () => {
      const { one } = await opening();
      await one.begin(call());
      await one.finish(key, "1");
      expect(await one.begin(call({ now: 1_999 }))).toMatchObject({ is: "done" });
      expect(await one.begin(call({ now: 2_000 }))).toEqual({ is: "new" });
    });
  });
}
