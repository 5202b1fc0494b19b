import { sql } from "kysely";
import type { RunState } from "#engine/types/runs.ts";
import { hourMs, minuteMs } from "#kernel/durations.ts";
import type { Db } from "./database.ts";
import { openRuns, unindexed } from "./run-page.ts";

export const quarterMs = 15 * minuteMs;

/** How many runs that were accepted in one quarter of an hour are in a state. */
export interface RunQuarter {
  /** The beginning of the quarter. */
  at: number;
  state: RunState;
  runs: number;
}

/** Counts runs by the quarter of an hour in which they were accepted: in every zone, days begin with one. */
export interface RunQuarters {
  /** Of some flows, or of all of a workspace, removed ones included. `from`, `to`: milliseconds; the hours of both are counted whole. */
  count(workspaceId: string, flowIds: readonly string[] | null, from: number, to: number): Promise<RunQuarter[]>;
}

/** Reads the counts that are kept for good, so that it takes as long for a million runs as for a hundred. */
export function createRunQuarters(db: Db): RunQuarters {
  return {
    async count(workspaceId, flowIds, from, to) {
      if (flowIds?.length === 0) return [];
      const [first, last] = [Math.floor(from / hourMs), Math.floor(to / hourMs)];
      const finished = db.q
        .selectFrom("run_counts")
        .select(["hour", "state", sum("n").as("n"), sum("second").as("second"), sum("third").as("third"), sum("fourth").as("fourth")])
        .where("workspace_id", "=", workspaceId)
        .where("hour", ">=", first)
        .where("hour", "<=", last)
        .$if(flowIds !== null, (q) => q.where("flow_id", "in", flowIds!))
        .groupBy(["hour", "state"]);
      const hour = sql<number>`created_at / ${sql.lit(hourMs)}`;
      const open = openRuns(db, workspaceId)
        .select([hour.as("hour"), "state", sql<number>`count(*)`.as("n")])
        .select([openIn(1).as("second"), openIn(2).as("third"), openIn(3).as("fourth")])
        .where("created_at", ">=", first * hourMs)
        .where("created_at", "<", (last + 1) * hourMs)
        .$if(flowIds !== null, (q) => q.where(unindexed("flow_id"), "in", flowIds!))
        .groupBy([hour, "state"]);
      return (await finished.unionAll(open).execute()).flatMap(quartersOf); // one statement: no run ends between the two
    },
  };
}

const sum = (column: "n" | "second" | "third" | "fourth") => sql<number>`sum(${sql.ref(column)})`;
const openIn = (quarter: number) =>
  sql<number>`sum(case when created_at % ${sql.lit(hourMs)} / ${sql.lit(quarterMs)} = ${sql.lit(quarter)} then 1 else 0 end)`;

interface HourRow {
  hour: number;
  state: string;
  n: number;
  second: number;
  third: number;
  fourth: number;
}

function quartersOf({ hour, state, n, second, third, fourth }: HourRow): RunQuarter[] {
  const later = [second, third, fourth].map(Number);
  const counts = [later.reduce((rest, runs) => rest - runs, Number(n)), ...later];
  return counts.flatMap((runs, i) => (runs > 0 ? [{ at: Number(hour) * hourMs + i * quarterMs, state: state as RunState, runs }] : []));
}
