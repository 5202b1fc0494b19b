import type { Db } from "./database.ts";

/** How much of a request budget was used, as JSON. */
export interface QuotaRow {
  budget: string;
  state: string;
  savedAt: number;
  /** Whether it was written at an orderly stop, so that nothing is missing from it. */
  clean: boolean;
}

/** The counts of request budgets, one row each. */
export interface QuotaStore {
  /** All that were written after `since`. Older ones stay, one row for each budget: a clock that jumped must not delete them. */
  load(since: number): Promise<QuotaRow[]>;
  /** From now on a crash may lose what is counted: no row is whole any more. */
  open(): Promise<void>;
  put(rows: readonly QuotaRow[]): Promise<void>;
}

export function createQuotaStore(db: Db): QuotaStore {
  return {
    async load(since) {
      const rows = await db.q.selectFrom("quota_counts").selectAll().where("saved_at", ">", since).orderBy("budget").execute();
      return rows.map(({ budget, state, saved_at, clean }) => ({ budget, state, savedAt: Number(saved_at), clean: clean === 1 }));
    },
    open: () => db.write(async (q) => void (await q.updateTable("quota_counts").set({ clean: 0 }).where("clean", "=", 1).execute())),
    put: (rows) =>
      db.write(async (q) => {
        for (const { budget, state, savedAt, clean } of rows) {
          const row = { state, saved_at: savedAt, clean: clean ? 1 : 0 };
          await q
            .insertInto("quota_counts")
            .values({ budget, ...row })
            .onConflict((c) => c.column("budget").doUpdateSet(row))
            .execute();
        }
      }),
  };
}
