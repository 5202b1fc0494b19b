import { describe, expect, it } from "vitest";
import type { QuotaRow, QuotaStore } from "#storage/quota-store.ts";

const row = (budget: string, savedAt: number, clean = true): QuotaRow => ({ budget, state: `{"used":${savedAt}}`, savedAt, clean });

/** Counts of request budgets: every store keeps them the same way. */
export function quotaStoreContract(name: string, open: () => Promise<QuotaStore>): void {
  describe(`quota store: ${name}`, () => {
    it("gives back what was written after a time, by budget", async () => {
      const store = await open();
      await store.put([row("b", 30), row("a", 20, false), row("old", 10)]);
      expect(await store.load(10)).toEqual([row("a", 20, false), row("b", 30)]);
    });

    it("a budget has one row, the newest", async () => {
      const store = await open();
      await store.put([row("a", 1)]);
      await store.put([row("a", 2, false)]);
      await store.put([]);
      expect(await store.load(0)).toEqual([row("a", 2, false)]);
    });

    it("no row is clean once counting goes on", async () => {
      const store = await open();
      await store.put([row("a", 1), row("b", 1)]);
      await store.open();
      expect((await store.load(0)).map(({ clean }) => clean)).toEqual([false, false]);
    });
  });
}
