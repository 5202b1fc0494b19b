import type { PutRight } from "#engine/ports/run-store.ts";
import type { RunState } from "#engine/types/runs.ts";

/** Pure. Counts of runs by state, without those that failed or are held and were done by a replay since. */
export const withoutPutRight = (counts: Record<RunState, number>, ...putRight: (PutRight | undefined)[]): Record<RunState, number> => {
  const sum = (state: keyof PutRight) => putRight.reduce((all, one) => all + (one?.[state] ?? 0), 0);
  return { ...counts, failed: Math.max(0, counts.failed - sum("failed")), held: Math.max(0, counts.held - sum("held")) };
};
