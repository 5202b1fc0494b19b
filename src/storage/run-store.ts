import { sql } from "kysely";
import { newId } from "#kernel/ids.ts";
import type { PutRight, RunStore } from "#engine/ports/run-store.ts";
import type { Run, RunContext } from "#engine/types/runs.ts";
import type { Db } from "./database.ts";
import { createDueReader } from "./due-runs.ts";
import { eventByKey, newestEventIds, newestEvents } from "./events.ts";
import { createOwnership } from "./leases.ts";
import { markRead, peopleProgress, PeopleIndex, unreadRuns } from "./people.ts";
import { eventOf, runOf } from "./rows.ts";
import { RunCommits } from "./run-commits.ts";
import { countCrashes, findOpen, forgetCrashes } from "./run-crashes.ts";
import { countRuns, listRuns, pageOf } from "./run-lists.ts";
import { endWaitFor, readFlowTotals, readOutages, readRunPage } from "./run-page.ts";
import { pruneRunsAndEvents } from "./run-retention.ts";
import { RunRows } from "./run-rows.ts";
import { RunSearch } from "./run-search.ts";
import { Writer } from "./writer.ts";

/** Events, runs and steps in a database. `owner`: the process that executes runs. */
export function createRunStore(db: Db, owner: string = newId("proc")): RunStore {
  const writer = new Writer(db, owner);
  const rows = new RunRows(db);
  const commits = new RunCommits(db, writer, rows);
  const people = new PeopleIndex(db);
  const search = new RunSearch(db, people);
  return {
    owner,
    ...createOwnership(db, owner),
    commit: (writes) => commits.commit(writes),
    load: (runId) => rows.loadInPages(runId),
    get: async (workspaceId, runId) => ofWorkspace(workspaceId, await rows.loadInPages(runId)),
    async list(workspaceId, filter, asked) {
      const page = await pageOf(db, asked);
      return (await (filter.person ? search.list(workspaceId, filter, page) : listRuns(db, workspaceId, filter, page))).map(runOf);
    },
    counts: (workspaceId, filter) => (filter.person ? search.count(workspaceId, filter) : countRuns(db, workspaceId, filter)),
    due: createDueReader(db, owner),
    async event(workspaceId, id) {
      const row = await db.read(() => rows.event(id));
      return row?.workspace_id === workspaceId ? eventOf(row) : null;
    },
    eventByKey: (workspaceId, triggerId, key) => eventByKey(db, workspaceId, triggerId, key),
    events: (workspaceId, triggerId, limit) => newestEvents(db, workspaceId, triggerId, limit),
    eventIds: (workspaceId, triggerId, limit) => newestEventIds(db, workspaceId, triggerId, limit),
    findOpen: (ids) => findOpen(db, ids),
    countCrashes: (ids, process) => countCrashes(db, ids, process),
    forgetCrashes: (ids) => forgetCrashes(db, ids),
    prune: (workspaceId, before, limit) => pruneRunsAndEvents(db, workspaceId, before, limit),
    replaysOf: (workspaceId, runId) => replaysOf(db, workspaceId, runId),
    putRight: (workspaceId, from) => putRight(db, workspaceId, from),
    doneBy: (workspaceId, runIds) => doneBy(db, workspaceId, runIds),
    page: (workspaceId, runId, page) => readRunPage(db, workspaceId, runId, page),
    flowTotals: (workspaceId, from) => readFlowTotals(db, workspaceId, from),
    ahead: (run) => db.read(() => writer.ahead(run)),
    outages: (workspaceId) => readOutages(db, workspaceId),
    endWaitFor: (workspaceId, connectionId, now) => endWaitFor(db, workspaceId, connectionId, now),
    indexPeople: (limit) => people.sortIn(limit),
    unindexed: (limit) => people.waiting(limit),
    unread: (limit) => unreadRuns(db, limit),
    markRead: (read) => markRead(db, writer, read),
    peopleProgress: () => peopleProgress(db),
  };
}

const ofWorkspace = (workspaceId: string, context: RunContext | null): RunContext | null =>
  context?.run.workspaceId === workspaceId ? context : null;

async function replaysOf(db: Db, workspaceId: string, runId: string): Promise<Run[]> {
  const rows = await db.q
    .selectFrom("runs")
    .selectAll()
    .where("replay_of", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .orderBy("seq")
    .execute();
  return rows.map(runOf);
}

async function doneBy(db: Db, workspaceId: string, runIds: readonly string[]): Promise<Map<string, string>> {
  if (runIds.length === 0) return new Map();
  const rows = await db.q
    .selectFrom("runs")
    .select(["id", "replay_of"])
    .where("replay_of", "in", runIds)
    .where("workspace_id", "=", workspaceId)
    .where("state", "in", ["succeeded", "filtered"])
    .orderBy("seq")
    .execute();
  return new Map(rows.map(({ id, replay_of }) => [replay_of!, id]));
}

async function putRight(db: Db, workspaceId: string, from: number): Promise<Map<string, PutRight>> {
  const rows = await db.q
    .selectFrom("runs as rested")
    .select(["rested.flow_id", "rested.state", sql<number>`count(*)`.as("n")])
    .where("rested.workspace_id", "=", workspaceId)
    .where(sql<boolean>`rested.state in ('failed', 'held')`) // as the index of these runs is written
    .where("rested.created_at", ">=", from)
    .where((e) =>
      e.exists(
        e
          .selectFrom("runs as replay")
          .select("replay.id")
          .whereRef("replay.replay_of", "=", "rested.id")
          .where("replay.state", "in", ["succeeded", "filtered"]),
      ),
    )
    .groupBy(["rested.flow_id", "rested.state"])
    .execute();
  const byFlow = new Map<string, PutRight>();
  for (const { flow_id, state, n } of rows) byFlow.set(flow_id, { failed: 0, held: 0, ...byFlow.get(flow_id), [state]: Number(n) });
  return byFlow;
}
