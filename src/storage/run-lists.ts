import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import type { RunFilter, RunState } from "#engine/types/runs.ts";
import { hourMs } from "#kernel/durations.ts";
import type { Db } from "./database.ts";
import { afterAllRuns } from "./people.ts";
import { noRuns, openRuns, unindexed } from "./run-page.ts";
import type { Schema } from "./schema.ts";

/** The states of runs that have ended. */
export const finalStates: readonly RunState[] = ["succeeded", "filtered", "failed", "held", "cancelled"];

type RunQuery<O> = SelectQueryBuilder<Schema, "runs", O>;

function narrowed<O>(query: RunQuery<O>, filter: RunFilter): RunQuery<O> {
  let q = query;
  if (filter.flowId !== undefined) q = q.where("flow_id", "=", filter.flowId);
  if (filter.of)
    q = q.where((e) =>
      e.or(
        filter.of!.map(({ flowId, versions }) => e.and([e("flow_id", "=", flowId), e("version", "in", versions.length ? versions : [0])])),
      ),
    );
  if (filter.states?.length) q = q.where("state", "in", filter.states);
  if (onlyFailed(filter)) q = q.where(sql<boolean>`state in ('failed', 'held')`); // as the index says it, or SQLite would not use it
  if (filter.attention) q = q.where("attention", "=", 1);
  if (filter.recovered) q = q.where("recovered", "=", 1);
  if (filter.ids) q = q.where("id", "in", filter.ids.length ? filter.ids : [""]);
  if (filter.from !== undefined) q = q.where("created_at", ">=", filter.from);
  if (filter.to !== undefined) q = q.where("created_at", "<=", filter.to);
  return q;
}

export type RunRow = Selectable<Schema["runs"]>;
/** Runs below this number. */
export type Page = { before: number; limit: number };

/** The number below which a page begins. If the last run of the page before was deleted meanwhile, the nearest one is used. */
export async function pageOf(db: Db, { before, limit }: { before?: string; limit: number }): Promise<Page> {
  if (before === undefined) return { before: afterAllRuns, limit };
  const runs = db.q.selectFrom("runs").select(["id", "seq"]);
  const last = await runs.where("id", "<=", before).orderBy("id", "desc").limit(1).executeTakeFirst();
  if (last === undefined) return { before: 0, limit };
  return { before: last.id === before ? last.seq : last.seq + 1, limit };
}

/** Runs that a filter finds without a look at their people, newest first. */
export async function listRuns(db: Db, workspaceId: string, filter: RunFilter, page: Page): Promise<RunRow[]> {
  const { of, ...rest } = filter;
  if (!of) return listed(db, workspaceId, rest, page);
  // Each flow by its own index: one condition over all of them would read every run.
  const ofEach = await Promise.all(of.map((one) => listed(db, workspaceId, { ...rest, of: [one] }, page)));
  return ofEach
    .flat()
    .toSorted((a, b) => b.seq - a.seq)
    .slice(0, page.limit);
}

const listed = (db: Db, workspaceId: string, filter: RunFilter, { before, limit }: Page): Promise<RunRow[]> =>
  narrowed(db.q.selectFrom("runs").where("workspace_id", "=", workspaceId).where("seq", "<", before), filter)
    .selectAll()
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();

/** Whether a filter asks for failed runs only. */
export const onlyFailed = ({ states }: RunFilter): boolean =>
  !!states?.length && states.every((state) => state === "failed" || state === "held");

/** Finished runs come from the hourly counts, open ones from their index; only a narrower question needs the rows. */
export async function countRuns(db: Db, workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>> {
  const counts = noRuns();
  const add = (rows: { state: string; n: number | string | bigint | null }[]) =>
    rows.forEach((r) => (counts[r.state as RunState] += Number(r.n)));
  if (filter.attention || filter.recovered || filter.ids || filter.of) {
    const rows = narrowed(db.q.selectFrom("runs").where("workspace_id", "=", workspaceId), filter);
    add(
      await rows
        .select(["state", sql<number>`count(*)`.as("n")])
        .groupBy("state")
        .execute(),
    );
    return counts;
  }
  let hours = db.q
    .selectFrom("run_counts")
    .select(["state", sql<number>`sum(n)`.as("n")])
    .where("workspace_id", "=", workspaceId);
  if (filter.flowId !== undefined) hours = hours.where("flow_id", "=", filter.flowId);
  if (filter.from !== undefined) hours = hours.where("hour", ">=", Math.floor(filter.from / hourMs));
  if (filter.to !== undefined) hours = hours.where("hour", "<=", Math.floor(filter.to / hourMs));
  let open = openRuns(db, workspaceId).select(["state", sql<number>`count(*)`.as("n")]);
  if (filter.flowId !== undefined) open = open.where(unindexed("flow_id"), "=", filter.flowId);
  add(await hours.groupBy("state").unionAll(open.groupBy("state")).execute()); // one statement: no run ends between the two
  for (const state of finalStates) counts[state] = Math.max(0, counts[state]);
  return counts;
}
