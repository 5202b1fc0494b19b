import { newId } from "#kernel/ids.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
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
