import type { QuotaRules } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import type { Log } from "#kernel/log.ts";
import type { Governor, QuotaCounts } from "#outbound/governor.ts";
import type { QuotaStore } from "#storage/quota-store.ts";

export interface QuotaKeeperParts {
  store: QuotaStore;
  governor: Pick<Governor, "restore" | "counts">;
  rulesOf(app: string): QuotaRules | undefined;
  clock: Clock;
  log: Log;
}

/** A crash loses the counts of this long at most; they are made up for on the careful side. */
const everyMs = 3_000;

/** Keeps the counts of request budgets through a restart: a write every few seconds while there are calls, and one at the stop. */
export async function openQuotaKeeper({ store, governor, rulesOf, clock, log }: QuotaKeeperParts): Promise<{ close(): Promise<void> }> {
  for (const { budget, state, savedAt, clean } of await store.load(clock.now() - dayMs)) {
    const rules = rulesOf(budget.split("|", 1)[0]!);
    if (!rules) continue;
    try {
      governor.restore({ budget, counts: JSON.parse(state) as QuotaCounts, savedAt, whole: clean }, rules, clock.now());
    } catch (err) {
      log.warn({ err, budget }, "The counts of a request budget could not be read; it is counted anew");
    }
  }
  await store.open();

  let saving: Promise<void> = Promise.resolve();
  const save = (clean: boolean) => {
    const savedAt = clock.now();
    const rows = governor.counts(savedAt, clean ? "all" : "changed");
    if (rows.length === 0) return;
    saving = store
      .put(rows.map(({ budget, counts }) => ({ budget, state: JSON.stringify(counts), savedAt, clean })))
      .catch((err: unknown) => log.warn({ err }, "The counts of requests could not be written; it is tried again shortly"));
  };
  let cancel = clock.after(everyMs, function again() {
    save(false);
    cancel = clock.after(everyMs, again);
  });
  return {
    async close() {
      cancel();
      await saving;
      save(true);
      await saving;
    },
  };
}
