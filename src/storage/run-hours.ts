import { sql } from "kysely";
import type { RunState } from "#engine/types/runs.ts";
import { hourMs } from "#kernel/durations.ts";
import type { Db } from "./database.ts";
import { openRuns, unindexed } from "./run-page.ts";

/** How many runs that were accepted in one hour are in a state. */
export interface RunHour {
  /** The beginning of the hour. */
  at: number;
  state: RunState;
  runs: number;
}

/** Counts runs by the hour in which they were accepted. */
export interface RunHours {
  /** Of some flows, or of all of a workspace, removed ones included. `from`, `to`: milliseconds; both hours are counted whole. */
  count(workspaceId: string, flowIds: readonly string[] | null, from: number, to: number): Promise<RunHour[]>;
}

/** Reads the hourly counts that are kept for good, so that it takes as long for a million runs as for a hundred. */
export function createRunHours(db: Db): RunHours {
  return {
    async count(workspaceId, flowIds, from, to) {
      if (flowIds?.length === 0) return [];
      const [first, last] = [Math.floor(from / hourMs), Math.floor(to / hourMs)];
      const finished = db.q
        .selectFrom("run_counts")
        .select(["hour", "state", sql<number>`sum(n)`.as("n")])
        .where("workspace_id", "=", workspaceId)
        .where("hour", ">=", first)
        .where("hour", "<=", last)
        .$if(flowIds !== null, (q) => q.where("flow_id", "in", flowIds!))
        .groupBy(["hour", "state"]);
      const hour = sql<number>`created_at / ${sql.lit(hourMs)}`;
      const open = openRuns(db, workspaceId)
        .select([hour.as("hour"), "state", sql<number>`count(*)`.as("n")])
        .where("created_at", ">=", first * hourMs)
        .where("created_at", "<", (last + 1) * hourMs)
        .$if(flowIds !== null, (q) => q.where(unindexed("flow_id"), "in", flowIds!))
        .groupBy([hour, "state"]);
      const rows = await finished.unionAll(open).execute(); // one statement: no run ends between the two
      return rows.map(({ hour: at, state, n }) => ({ at: Number(at) * hourMs, state: state as RunState, runs: Math.max(0, Number(n)) }));
    },
  };
}
