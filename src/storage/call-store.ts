import { sql, type ExpressionBuilder, type Kysely } from "kysely";
import { setImmediate as immediately } from "node:timers/promises";
import type { CallPurpose } from "#kernel/call-cause.ts";
import type { Db } from "./database.ts";
import { marker } from "./markers.ts";
import { createMutex } from "./mutex.ts";
import type { Schema } from "./schema.ts";

/** A call that was made with a connection. */
export interface LoggedCall {
  workspaceId: string;
  connectionId: string;
  /** The connection's name at the time. */
  connection: string;
  at: number;
  durationMs: number;
  app: string;
  operation: string;
  method: string;
  /** Where it went: the host and the route, without a value or a query. */
  address: string;
  /** Null: there was no answer. */
  status: number | null;
  /** The code of what went wrong. */
  error: string | null;
  purpose: CallPurpose;
  /** Who asked for it, as in `by` of a change; null for Millrace itself. */
  by: string | null;
  flowId: string | null;
  runId: string | null;
  step: string | null;
}

/** The same as it is read, with what is still there of its flow and its run. */
export interface KeptCall extends LoggedCall {
  /** Grows with the order in which calls were written. */
  seq: number;
  flow: string | null;
  person: string | null;
}

/** Each one narrows what is shown. */
export interface CallFilter {
  /** Each word is in the connection, the operation, the address, the error, or the id of the run. */
  text?: string;
  connectionId?: string;
  flowId?: string;
  runId?: string;
  by?: string;
  purpose?: CallPurpose;
  /** Only those that were refused or had no answer. */
  failed?: boolean;
  from?: number;
  to?: number;
}

/** Where a call stands in the log, which is ordered by time. */
interface CallPlace {
  at: number;
  seq: number;
}

export interface CallPage {
  calls: KeptCall[];
  /** The number of the call after which the search goes on; null where nothing is left to look at. */
  next: number | null;
}

/** Which login was used for which call. Rows are added and age; nothing changes one. */
export interface CallStore {
  add(calls: readonly LoggedCall[]): Promise<void>;
  /** The newest first, those after the one of that number. One page looks at so many calls at most: it may be short, or empty, and still have a `next`. */
  list(workspaceId: string, filter: CallFilter, page: { before?: number; limit: number }): Promise<CallPage>;
  /** The newest call that is one too many, where a workspace keeps so many. */
  beyond(workspaceId: string, most: number): Promise<CallPlace | null>;
  /** Deletes up to `limit` of the oldest, up to and with that place. Returns how many. */
  prune(workspaceId: string, upTo: CallPlace, limit: number): Promise<number>;
}

/** SQLite answers on the event loop, so one statement looks at so many calls at most: measured, about 10 ms with the worst filter. */
const lookedAtOnce = 1_000;
/** How many pieces of that size one page looks through. */
const piecesOfPage = 50;
const countedAtOnce = 5_000;

export function createCallStore(db: Db, { atOnce = lookedAtOnce, pieces = piecesOfPage } = {}): CallStore {
  const insertMany = insertOf(db, insertedAtOnce);
  const insertOne = insertOf(db, 1);
  /** Searches take turns, and others between them: a hundred at once hold up the event loop no longer than one. */
  const turns = createMutex();
  const inTurn = <T>(read: () => Promise<T>): Promise<T> =>
    turns.exclusively(async () => {
      await immediately();
      return read();
    });
  return {
    add: (calls) =>
      db.batch(function* () {
        const rows = calls.map(rowOf);
        const whole = rows.length - (rows.length % insertedAtOnce);
        for (let i = 0; i < whole; i += insertedAtOnce) yield* insertMany.run(numbered(rows.slice(i, i + insertedAtOnce)));
        for (const row of rows.slice(whole)) yield* insertOne.run(numbered([row]));
      }),
    async list(workspaceId, filter, { before, limit }) {
      const calls: KeptCall[] = [];
      const last = before === undefined ? null : await placeOf(db.q, workspaceId, before);
      if (last === undefined) return { calls, next: null }; // deleted meanwhile, and so are all that are older
      let place = last;
      for (let piece = 0; piece < pieces; piece++) {
        const wanted = limit + 1 - calls.length;
        const found = await inTurn(() => pieceOf(db.q, workspaceId, filter, { place, wanted, atOnce }));
        calls.push(...found.calls);
        if (calls.length > limit) return { calls: calls.slice(0, limit), next: calls[limit - 1]!.seq };
        if (found.end === null) return { calls, next: null };
        place = found.end;
      }
      return { calls, next: place!.seq };
    },
    async beyond(workspaceId, most) {
      let place: CallPlace | null = null;
      for (let left = most; left >= 0;) {
        const step = Math.min(left + 1, countedAtOnce);
        const from: CallPlace | null = place;
        place = await inTurn(() => nth(ordered(db.q, workspaceId, {}, from), step));
        if (place === null) return null;
        left -= step;
      }
      return place;
    },
    prune: (workspaceId, upTo, limit) =>
      db.write(async (q) => {
        const oldest = await q
          .selectFrom("calls")
          .select("seq")
          .where("workspace_id", "=", workspaceId)
          .where((e) => e(e.refTuple("at", "seq"), "<=", e.tuple(upTo.at, upTo.seq)))
          .orderBy("at")
          .orderBy("seq")
          .limit(limit)
          .execute();
        const old = oldest.map(({ seq }) => seq);
        if (old.length > 0) await q.deleteFrom("calls").where("seq", "in", old).execute();
        return old.length;
      }),
  };
}

/** Many rows in a statement that is built once: measured, a third less work than building it anew, and one trip to PostgreSQL for all of them. */
const insertedAtOnce = 25;

const insertOf = (db: Db, rows: number) =>
  db.statement((q) =>
    q
      .insertInto("calls")
      .values(
        Array.from({ length: rows }, (_, n) => Object.fromEntries(columns.map((column) => [column, marker(`${n}_${column}`)])) as never),
      ),
  );

/** The values of rows by the markers of that statement. */
function numbered(rows: readonly Row[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let n = 0; n < rows.length; n++) for (const column of columns) values[`${n}_${column}`] = rows[n]![column];
  return values;
}

const columns = [
  "workspace_id",
  "connection_id",
  "connection",
  "at",
  "duration_ms",
  "app",
  "operation",
  "method",
  "address",
  "status",
  "error",
  "purpose",
  "principal",
  "flow_id",
  "run_id",
  "step",
] as const;

async function placeOf(q: Kysely<Schema>, workspaceId: string, seq: number): Promise<CallPlace | undefined> {
  const row = await q.selectFrom("calls").select("at").where("seq", "=", seq).where("workspace_id", "=", workspaceId).executeTakeFirst();
  return row && { at: Number(row.at), seq };
}

/** The calls after a place in their order, as far as an index leads to them. */
function ordered(q: Kysely<Schema>, workspaceId: string, filter: CallFilter, place: CallPlace | null) {
  let query = q.selectFrom("calls").where("workspace_id", "=", workspaceId).orderBy("at", "desc").orderBy("seq", "desc");
  const by = indexed.find(([name]) => filter[name] !== undefined);
  if (by) query = query.where(by[1], "=", filter[by[0]]!);
  else if (filter.failed) query = query.where(isFailed);
  if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("at", "<", filter.to);
  if (place !== null) query = query.where((e) => e(e.refTuple("at", "seq"), "<", e.tuple(place.at, place.seq)));
  return query;
}

/** Narrowest first: the index of the first one that is asked for is used. */
const indexed = [
  ["runId", "run_id"],
  ["by", "principal"],
  ["connectionId", "connection_id"],
  ["flowId", "flow_id"],
] as const;

const isFailed = (e: ExpressionBuilder<Schema, "calls">) => e.or([e("error", "is not", null), e("status", "is", null)]);

async function nth(query: ReturnType<typeof ordered>, n: number): Promise<CallPlace | null> {
  const row = await query
    .select(["at", "seq"])
    .limit(1)
    .offset(n - 1)
    .executeTakeFirst();
  return row ? { at: Number(row.at), seq: row.seq } : null;
}

/** Looks at the next calls in their order, so many at most. `end`: the last one that was looked at, where more may follow. */
async function pieceOf(
  q: Kysely<Schema>,
  workspaceId: string,
  filter: CallFilter,
  { place, wanted, atOnce }: { place: CallPlace | null; wanted: number; atOnce: number },
): Promise<{ calls: KeptCall[]; end: CallPlace | null }> {
  const next = ordered(q, workspaceId, filter, place);
  const looked = isWhole(filter) ? wanted : atOnce;
  const calls = (await matching(q, next, filter, { wanted, looked }).execute()).map(callOf);
  return { calls, end: calls.length === wanted ? null : await nth(next, looked) };
}

/** Those of the next calls that fit the whole filter, with the names of what is still there. */
function matching(
  q: Kysely<Schema>,
  next: ReturnType<typeof ordered>,
  filter: CallFilter,
  { wanted, looked }: { wanted: number; looked: number },
) {
  let fitting = q.selectFrom(next.selectAll("calls").select(words).limit(looked).as("calls")).selectAll("calls");
  for (const [name, column] of equals) {
    const value = filter[name];
    if (value !== undefined) fitting = fitting.where(column, "=", value);
  }
  if (filter.failed) fitting = fitting.where(isFailed);
  for (const word of wordsOf(filter.text))
    fitting = fitting.where("words", "like", sql<string>`${`%${word.replace(/[\\%_]/g, (char) => `\\${char}`)}%`} escape '\\'`);
  return q
    .selectFrom(fitting.orderBy("at", "desc").orderBy("seq", "desc").limit(wanted).as("calls"))
    .leftJoin("flows", "flows.id", "calls.flow_id")
    .leftJoin("runs", "runs.id", "calls.run_id")
    .selectAll("calls")
    .select(["flows.name as flow", "runs.person as person"])
    .orderBy("calls.at", "desc")
    .orderBy("calls.seq", "desc");
}

/** Whether the index leads to just what is asked for. */
const isWhole = ({ text, purpose, failed, ...filter }: CallFilter): boolean =>
  !text && purpose === undefined && indexed.filter(([name]) => filter[name] !== undefined).length + (failed ? 1 : 0) <= 1;

const equals = [...indexed, ["purpose", "purpose"]] as const;

/** What is searched, made once a row however many words are looked for. No word has a space in it, so none is found across two columns. */
const words =
  sql<string>`lower(connection || ' ' || operation || ' ' || address || ' ' || coalesce(error, '') || ' ' || coalesce(run_id, ''))`.as(
    "words",
  );

const mostWords = 10;

const wordsOf = (text = ""): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, mostWords);

type Row = Omit<Schema["calls"], "seq">;

const rowOf = (call: LoggedCall): Row => ({
  workspace_id: call.workspaceId,
  connection_id: call.connectionId,
  connection: call.connection,
  at: call.at,
  duration_ms: call.durationMs,
  app: call.app,
  operation: call.operation,
  method: call.method,
  address: call.address,
  status: call.status,
  error: call.error,
  purpose: call.purpose,
  principal: call.by,
  flow_id: call.flowId,
  run_id: call.runId,
  step: call.step,
});

type KeptRow = Row & { seq: number; flow: string | null; person: string | null };

const callOf = (row: KeptRow): KeptCall => ({
  seq: row.seq,
  workspaceId: row.workspace_id,
  connectionId: row.connection_id,
  connection: row.connection,
  at: Number(row.at),
  durationMs: Number(row.duration_ms),
  app: row.app,
  operation: row.operation,
  method: row.method,
  address: row.address,
  status: row.status,
  error: row.error,
  purpose: row.purpose as CallPurpose,
  by: row.principal,
  flowId: row.flow_id,
  runId: row.run_id,
  step: row.step,
  flow: row.flow,
  person: row.person,
});
