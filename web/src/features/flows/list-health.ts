import type { FlowView, RunView } from "#api/schemas.ts";
import { checkTrouble } from "../../lib/flow-trouble.ts";
import { count } from "../../lib/words.ts";

/** Pure: how a flow goes, as the list of flows says it. */

const words = {
  failed: "failed",
  held: "held",
  waiting: "waiting",
  succeeded: "succeeded",
  filtered: "filtered",
} as const satisfies Partial<Record<RunView["state"], string>>;

/** What became of the runs of the last day: what needs somebody first, and at most three of them. */
export function healthWords({ counts }: Pick<FlowView, "counts">): { state: keyof typeof words; text: string }[] {
  const states = Object.keys(words) as (keyof typeof words)[];
  return states
    .filter((state) => (counts[state] ?? 0) > 0)
    .slice(0, 3)
    .map((state) => ({ state, text: `${count(counts[state] ?? 0)} ${words[state]}` }));
}

/** Whether somebody should look at a flow: it stopped, its runs failed today, or a check found what would fail. */
export const hasProblem = (
  flow: Pick<FlowView, "status" | "reason" | "lint" | "counts"> & { trigger: Pick<FlowView["trigger"], "lastError"> },
): boolean =>
  flow.reason !== undefined ||
  flow.trigger.lastError !== null ||
  checkTrouble(flow) !== null ||
  (flow.counts.failed ?? 0) + (flow.counts.held ?? 0) > 0;
