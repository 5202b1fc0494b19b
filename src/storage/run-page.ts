import { sql } from "kysely";
import { defined } from "#kernel/defined.ts";
import type { FlowTotals } from "#engine/types/flows.ts";
import type { Outage, RunPage, RunState, StepPage, Waiting } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { hourMs } from "#kernel/durations.ts";
import type { Db } from "./database.ts";
import { forUpdateSkipLocked } from "./locks.ts";
import { connectionOutage, eventOf, runOf, stepOf } from "./rows.ts";

/** What pages show of many rows at once: a part of a long run, all flows, what is down. */

const mostTroubled = 50;
const troubled: readonly StepRecord["state"][] = ["failed", "held", "running", "waiting"];

/** A run of ten thousand steps is read as far as it is shown. */
export async function readRunPage(db: Db, workspaceId: string, runId: string, page: StepPage): Promise<RunPage | null> {
  const run = await db.q.selectFrom("runs").selectAll().where("id", "=", runId).where("workspace_id", "=", workspaceId).executeTakeFirst();
  const event = run && (await db.q.selectFrom("events").selectAll().where("id", "=", run.event_id).executeTakeFirst());
  if (!run || !event) return null;
  const all = await db.q
    .selectFrom("steps")
    .select(["path", "seq", "state"])
    .select(sql<number>`length(coalesce(input, '')) + length(coalesce(output, '')) + length(attempts)`.as("bytes"))
    .where("run_id", "=", runId)
    .orderBy("seq")
    .execute();
  const { paths, next } = chosen(all, page);
  const steps = paths.length
    ? await db.q.selectFrom("steps").selectAll().where("run_id", "=", runId).where("path", "in", paths).orderBy("seq").execute()
    : [];
  return { run: runOf(run), event: eventOf(event), steps: steps.map(stepOf), stepCount: all.length, next };
}

/** The steps in their order as far as they fit; on the first page also those that are to be looked at, wherever they are. */
function chosen(all: readonly { path: string; seq: number; state: string; bytes: number }[], { after, limit, mostBytes }: StepPage) {
  const urgent =
    after === undefined ? all.filter(({ state }) => (troubled as readonly string[]).includes(state)).slice(0, mostTroubled) : [];
  let bytes = urgent.reduce((sum, step) => sum + step.bytes, 0);
  const rest = all.filter(({ seq }) => after === undefined || seq > after);
  const shown: typeof rest = [];
  for (const step of rest.slice(0, limit)) {
    if (!urgent.includes(step)) bytes += step.bytes;
    if (shown.length > 0 && bytes > mostBytes) break;
    shown.push(step);
  }
  const paths = [...new Set([...urgent, ...shown].map(({ path }) => path))];
  return { paths, next: shown.length < rest.length ? shown.at(-1)!.seq : null };
}

/** A count for each state. */
export const noRuns = (): Record<RunState, number> => ({
  queued: 0,
  running: 0,
  waiting: 0,
  succeeded: 0,
  filtered: 0,
  failed: 0,
  held: 0,
  cancelled: 0,
});

/** A column as no index has it. */
export const unindexed = (column: "workspace_id" | "flow_id") => sql<string>`${sql.ref(column)} || ''`;

/** Runs that have not ended, by their own small index: SQLite would rather read all runs of the workspace or flow, a million of them. */
export const openRuns = (db: Db, workspaceId: string) =>
  db.q.selectFrom("runs").where("finished_at", "is", null).where(unindexed("workspace_id"), "=", workspaceId);

/** Three queries for all flows together. */
export async function readFlowTotals(db: Db, workspaceId: string, from: number): Promise<Map<string, FlowTotals>> {
  const totals = new Map<string, FlowTotals>();
  const newest = await db.q
    .selectFrom("flows")
    .select("id")
    .select((e) =>
      e
        .selectFrom("runs")
        .select("runs.created_at")
        .whereRef("runs.flow_id", "=", "flows.id")
        .orderBy("runs.seq", "desc")
        .limit(1)
        .as("at"),
    )
    .where("workspace_id", "=", workspaceId)
    .execute();
  for (const { id, at } of newest) totals.set(id, { counts: noRuns(), lastRunAt: at ?? null });
  const finished = db.q
    .selectFrom("run_counts")
    .select(["flow_id", "state", sql<number>`sum(n)`.as("n")])
    .where("workspace_id", "=", workspaceId)
    .where("hour", ">=", Math.floor(from / hourMs))
    .groupBy(["flow_id", "state"]);
  const open = openRuns(db, workspaceId)
    .select([unindexed("flow_id").as("flow_id"), "state", sql<number>`count(*)`.as("n")])
    .groupBy([unindexed("flow_id"), "state"]);
  // One statement: no run ends between the two.
  for (const { flow_id, state, n } of await finished.unionAll(open).execute()) {
    const counts = totals.get(flow_id)?.counts;
    if (counts) counts[state as RunState] = Math.max(0, counts[state as RunState] + Number(n));
  }
  return totals;
}

/** One call that is repeated is no outage yet. */
const fewestWaiting = 2;
const fewestAttempts = 3;

export async function readOutages(db: Db, workspaceId: string): Promise<Outage[]> {
  const groups = await openRuns(db, workspaceId)
    .select(["outage", unindexed("flow_id").as("flow_id"), sql<number>`count(*)`.as("n")])
    .select([sql<number>`min(due_at)`.as("next"), sql<number>`min(seq)`.as("oldest")])
    .where("outage", "is not", null)
    .groupBy(["outage", unindexed("flow_id")])
    .execute();
  if (groups.length === 0) return []; // nearly always
  const behind = await runsBehind(db, workspaceId);
  const names = [...new Set(groups.map(({ outage }) => outage!))];
  const outages = names.map(async (name): Promise<Outage[]> => {
    const own = groups.filter(({ outage }) => outage === name);
    const flows = own.map(({ flow_id: flowId, n }) => ({ flowId, waiting: Number(n) + (behind.get(`${name}\n${flowId}`) ?? 0) }));
    const waiting = flows.reduce((sum, flow) => sum + flow.waiting, 0);
    const oldest = Math.min(...own.map((group) => Number(group.oldest)));
    const row = await db.q.selectFrom("runs").select(["waiting", "created_at"]).where("seq", "=", oldest).executeTakeFirstOrThrow();
    const { app = null, host = null, connection, reason, since = row.created_at, attempts = 1 } = JSON.parse(row.waiting!) as Waiting;
    if (connection === undefined && waiting < fewestWaiting && attempts < fewestAttempts) return [];
    return [
      { app, host, ...defined({ connection }), reason, since, nextTryAt: Math.min(...own.map(({ next }) => Number(next))), waiting, flows },
    ];
  });
  return (await Promise.all(outages))
    .flat()
    .toSorted((a, b) => b.waiting - a.waiting)
    .slice(0, mostOutages);
}

const mostOutages = 20;

/** Where runs of a record go one after another, only the first says what it waits for: the others behind it, by what that is and by flow. */
async function runsBehind(db: Db, workspaceId: string): Promise<Map<string, number>> {
  const rows = await db.q
    .selectFrom("runs as first")
    .innerJoin("runs as behind", (join) =>
      join.onRef("behind.flow_id", "=", "first.flow_id").onRef("behind.record", "=", "first.record").onRef("behind.seq", ">", "first.seq"),
    )
    .select(["first.outage", "first.flow_id", sql<number>`count(distinct behind.seq)`.as("n")])
    .where("first.finished_at", "is", null)
    .where("first.outage", "is not", null)
    .where(sql`first.workspace_id || ''`, "=", workspaceId)
    .where("behind.finished_at", "is", null)
    .where("behind.record", "is not", null)
    .where("behind.outage", "is", null)
    .where("behind.state", "=", "queued")
    .where("behind.settling", "=", 0)
    .groupBy(["first.outage", "first.flow_id"])
    .execute();
  return new Map(rows.map(({ outage, flow_id, n }) => [`${outage}\n${flow_id}`, Number(n)]));
}

const wokenAtOnce = 500;

/** Runs that wait for a connection are due at once, page by page, so that events can be written in between. */
export async function endWaitFor(db: Db, workspaceId: string, connectionId: string, now: number): Promise<number> {
  const first = await waitingFor(db.q, workspaceId, connectionId, now).limit(1).executeTakeFirst();
  if (!first) return 0; // nearly always: nothing is written for it
  for (let ended = 0; ;) {
    const page = await db.write(async (q) => {
      const rows = await forUpdateSkipLocked(db, waitingFor(q, workspaceId, connectionId, now)).execute(); // who has one locked writes its due time
      const seqs = rows.map(({ seq }) => seq);
      if (seqs.length > 0) await q.updateTable("runs").set({ due_at: now }).where("seq", "in", seqs).execute();
      return seqs.length;
    });
    ended += page;
    if (page < wokenAtOnce) return ended;
  }
}

const waitingFor = (q: Pick<Db["q"], "selectFrom">, workspaceId: string, connectionId: string, now: number) =>
  q
    .selectFrom("runs")
    .select("seq")
    .where("finished_at", "is", null)
    .where("due_at", ">", now)
    .where("state", "=", "waiting")
    .where("outage", "=", connectionOutage(connectionId))
    .where(unindexed("workspace_id"), "=", workspaceId)
    .orderBy("seq")
    .limit(wokenAtOnce);
