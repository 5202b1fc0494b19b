import { useQueryClient } from "@tanstack/react-query";
import { useRunChanges } from "../../lib/events.ts";
import { flowQuery, latestRunsQuery, ledgerQuery } from "../../lib/queries.ts";

/** The newest run of a flow. */
export const lastRunQuery = (flowId: string) => latestRunsQuery({ flow: flowId }, 1);

/**
 * Reads again, with each run of the flow, all that says how it goes: its newest run, the counts of its day, and what its trigger saw. They stand
 * beside each other, so they are read together.
 */
export function useFlowActivity(flowId: string): void {
  const cache = useQueryClient();
  useRunChanges((changed) => {
    if (changed.length > 0 && !changed.some((change) => change.flowId === flowId)) return;
    for (const { queryKey } of [flowQuery(flowId), lastRunQuery(flowId), ledgerQuery(flowId)])
      void cache.invalidateQueries({ queryKey, exact: true });
  });
}
