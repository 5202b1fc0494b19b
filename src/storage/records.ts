import type { Selectable } from "kysely";
import type { Acceptance } from "#engine/types/acceptance.ts";
import type { Claim, ClaimOutcome } from "#engine/ports/run-store.ts";
import type { Event } from "#engine/types/events.ts";
import type { QueuedRun } from "#engine/ports/queue.ts";
import type { Run } from "#engine/types/runs.ts";
import type { Json } from "#kernel/json.ts";
import type { Db } from "./database.ts";
import { forUpdate, forUpdateSkipLocked, Locks } from "./locks.ts";
import type { LeaseWriter } from "./leases.ts";
import { marker, runOf } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { each, type Work } from "./work.ts";

/** The outcome of a claim as the rows show it; the caller reads the context. */
export type Turn = Exclude<ClaimOutcome, { context: unknown }> | { kind: "claimed" } | { kind: "toCancel" };

/** What a transaction does for runs that go by record. Only flows that ask for it come here. Every function runs inside `db.batch`. */
export interface RecordWriter {
  /** Returns the last state of the event's record, undefined where there is none, and keeps the event's state instead unless that is older. */
  remember(event: Event, state: Json): Work<Json | undefined>;
  /** Lets an event join the settling run of its record; null where there is none. */
  join(acceptance: Acceptance): Work<Run | null>;
  /** The run that goes before this one. */
  ahead(run: Pick<Run, "id">): Work<string | null>;
  /**
   * Claims a run that nobody else executes. With `begin` it also begins a run of a record whose turn it is: from then on no event joins it. Any process may
   * begin a run, and its owner has to claim it for that too.
   */
  claim(claim: Claim): Work<Turn>;
  /** Notes that a run ended. */
  ended(run: Run): void;
  /** For each record of which a run ended: the run that may be next. */
  next(): Work<QueuedRun[]>;
  forget(): void;
}

type RunRow = Selectable<Schema["runs"]>;

export function createRecordWriter(db: Db, leases: LeaseWriter): RecordWriter {
  const statements = prepare(db);
  const locks = new Locks(db);
  const freed = new Map<string, { flow_id: string; record: string }>();

  /** The run that goes first: one that has begun, or else an earlier one. */
  function* before(run: Pick<RunRow, "id" | "seq" | "flow_id" | "record">): Work<{ id: string } | undefined> {
    return (yield* statements.begun.get<{ id: string }>({ ...run })) ?? (yield* statements.earlier.get<{ id: string }>({ ...run }));
  }

  /** Under the next number, unless it is this process's already. */
  function* claimed({ id, state, settling, lease_owner, lease_no }: RunRow): Work<void> {
    const next = lease_owner === leases.owner ? lease_no : lease_no + 1;
    yield* statements.claim.run({ id, state, settling, lease_owner: leases.owner, lease_no: next });
  }

  /** Reads a run after locking its record, so that nobody else can claim or join a run of it. */
  function* lockedRun(id: string): Work<RunRow | undefined> {
    const row = yield* statements.run.get<RunRow>({ id });
    if (!row || row.record === null) return row;
    return (yield* locks.take("record", row.flow_id, row.record)) ? yield* statements.run.get<RunRow>({ id }) : row;
  }

  return {
    *remember({ triggerId: trigger_id, record, happenedAt }, state) {
      if (record !== null) yield* locks.take("state", trigger_id, record);
      const last = yield* statements.state.get<{ state: string; at: number }>({ trigger_id, record });
      const late = last !== undefined && happenedAt !== null && last.at > happenedAt;
      if (state === null) yield* statements.forgetState.run({ trigger_id, record });
      else if (!late) yield* statements.putState.run({ trigger_id, record, state: JSON.stringify(state), at: happenedAt ?? senderSilent });
      return last && (JSON.parse(last.state) as Json);
    },
    *join({ event, runs: [asked], settle }) {
      if (asked?.record != null) yield* locks.take("record", asked.flowId, asked.record);
      const row =
        asked &&
        settle &&
        (yield* statements.gathering.get<RunRow>({ flow_id: asked.flowId, record: asked.record, version: asked.version }));
      if (!row) return null;
      const due_at = Math.min(row.created_at + settle.mostMs, event.receivedAt + settle.quietMs);
      const newestEvent = yield* statements.happened.get<{ happened_at: number | null }>({ id: row.event_id });
      const newer = isNewer(event, newestEvent?.happened_at);
      const newest = newer ? { event_id: event.id, person: event.person ?? row.person, recovered: asked.recovered ? 1 : 0 } : {};
      const joined = { ...row, ...newest, due_at, merged: row.merged + 1 };
      yield* statements.join.run(joined);
      return runOf(joined);
    },
    *ahead({ id }) {
      const row = yield* statements.seen.get<RunRow>({ id });
      return row ? ((yield* before(row))?.id ?? null) : null;
    },
    *claim({ runId, now, begin }) {
      yield* leases.inOrder();
      const row = yield* lockedRun(runId);
      if (!row || row.finished_at !== null) return { kind: "over" };
      const begins = begin !== undefined && row.state === "queued";
      const isFree = yield* leases.isFree(row.lease_owner, now);
      if (!isFree && !begins) return { kind: "owned" };
      if (row.cancel_requested === 1) {
        if (isFree) yield* claimed(row);
        return { kind: isFree ? "toCancel" : "owned" };
      }
      if (begins && row.settling === 1 && row.due_at > now) return { kind: "settling", dueAt: row.due_at };
      const first = begins && begin.inTurn ? yield* before(row) : undefined;
      if (first) return { kind: "behind", runId: first.id };
      yield* claimed(begins ? { ...row, state: "running", settling: 0 } : row);
      return { kind: "claimed" };
    },
    ended({ flowId: flow_id, record }) {
      if (record !== null) freed.set(JSON.stringify([flow_id, record]), { flow_id, record });
    },
    *next() {
      const rows = yield* each(freed.values(), (of) => statements.oldest.get<RunRow>(of));
      freed.clear();
      return rows.flatMap((r) => (r ? [{ id: r.id, dueAt: r.due_at, lane: r.lane as Run["lane"], group: r.flow_id }] : []));
    },
    forget: () => freed.clear(),
  };
}

/** The time of a state whose sender names none: whatever comes later replaces it. */
const senderSilent = 0;

/** By the sender's time where both have one, else by arrival. */
const isNewer = ({ happenedAt }: Event, than: number | null | undefined): boolean =>
  happenedAt === null || than === null || than === undefined || happenedAt >= than;

function prepare(db: Db) {
  const open = (q: Db["q"]) =>
    q
      .selectFrom("runs")
      .where("flow_id", "=", marker<string>("flow_id"))
      .where("record", "=", marker<string>("record"))
      .where("finished_at", "is", null);
  const queued = (q: Db["q"]) => open(q).where("state", "=", "queued");
  return {
    run: db.statement((q) => forUpdateSkipLocked(db, q.selectFrom("runs").selectAll().where("id", "=", marker<string>("id")))),
    seen: db.statement((q) => q.selectFrom("runs").select(["id", "seq", "flow_id", "record"]).where("id", "=", marker<string>("id"))),
    happened: db.statement((q) => q.selectFrom("events").select("happened_at").where("id", "=", marker<string>("id"))),
    gathering: db.statement((q) =>
      forUpdate(
        db,
        queued(q).selectAll().where("settling", "=", 1).where("version", "=", marker<number>("version")).orderBy("seq", "desc").limit(1),
      ),
    ),
    join: db.statement((q) =>
      q
        .updateTable("runs")
        .set({
          event_id: marker("event_id"),
          person: marker("person"),
          recovered: marker("recovered"),
          due_at: marker("due_at"),
          merged: marker("merged"),
        })
        .where("id", "=", marker<string>("id")),
    ),
    begun: db.statement((q) =>
      open(q).select("id").where("state", "in", ["running", "waiting"]).where("id", "!=", marker<string>("id")).limit(1),
    ),
    earlier: db.statement((q) => queued(q).select("id").where("seq", "<", marker<number>("seq")).orderBy("seq").limit(1)),
    oldest: db.statement((q) => queued(q).selectAll().orderBy("seq").limit(1)),
    claim: db.statement((q) =>
      q
        .updateTable("runs")
        .set({ state: marker("state"), settling: marker("settling"), lease_owner: marker("lease_owner"), lease_no: marker("lease_no") })
        .where("id", "=", marker<string>("id")),
    ),
    state: db.statement((q) => statesOf(q).select(["state", "at"])),
    forgetState: db.statement((q) =>
      q.deleteFrom("record_states").where("trigger_id", "=", marker<string>("trigger_id")).where("record", "=", marker<string>("record")),
    ),
    putState: db.statement((q) =>
      q
        .insertInto("record_states")
        .values({ trigger_id: marker("trigger_id"), record: marker("record"), state: marker("state"), at: marker<number>("at") })
        .onConflict((c) => c.columns(["trigger_id", "record"]).doUpdateSet({ state: marker("state"), at: marker("at") })),
    ),
  };
}

const statesOf = (q: Db["q"]) =>
  q.selectFrom("record_states").where("trigger_id", "=", marker<string>("trigger_id")).where("record", "=", marker<string>("record"));
