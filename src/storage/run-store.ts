import { sql, type ExpressionBuilder, type Selectable, type SelectQueryBuilder } from "kysely";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { PersonSearch } from "#kernel/person-key.ts";
import type { Claim, ClaimOutcome, RunStore } from "#engine/ports/run-store.ts";
import type { Event } from "#engine/types/events.ts";
import type { Run, RunContext, RunFilter, RunState } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import type { Db, Statement } from "./database.ts";
import { createOwnership } from "./leases.ts";
import { afterAllRuns, createPeopleIndex, forgetPeople, isOf, markRead, peopleProgress, unreadRuns, type PeopleIndex } from "./people.ts";
import { Locks, takeLock } from "./locks.ts";
import { noRuns, openRuns, readFlowTotals, readOutages, readRunPage, unindexed } from "./run-page.ts";
import { eventOf, marker, runOf, stepOf } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { each, type Work } from "./work.ts";
import { createWriter, transaction } from "./writer.ts";

const hourMs = 3_600_000;
const stepPage = 500;
const finalStates: readonly RunState[] = ["succeeded", "filtered", "failed", "held", "cancelled"];

export function createRunStore(db: Db, owner: string = newId("proc")): RunStore {
  const writer = createWriter(db, owner);
  const reads = prepareReads(db);
  const locks = new Locks(db);
  const people = createPeopleIndex(db);
  const parts: PeopleParts = { db, people, judged: reads.judged };
  function* head(runId: string): Work<{ run: Run; event: Event } | null> {
    const run = yield* reads.run.get<Schema["runs"]>({ id: runId });
    const event = run && (yield* reads.event.get<Schema["events"]>({ id: run.event_id }));
    return run && event ? { run: runOf(run), event: eventOf(event) } : null;
  }
  function* load(runId: string): Work<RunContext | null> {
    const found = yield* head(runId);
    return found && { ...found, steps: (yield* reads.steps.all<Schema["steps"]>({ id: runId })).map(stepOf) };
  }
  /** Page by page: reading a run of ten thousand steps at once would hold the event loop. */
  const loadInPages = async (runId: string): Promise<RunContext | null> => {
    const found = await db.read(() => head(runId));
    if (!found) return null;
    const steps: StepRecord[] = [];
    for (let after = ""; ;) {
      const page = await db.read(() => reads.stepPage.all<Schema["steps"]>({ id: runId, after }));
      for (const row of page) steps.push(stepOf(row));
      if (page.length < stepPage) break;
      after = page.at(-1)!.path;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...found, steps: steps.sort((a, b) => a.seq - b.seq) };
  };
  /** Read in the same transaction, so that no event can join between the claim and the look. */
  function* claim(asked: Claim): Work<ClaimOutcome> {
    const turn = yield* writer.claim(asked);
    if (turn.kind !== "claimed" && turn.kind !== "toCancel") return turn;
    const context = yield* load(asked.runId);
    return context ? { ...turn, context } : { kind: "over" };
  }
  function* replay({ run, steps }: { run: Run; steps: StepRecord[] }): Work<void> {
    yield* locks.share("events");
    if (!(yield* reads.event.get({ id: run.eventId }))) throw deletedMeanwhile(run);
    const { lease } = yield* writer.insertRun(run);
    for (const step of steps) yield* writer.putStep({ step, lease });
  }
  return {
    owner,
    ...createOwnership(db, owner),
    commit: (writes) =>
      transaction(db, writer, function* () {
        for (const write of writes.runs) if (write.was.settling) yield* writer.changeRun(write); // first, so that no event joins one that ends here
        const accepted = yield* each(writes.accept, writer.accept);
        yield* each(writes.replays ?? [], replay);
        for (const write of writes.runs) if (!write.was.settling) yield* writer.changeRun(write); // before the steps, which go by its lease
        yield* each(writes.steps, writer.putStep);
        const claims = yield* each(writes.claims ?? [], claim);
        return { accepted, claims, next: yield* writer.next(), ...writer.refused() };
      }),
    load: loadInPages,
    async get(workspaceId, runId) {
      const found = await loadInPages(runId);
      return found?.run.workspaceId === workspaceId ? found : null;
    },
    async list(workspaceId, filter, asked) {
      const page = await pageOf(db, asked);
      const rows = filter.person ? await listPeople(parts, workspaceId, filter, page) : await listRuns(db, workspaceId, filter, page);
      return rows.map(runOf);
    },
    counts: (workspaceId, filter) => (filter.person ? countPeople(parts, workspaceId, filter) : countRuns(db, workspaceId, filter)),
    async due(now, limit, after) {
      const others = db.q.selectFrom("run_owners").select("id").where("until", ">", now).where("id", "!=", owner);
      let query = db.q
        .selectFrom("runs")
        .select(["id", "seq", "workspace_id", "due_at", "lane", "flow_id", "version"])
        .select((e) => e.and([e("state", "=", "queued"), e.exists(earlier(e))]).as("behind"))
        .where("finished_at", "is", null)
        .where("due_at", "<=", now)
        .where((e) => e.or([e("lease_owner", "is", null), e("lease_owner", "not in", others)]));
      if (after)
        query = query.where((e) => e.or([e("due_at", ">", after.dueAt), e.and([e("due_at", "=", after.dueAt), e("seq", ">", after.seq)])]));
      const rows = await query.orderBy("due_at").orderBy("seq").limit(limit).execute();
      return rows.map((r) => ({
        id: r.id,
        seq: r.seq,
        workspaceId: r.workspace_id,
        dueAt: r.due_at,
        lane: r.lane as Run["lane"],
        flowId: r.flow_id,
        version: r.version,
        behind: Boolean(r.behind),
      }));
    },
    async event(workspaceId, id) {
      const row = await db.read(() => reads.event.get<Schema["events"]>({ id }));
      return row?.workspace_id === workspaceId ? eventOf(row) : null;
    },
    async eventByKey(workspaceId, triggerId, key) {
      const own = db.q.selectFrom("events").selectAll().where("workspace_id", "=", workspaceId);
      const query = own.where("trigger_id", "=", triggerId).where("event_key", "=", key);
      const row = await query.executeTakeFirst();
      return row ? eventOf(row) : null;
    },
    async events(workspaceId, triggerId, limit) {
      const rows = await db.q
        .selectFrom("events")
        .selectAll()
        .where("trigger_id", "=", triggerId)
        .where("workspace_id", "=", workspaceId)
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      return rows.map(eventOf);
    },
    async findOpen(ids) {
      const rows = await db.q
        .selectFrom("runs")
        .selectAll()
        .where("id", "in", ids)
        .where("finished_at", "is", null)
        .orderBy("seq")
        .execute();
      return rows.map(runOf);
    },
    countCrashes: (ids, process) => countCrashes(db, ids, process),
    async forgetCrashes(ids) {
      if (ids.length) await db.write((q) => q.deleteFrom("run_crashes").where("run_id", "in", ids).execute());
    },
    prune: (workspaceId, before, limit) => prune(db, workspaceId, before, limit),
    async replaysOf(workspaceId, runId) {
      const rows = await db.q
        .selectFrom("runs")
        .selectAll()
        .where("replay_of", "=", runId)
        .where("workspace_id", "=", workspaceId)
        .orderBy("seq")
        .execute();
      return rows.map(runOf);
    },
    page: (workspaceId, runId, page) => readRunPage(db, workspaceId, runId, page),
    flowTotals: (workspaceId, from) => readFlowTotals(db, workspaceId, from),
    ahead: (run) => db.read(() => writer.ahead(run)),
    outages: (workspaceId) => readOutages(db, workspaceId),
    indexPeople: people.sortIn,
    unindexed: people.waiting,
    unread: (limit) => unreadRuns(db, limit),
    markRead: (read) => markRead(db, writer, read),
    peopleProgress: () => peopleProgress(db),
  };
}

/** Retention has deleted the event: a run without it would never begin, and never end. */
const deletedMeanwhile = ({ replayOf, id }: Run) => new MillraceError("NOT_FOUND", { details: { what: "run", id: replayOf ?? id } });

function prepareReads(db: Db) {
  return {
    run: db.statement((q) => q.selectFrom("runs").selectAll().where("id", "=", marker<string>("id"))),
    event: db.statement((q) => q.selectFrom("events").selectAll().where("id", "=", marker<string>("id"))),
    judged: db.statement((q) =>
      q.selectFrom("runs").select(["seq", "id", "flow_id", "state", "created_at"]).where("seq", "=", marker<number>("seq")),
    ),
    stepPage: db.statement((q) =>
      q
        .selectFrom("steps")
        .selectAll()
        .where("run_id", "=", marker<string>("id"))
        .where("path", ">", marker<string>("after"))
        .orderBy("path")
        .limit(stepPage),
    ),
    steps: db.statement((q) => q.selectFrom("steps").selectAll().where("run_id", "=", marker<string>("id")).orderBy("seq")),
  };
}

/** Earlier runs of the same record that have not begun; none for a run without a record. */
const earlier = (e: ExpressionBuilder<Schema, "runs">) =>
  e
    .selectFrom("runs as earlier")
    .select("earlier.id")
    .whereRef("earlier.flow_id", "=", "runs.flow_id")
    .whereRef("earlier.record", "=", "runs.record")
    .where("earlier.state", "=", "queued")
    .where("earlier.finished_at", "is", null)
    .whereRef("earlier.seq", "<", "runs.seq");

type RunQuery<O> = SelectQueryBuilder<Schema, "runs", O>;

function narrowed<O>(query: RunQuery<O>, filter: RunFilter): RunQuery<O> {
  let q = query;
  if (filter.flowId !== undefined) q = q.where("flow_id", "=", filter.flowId);
  if (filter.states?.length) q = q.where("state", "in", filter.states);
  if (onlyFailed(filter)) q = q.where(sql<boolean>`state in ('failed', 'held')`); // as the index says it, or SQLite would not use it
  if (filter.attention) q = q.where("attention", "=", 1);
  if (filter.recovered) q = q.where("recovered", "=", 1);
  if (filter.ids) q = q.where("id", "in", filter.ids.length ? filter.ids : [""]);
  if (filter.from !== undefined) q = q.where("created_at", ">=", filter.from);
  if (filter.to !== undefined) q = q.where("created_at", "<=", filter.to);
  return q;
}

type Row = Selectable<Schema["runs"]>;
/** Runs below this number. */
type Page = { before: number; limit: number };

/** The number below which a page begins. If the last run of the page before was deleted meanwhile, the nearest one is used. */
async function pageOf(db: Db, { before, limit }: { before?: string; limit: number }): Promise<Page> {
  if (before === undefined) return { before: afterAllRuns, limit };
  const runs = db.q.selectFrom("runs").select(["id", "seq"]);
  const last = await runs.where("id", "<=", before).orderBy("id", "desc").limit(1).executeTakeFirst();
  if (last === undefined) return { before: 0, limit };
  return { before: last.id === before ? last.seq : last.seq + 1, limit };
}

const listRuns = (db: Db, workspaceId: string, filter: RunFilter, { before, limit }: Page): Promise<Row[]> =>
  narrowed(db.q.selectFrom("runs").where("workspace_id", "=", workspaceId).where("seq", "<", before), filter)
    .selectAll()
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();

/** Rows read before other work gets the event loop. */
const rowsAtOnce = 500;
/** Runs looked up at once: few at first, because most searches end there, and then nearly all, because each look-up reads the range again. */
const fewestRuns = 200;
const mostRuns = 100_000;
/** With so few runs left by the other conditions, it is quicker to read those. */
const fewRuns = 5000;

/** Runs of a person, newest first. */
async function listPeople(parts: PeopleParts, workspaceId: string, filter: RunFilter, { before, limit }: Page): Promise<Row[]> {
  const seqs: number[] = [];
  for await (const some of runsOfPeople(parts, workspaceId, filter, before, limit)) {
    seqs.push(...some);
    if (seqs.length >= limit) break;
  }
  const rows: Row[] = [];
  for (let at = 0; at < Math.min(seqs.length, limit); at += rowsAtOnce) {
    const part = seqs.slice(at, Math.min(at + rowsAtOnce, limit));
    rows.push(...(await parts.db.q.selectFrom("runs").selectAll().where("seq", "in", part).orderBy("seq", "desc").execute()));
  }
  return rows;
}

interface PeopleParts {
  db: Db;
  people: PeopleIndex;
  /** The conditions of a filter other than the person. */
  judged: Statement;
}
type Judged = Pick<Row, "seq" | "id" | "flow_id" | "state" | "created_at">;

/** Those that are still there. */
const judge = async ({ db, judged }: PeopleParts, seqs: readonly number[]): Promise<Judged[]> =>
  (await db.read(() => each(seqs, (seq) => judged.get<Judged>({ seq })))).filter((run) => run !== undefined);

/** In pieces, newest first; other work goes on between them. */
async function* runsOfPeople(
  parts: PeopleParts,
  workspaceId: string,
  filter: RunFilter,
  before: number,
  limit: number,
): AsyncGenerator<number[]> {
  const { person: searches = [], ...rest } = filter;
  if (searches.length === 0) return;
  if (await leavesFew(parts.db, workspaceId, rest)) return yield* runsLookedThrough(parts.db, workspaceId, rest, searches, before);
  const all = Object.keys(rest).length === 0;
  for (let from = before, size = all ? limit : Math.max(fewestRuns, limit); ; size = mostRuns) {
    const seqs = await parts.people.runs(workspaceId, searches, from, size);
    if (all) yield seqs;
    for (let at = 0; !all && at < seqs.length; at += rowsAtOnce) {
      const judged = await judge(parts, seqs.slice(at, at + rowsAtOnce));
      yield judged.filter((run) => fitsRest(run, rest)).map(({ seq }) => seq);
      await breath();
    }
    if (seqs.length < size) return;
    from = seqs.at(-1)!;
  }
}

/** The filters that may match many runs; with any other one, those runs are read first. */
const fitsRest = (run: Judged, { flowId, states, from, to }: RunFilter): boolean =>
  (flowId === undefined || run.flow_id === flowId) &&
  (!states?.length || states.includes(run.state as RunState)) &&
  (from === undefined || run.created_at >= from) &&
  (to === undefined || run.created_at <= to);

/** Reads the runs that match the other conditions, and keeps those of the person. */
async function* runsLookedThrough(
  db: Db,
  workspaceId: string,
  filter: RunFilter,
  searches: readonly PersonSearch[],
  before: number,
): AsyncGenerator<number[]> {
  for (let from = before; ;) {
    const rows = await listRuns(db, workspaceId, filter, { before: from, limit: rowsAtOnce });
    yield rows.filter((row) => isOf(row.people, searches)).map((row) => row.seq);
    if (rows.length < rowsAtOnce) return;
    from = rows.at(-1)!.seq;
    await breath();
  }
}

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

const onlyFailed = ({ states }: RunFilter): boolean => !!states?.length && states.every((state) => state === "failed" || state === "held");

async function leavesFew(db: Db, workspaceId: string, filter: RunFilter): Promise<boolean> {
  const { flowId, states, attention, recovered, ids } = filter;
  if (ids || attention || recovered) return true;
  if (states?.length && states.every((state) => !finalStates.includes(state))) return true;
  if (flowId === undefined && !onlyFailed(filter)) return false;
  const counts = await countRuns(db, workspaceId, onlyFailed(filter) ? {} : { flowId });
  const left = onlyFailed(filter) ? [counts.failed, counts.held] : Object.values(counts);
  return left.reduce((sum, n) => sum + n, 0) <= fewRuns;
}

async function countPeople(parts: PeopleParts, workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>> {
  const counts = noRuns();
  for await (const ids of runsOfPeople(parts, workspaceId, filter, afterAllRuns, mostRuns))
    for (const run of await judge(parts, ids)) counts[run.state as RunState]++;
  return counts;
}

/** Finished runs come from the hourly counts, open ones from their index; only a narrower question needs the rows. */
async function countRuns(db: Db, workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>> {
  const counts = noRuns();
  const add = (rows: { state: string; n: number | string | bigint | null }[]) =>
    rows.forEach((r) => (counts[r.state as RunState] += Number(r.n)));
  if (filter.attention || filter.recovered || filter.ids) {
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

/** Deletes what belongs to ended runs. */
const countCrashes = (db: Db, ids: readonly string[], process: string): Promise<Map<string, number>> =>
  db.write(async (q) => {
    const noted = (await q.selectFrom("run_crashes").select("run_id").execute()).map((row) => row.run_id);
    const rows = await q
      .selectFrom("runs")
      .select("id")
      .where("id", "in", [...noted, ...ids])
      .where("finished_at", "is", null)
      .execute();
    const open = rows.map((row) => row.id);
    await q.deleteFrom("run_crashes").where("run_id", "not in", open).execute();
    for (const run_id of open.filter((id) => ids.includes(id)))
      await q
        .insertInto("run_crashes")
        .values({ run_id, crashes: 1, process })
        .onConflict((c) =>
          c
            .column("run_id")
            .doUpdateSet((e) => ({ crashes: e("run_crashes.crashes", "+", 1), process }))
            .where("run_crashes.process", "!=", process),
        )
        .execute();
    const counted = await q.selectFrom("run_crashes").selectAll().execute();
    return new Map(counted.map((row) => [row.run_id, row.crashes]));
  });

/** Oldest first. What needs attention stays, however old; an event goes when no run of it is left. */
async function prune(db: Db, workspaceId: string, before: number, limit: number): Promise<number> {
  const runs = await pruneRuns(db, workspaceId, before, limit);
  // A burst is many events and one run: after the runs, the other events are deleted.
  let events: number;
  do events = await pruneEvents(db, workspaceId, before, limit);
  while (runs < limit && events === limit);
  return runs;
}

/**
 * Rows are numbered as they come, so old rows end at the first row that is not old. Without that bound, every search for the last old row would
 * read the whole table. An old row behind it, which a clock that was set back leaves, is deleted once the bound has passed it.
 */
const pruneRuns = (db: Db, workspaceId: string, before: number, limit: number): Promise<number> =>
  db.write(async (q) => {
    await takeLock(db, q, "people");
    const ofWorkspace = q.selectFrom("runs").select(["seq", "id"]).where("workspace_id", "=", workspaceId).orderBy("seq");
    const recent = await ofWorkspace.where("created_at", ">=", before).limit(1).executeTakeFirst();
    const old = await ofWorkspace
      .where("seq", "<", recent?.seq ?? afterAllRuns)
      .where("created_at", "<", before)
      .where("finished_at", "is not", null)
      .where("attention", "=", 0)
      .limit(limit)
      .execute();
    const ids = old.map((r) => r.id);
    if (ids.length) {
      await forgetPeople(q, ids);
      await q.deleteFrom("steps").where("run_id", "in", ids).execute();
      await q.deleteFrom("runs").where("id", "in", ids).execute();
    }
    return ids.length;
  });

const pruneEvents = (db: Db, workspaceId: string, before: number, limit: number): Promise<number> =>
  db.write(async (q) => {
    await takeLock(db, q, "events");
    const ofWorkspace = q.selectFrom("events").select("seq").where("workspace_id", "=", workspaceId).orderBy("seq");
    const recent = await ofWorkspace.where("received_at", ">=", before).limit(1).executeTakeFirst();
    const orphans = q
      .selectFrom("events as e")
      .select("e.seq")
      .where("e.workspace_id", "=", workspaceId)
      .where("e.seq", "<", recent?.seq ?? afterAllRuns)
      .where("e.received_at", "<", before)
      .where((b) => b.not(b.exists(b.selectFrom("runs").select("runs.id").whereRef("runs.event_id", "=", "e.id"))))
      .orderBy("e.seq")
      .limit(limit);
    const { numDeletedRows } = await q.deleteFrom("events").where("seq", "in", orphans).executeTakeFirst();
    return Number(numDeletedRows);
  });
