import { sql, type ExpressionBuilder } from "kysely";
import { fits, type PersonSearch } from "#kernel/person-key.ts";
import type { PeopleProgress, RunPeople, UnreadRun } from "#engine/types/people.ts";
import type { Db } from "./database.ts";
import { dialects } from "./dialect.ts";
import { commitOrder, Locks } from "./locks.ts";
import { marker } from "./markers.ts";
import { eventOf, peopleMark, stepOf, unpackPeople } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { each, type Work } from "./work.ts";
import { transaction, type Writer } from "./writer.ts";

/** Up to so many different keys are followed one by one; each of them is in order already. */
const mostKeysFollowed = 64;
/** A range with fewer entries than this is read and sorted; in a larger one it is worth asking how many different keys it has. */
const smallRange = 20_000;
const mostKeysCounted = 500;
/** A run has an entry for each word of a name; removing the repeats here is quicker than DISTINCT. */
const mostEntriesPerRun = 6;
/** Appended to a key: greater than every key that begins with it. */
const last = "\u{10ffff}";
/** Greater than every number of a run. */
export const afterAllRuns = Number.MAX_SAFE_INTEGER;

type Key = { workspace_id: string; kind: string; key: string };

/**
 * Who is in which run. The keys of a run are a column of its row, written in the commit that accepts it or with the step that read
 * them. From there they are sorted into `run_people` a little later, many at a time: a random place of a large tree for each key and event
 * would cost more than the rest of the commit. Runs are sorted in by their number, up to `people_sorted`; one that gets keys after that stands
 * in `people_due`. A search looks into all of them, so it misses nothing.
 */
export class PeopleIndex {
  readonly #db: Db;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #order: () => Work<unknown>;
  readonly #locks: Locks;

  constructor(db: Db) {
    this.#db = db;
    this.#statements = prepare(db);
    this.#order = commitOrder(db);
    this.#locks = new Locks(db);
  }

  /** At most `limit` runs below `before`, by their numbers, newest first. */
  async runs(workspaceId: string, searches: readonly PersonSearch[], before: number, limit: number): Promise<number[]> {
    const runs = await notSortedIn(this.#db, workspaceId, searches, before);
    for (const search of searches) runs.push(...(await this.#db.read(() => this.#sortedIn(workspaceId, search, { before, limit }))));
    return [...new Set(runs)].sort((a, b) => b - a).slice(0, limit);
  }

  /** Sorts in at most `limit` runs and returns how many there were. */
  sortIn(limit: number): Promise<number> {
    return this.#db.batch(() => this.#sortIn(limit));
  }

  /** How many runs are not sorted in yet, `limit` at most. */
  waiting(limit: number): Promise<number> {
    return this.#db.read(() => this.#waiting(limit));
  }

  *#sortIn(limit: number): Work<number> {
    const { late: readLate, fresh: readFresh, putAll, done, moveOn } = this.#statements;
    yield* this.#order();
    yield* this.#locks.take("people"); // nobody is about to add keys that this would pass over
    const late = yield* readLate.all<UnsortedRun & { due_seq: number }>({ limit });
    const fresh = yield* readFresh.all<UnsortedRun>({ limit: limit - late.length });
    yield* putAll.run({ rows: dialects[this.#db.dialect].list(inTreeOrder([...late, ...fresh])) });
    if (late.length) yield* done.run({ seq: late.at(-1)!.due_seq });
    if (fresh.length) yield* moveOn.run({ up_to: fresh.at(-1)!.seq });
    return late.length + fresh.length;
  }

  *#waiting(limit: number): Work<number> {
    const late = (yield* this.#statements.waitingLate.get<Count>({ limit }))!.n;
    return Math.min(limit, late + (yield* this.#statements.waitingFresh.get<Count>({ limit }))!.n);
  }

  *#sortedIn(workspaceId: string, search: PersonSearch, page: Page): Work<number[]> {
    const { kind, key, exact } = search;
    if (exact) return yield* this.#ofKey({ workspace_id: workspaceId, kind, key }, page);
    const range = { workspace_id: workspaceId, kind, from: key, to: key + last };
    const keys = yield* this.#fewKeys(range);
    if (!keys) return yield* this.#ofRange(search, range, page);
    const fitting = keys.filter((one) => fits({ kind, key: one }, search));
    return (yield* each(fitting, (one) => this.#ofKey({ ...range, key: one }, page))).flat();
  }

  *#ofKey(key: Key, page: Page): Work<number[]> {
    return (yield* this.#statements.ofKey.all<Indexed>({ ...key, ...page })).map((r) => r.run_seq);
  }

  /** The different keys of a range, where they are few enough to be followed one by one; else null. */
  *#fewKeys(range: Range): Work<string[] | null> {
    const few = yield* this.#keysOf(range, mostKeysFollowed);
    if (few) return few;
    return (yield* this.#isSmall(range)) ? null : yield* this.#keysOf(range, mostKeysCounted);
  }

  /** The different keys of a range; null when they are more than `most`. */
  *#keysOf(range: Range, most: number): Work<string[] | null> {
    const { firstKey, nextKey } = this.#statements;
    const keys: string[] = [];
    let next = (yield* firstKey.get<{ key: string }>({ ...range }))?.key;
    while (next !== undefined) {
      if (keys.length === most) return null;
      keys.push(next);
      next = (yield* nextKey.get<{ key: string }>({ ...range, from: next }))?.key;
    }
    return keys;
  }

  *#isSmall(range: Range): Work<boolean> {
    return (yield* this.#statements.size.get<{ n: number }>({ ...range, limit: smallRange }))!.n < smallRange;
  }

  /** Reads a whole range and keeps what fits. */
  *#ofRange(search: PersonSearch, range: Range, { before, limit }: Page): Work<number[]> {
    const [word] = search.words ?? [];
    if (word === undefined) {
      const all = yield* this.#statements.ofRange.all<Indexed>({ ...range, before, limit: limit * mostEntriesPerRun });
      return all.map((r) => r.run_seq);
    }
    const rows = yield* this.#statements.named.all<Indexed & { key: string }>({ ...range, before, word: ` ${word}` });
    return rows.filter(({ key }) => fits({ kind: search.kind, key }, search)).map((r) => r.run_seq);
  }
}

type Page = { before: number; limit: number };
type Range = { workspace_id: string; kind: string; from: string; to: string };
type Indexed = { run_seq: number };
type UnsortedRun = { seq: number; workspace_id: string; people: string | null };
type Count = { n: number };

type IndexRow = [workspaceId: string, kind: string, key: string, runSeq: number];

/** The rows of the index for these runs, in the order in which the tree has them. */
function inTreeOrder(runs: readonly UnsortedRun[]): IndexRow[] {
  const rows: IndexRow[] = [];
  for (const { seq, workspace_id, people } of runs)
    if (people !== null) for (const { kind, key } of unpackPeople(people)) rows.push([workspace_id, kind, key, seq]);
  return rows.sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0));
}

/**
 * Searches the runs that are not sorted in yet, which are few. Fresh ones come first: one that is sorted in meanwhile is seen here or, later,
 * in the index. The queries have no other condition, so that they cannot be planned any other way.
 */
async function notSortedIn(db: Db, workspaceId: string, searches: readonly PersonSearch[], before: number): Promise<number[]> {
  const { contains } = dialects[db.dialect];
  const hasMark = (e: ExpressionBuilder<Schema, "runs">) =>
    e.or(searches.map(({ kind, key, exact }) => contains(sql.ref("runs.people"), peopleMark(kind, key, exact))));
  const columns = ["runs.seq", "runs.workspace_id", "runs.people"] as const;
  const fresh = await db.q.selectFrom("runs").select(columns).where("runs.seq", ">", sortedUpTo).where(hasMark).execute();
  const late = await db.q
    .selectFrom("people_due as due")
    .innerJoin("runs", "runs.id", "due.run_id")
    .select(columns)
    .where(hasMark as never)
    .execute();
  return [...fresh, ...late]
    .filter((row) => row.workspace_id === workspaceId && row.seq < before && isOf(row.people, searches))
    .map((row) => row.seq);
}

/** The last run that was sorted in with its first keys. */
const sortedUpTo = sql<number>`(select up_to from people_sorted)`;

/** Whether any key of a row is searched for. */
export const isOf = (people: string | null, searches: readonly PersonSearch[]): boolean =>
  people !== null && unpackPeople(people).some((key) => searches.some((search) => fits(key, search)));

function prepare(db: Db) {
  const { contains, rowsOf } = dialects[db.dialect];
  const ofKind = (q: Db["q"]) =>
    q.selectFrom("run_people").where("workspace_id", "=", marker<string>("workspace_id")).where("kind", "=", marker<string>("kind"));
  const inRange = (q: Db["q"]) => ofKind(q).where("key", ">=", marker<string>("from")).where("key", "<", marker<string>("to"));
  const newest = marker<number>("limit");
  return {
    ofKey: db.statement((q) =>
      ofKind(q)
        .select("run_seq")
        .where("key", "=", marker<string>("key"))
        .where("run_seq", "<", marker<number>("before"))
        .orderBy("run_seq", "desc")
        .limit(newest),
    ),
    firstKey: db.statement((q) => inRange(q).select("key").orderBy("key").limit(1)),
    nextKey: db.statement((q) =>
      ofKind(q).select("key").where("key", ">", marker<string>("from")).where("key", "<", marker<string>("to")).orderBy("key").limit(1),
    ),
    size: db.statement((q) => q.selectFrom(inRange(q).select("key").limit(newest).as("some")).select(sql<number>`count(*)`.as("n"))),
    ofRange: db.statement((q) =>
      inRange(q).select("run_seq").where("run_seq", "<", marker<number>("before")).orderBy("run_seq", "desc").limit(newest),
    ),
    named: db.statement((q) =>
      inRange(q)
        .select(["run_seq", "key"])
        .where("run_seq", "<", marker<number>("before"))
        .where(contains(sql.ref("key"), marker<string>("word"))),
    ),
    fresh: db.statement((q) =>
      q.selectFrom("runs").select(["seq", "workspace_id", "people"]).where("seq", ">", sortedUpTo).orderBy("seq").limit(newest),
    ),
    moveOn: db.statement((q) => q.updateTable("people_sorted").set({ up_to: marker("up_to") })),
    late: db.statement((q) =>
      q
        .selectFrom("people_due as due")
        .innerJoin("runs", "runs.id", "due.run_id")
        .select(["due.seq as due_seq", "runs.seq", "runs.workspace_id", "runs.people"])
        .orderBy("due.seq")
        .limit(newest),
    ),
    /** A list of lists, in one statement: there are several rows to a run. */
    putAll: db.statement((q) =>
      q
        .insertInto("run_people")
        .columns(["workspace_id", "kind", "key", "run_seq"])
        .expression(rowsOf(marker("rows"), ["text", "text", "text", "bigint"]))
        .onConflict((c) => c.doNothing()),
    ),
    done: db.statement((q) => q.deleteFrom("people_due").where("seq", "<=", marker<number>("seq"))),
    waitingLate: db.statement((q) =>
      q.selectFrom(q.selectFrom("people_due").select("seq").limit(newest).as("some")).select(sql<number>`count(*)`.as("n")),
    ),
    waitingFresh: db.statement((q) =>
      q
        .selectFrom(q.selectFrom("runs").select("seq").where("seq", ">", sortedUpTo).limit(newest).as("some"))
        .select(sql<number>`count(*)`.as("n")),
    ),
  };
}

/** Takes the keys of runs that are about to be deleted out of the index; inside the transaction that deletes them. */
export async function forgetPeople(q: Db["q"], ids: readonly string[]): Promise<void> {
  const rows = await q
    .selectFrom("runs")
    .select(["seq", "workspace_id", "people"])
    .where("id", "in", ids)
    .where("people", "is not", null)
    .execute();
  for (const { seq, workspace_id, people } of rows)
    for (const { kind, key } of unpackPeople(people!))
      await q
        .deleteFrom("run_people")
        .where("workspace_id", "=", workspace_id)
        .where("kind", "=", kind)
        .where("key", "=", key)
        .where("run_seq", "=", seq)
        .execute();
  await q.deleteFrom("people_due").where("run_id", "in", ids).execute();
}

// ---------------------------------------------------------------- runs of an earlier release

/** Read in one piece: a piece holds up everything else, so it is counted in bytes. */
const mostBytesAtOnce = 256 * 1024;
const mostStepsRead = 50;

/** The next runs to be read. Newest first: those are looked for. */
export async function unreadRuns(db: Db, limit: number): Promise<UnreadRun[]> {
  const progress = await db.q.selectFrom("people_progress").select("before").executeTakeFirst();
  if (!progress) return [];
  const rows = await db.q
    .selectFrom("runs")
    .leftJoin("events", "events.id", "runs.event_id")
    .select(["runs.id", "runs.event_id", sql<number | null>`length(events.payload)`.as("bytes")])
    .where("runs.seq", "<", progress.before)
    .orderBy("runs.seq", "desc")
    .limit(limit)
    .execute();
  let bytes = 0;
  const page = rows.filter((row, i) => i === 0 || (bytes += Number(row.bytes ?? 0)) < mostBytesAtOnce);
  return Promise.all(page.map((row) => unreadRun(db, row.id, row.event_id)));
}

async function unreadRun(db: Db, runId: string, eventId: string): Promise<UnreadRun> {
  const event = await db.q.selectFrom("events").selectAll().where("id", "=", eventId).executeTakeFirst();
  const steps = await db.q
    .selectFrom("steps")
    .selectAll()
    .where("run_id", "=", runId)
    .where("app", "is not", null)
    .where(sql<number>`length(coalesce(output, ''))`, "<", mostBytesAtOnce)
    .limit(mostStepsRead)
    .execute();
  return { runId, event: event ? eventOf(event) : null, steps: steps.map(stepOf) };
}

/** Their keys go into their rows, and from there into the index as those of new runs do. */
export async function markRead(db: Db, writer: Writer, people: readonly RunPeople[]): Promise<void> {
  const oldest = people.length
    ? await db.q
        .selectFrom("runs")
        .select("seq")
        .where(
          "id",
          "in",
          people.map(({ runId }) => runId),
        )
        .orderBy("seq")
        .limit(1)
        .executeTakeFirst()
    : undefined;
  const move = db.statement((q) =>
    q.updateTable("people_progress").set({ before: marker("before"), done: sql`done + ${marker<number>("n")}` }),
  );
  const end = db.statement((q) => q.deleteFrom("people_progress"));
  await transaction(db, writer, function* () {
    yield* each(people, (read) => writer.addPeople(read));
    if (people.length === 0) yield* end.run({});
    else if (oldest) yield* move.run({ before: oldest.seq, n: people.length });
  });
}

export async function peopleProgress(db: Db): Promise<PeopleProgress | null> {
  const row = await db.q.selectFrom("people_progress").select(["done", "total"]).executeTakeFirst();
  return row ? { done: Math.min(row.done, row.total), total: row.total } : null;
}
