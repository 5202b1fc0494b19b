import { sql, type ExpressionBuilder, type Kysely } from "kysely";
import type { CallPurpose } from "#kernel/call-cause.ts";
import type { Db } from "./database.ts";
import { marker } from "./markers.ts";
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
  /** Where it went, without a query. */
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

/** Which login was used for which call. Rows are added and age; nothing changes one. */
export interface CallStore {
  add(calls: readonly LoggedCall[]): Promise<void>;
  /** The newest first, those before a number. */
  list(workspaceId: string, filter: CallFilter, page: { before?: number; limit: number }): Promise<KeptCall[]>;
  /** Deletes up to `limit` of the oldest that were made before a time. Returns how many. */
  prune(before: number, limit: number): Promise<number>;
}

export function createCallStore(db: Db): CallStore {
  const insertMany = insertOf(db, insertedAtOnce);
  const insertOne = insertOf(db, 1);
  return {
    add: (calls) =>
      db.batch(function* () {
        const rows = calls.map(rowOf);
        const whole = rows.length - (rows.length % insertedAtOnce);
        for (let i = 0; i < whole; i += insertedAtOnce) yield* insertMany.run(numbered(rows.slice(i, i + insertedAtOnce)));
        for (const row of rows.slice(whole)) yield* insertOne.run(numbered([row]));
      }),
    async list(workspaceId, filter, { before, limit }) {
      let query = matching(db.q, workspaceId, filter);
      if (before !== undefined) query = query.where("calls.seq", "<", before);
      return (await query.orderBy("calls.seq", "desc").limit(limit).execute()).map(callOf);
    },
    prune: (before, limit) =>
      db.write(async (q) => {
        const oldest = await q.selectFrom("calls").select(["seq", "at"]).orderBy("seq").limit(limit).execute();
        const old = oldest.filter(({ at }) => Number(at) < before).map(({ seq }) => seq);
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

function matching(q: Kysely<Schema>, workspaceId: string, { text, failed, ...filter }: CallFilter) {
  let query = q
    .selectFrom("calls")
    .leftJoin("flows", "flows.id", "calls.flow_id")
    .leftJoin("runs", "runs.id", "calls.run_id")
    .selectAll("calls")
    .select(["flows.name as flow", "runs.person as person"])
    .where("calls.workspace_id", "=", workspaceId);
  for (const [name, column] of equals) {
    const value = filter[name];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  if (filter.from !== undefined) query = query.where("calls.at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("calls.at", "<", filter.to);
  if (failed) query = query.where((e) => e.or([e("calls.error", "is not", null), e("calls.status", "is", null)]));
  for (const word of wordsOf(text)) query = query.where((e) => e.or(searched.map((column) => holds(e, column, word))));
  return query;
}

const equals = [
  ["connectionId", "calls.connection_id"],
  ["flowId", "calls.flow_id"],
  ["runId", "calls.run_id"],
  ["by", "calls.principal"],
  ["purpose", "calls.purpose"],
] as const;

const searched = ["calls.connection", "calls.operation", "calls.address", "calls.error", "calls.run_id"] as const;

const holds = (e: ExpressionBuilder<Schema, "calls">, column: (typeof searched)[number], word: string) =>
  e(sql<string>`lower(${e.ref(column)})`, "like", sql<string>`${`%${word.replace(/[\\%_]/g, (char) => `\\${char}`)}%`} escape '\\'`);

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
