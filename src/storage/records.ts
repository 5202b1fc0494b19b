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
import { marker } from "./markers.ts";
import { runOf } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { each, type Work } from "./work.ts";

/** The outcome of a claim as the rows show it; the caller reads the context. */
export type Turn = Exclude<ClaimOutcome, { context: unknown }> | { kind: "claimed" } | { kind: "toCancel" };

type RunRow = Selectable<Schema["runs"]>;

/** What a transaction does for runs that go by record. Only flows that ask for it come here. Every method is part of a transaction of the hot path. */
export class RecordWriter {
  readonly #leases: LeaseWriter;
  readonly #locks: Locks;
  readonly #statements: RecordStatements;
  /** Records of which this transaction ended a run. */
  readonly #freed = new Map<string, { flow_id: string; record: string }>();

  constructor(db: Db, leases: LeaseWriter) {
    this.#leases = leases;
    this.#locks = new Locks(db);
    this.#statements = prepare(db);
  }

  /** Returns the last state of the event's record, undefined where there is none, and keeps the event's state instead unless that is older. */
  *remember({ triggerId: trigger_id, record, happenedAt }: Event, state: Json): Work<Json | undefined> {
    const statements = this.#statements;
    if (record !== null) yield* this.#locks.take("state", trigger_id, record);
    const last = yield* statements.state.get<{ state: string; at: number }>({ trigger_id, record });
    const late = last !== undefined && happenedAt !== null && last.at > happenedAt;
    if (state === null) yield* statements.forgetState.run({ trigger_id, record });
    else if (!late) yield* statements.putState.run({ trigger_id, record, state: JSON.stringify(state), at: happenedAt ?? senderSilent });
    return last && (JSON.parse(last.state) as Json);
  }

  /** Lets an event join the settling run of its record; null where there is none. */
  *join({ event, runs: [asked], settle }: Acceptance): Work<Run | null> {
    if (asked?.record != null) yield* this.#locks.take("record", asked.flowId, asked.record);
    const row = asked && settle && (yield* this.#gathering(asked));
    if (!row) return null;
    const due_at = Math.min(row.created_at + settle.mostMs, event.receivedAt + settle.quietMs);
    const newestEvent = yield* this.#statements.happened.get<{ happened_at: number | null }>({ id: row.event_id });
    const newer = isNewer(event, newestEvent?.happened_at);
    const newest = newer ? { event_id: event.id, person: event.person ?? row.person, recovered: asked.recovered ? 1 : 0 } : {};
    const joined = { ...row, ...newest, due_at, merged: row.merged + 1 };
    yield* this.#statements.join.run(joined);
    return runOf(joined);
  }

  /** The run that goes before this one. */
  *ahead({ id }: Pick<Run, "id">): Work<string | null> {
    const row = yield* this.#statements.seen.get<RunRow>({ id });
    return row ? ((yield* this.#before(row))?.id ?? null) : null;
  }

  /**
   * Claims a run that nobody else executes. With `begin` it also begins a run of a record whose turn it is: from then on no event joins it. Any process may
   * begin a run, and its owner has to claim it for that too.
   */
  *claim({ runId, now, begin }: Claim): Work<Turn> {
    yield* this.#leases.inOrder();
    const row = yield* this.#lockedRun(runId);
    if (!row || row.finished_at !== null) return { kind: "over" };
    const begins = begin !== undefined && row.state === "queued";
    const isFree = yield* this.#leases.isFree(row.lease_owner, now);
    if (!isFree && !begins) return { kind: "owned" };
    if (row.cancel_requested === 1) {
      if (isFree) yield* this.#take(row);
      return { kind: isFree ? "toCancel" : "owned" };
    }
    if (begins && row.settling === 1 && row.due_at > now) return { kind: "settling", dueAt: row.due_at };
    const first = begins && begin.inTurn ? yield* this.#before(row) : undefined;
    if (first) return { kind: "behind", runId: first.id };
    yield* this.#take(begins ? { ...row, state: "running", settling: 0 } : row);
    return { kind: "claimed" };
  }

  /** Notes that a run ended. */
  ended({ flowId: flow_id, record }: Run): void {
    if (record !== null) this.#freed.set(JSON.stringify([flow_id, record]), { flow_id, record });
  }

  /** For each record of which a run ended: the run that may be next. */
  *next(): Work<QueuedRun[]> {
    const rows = yield* each(this.#freed.values(), (of) => this.#statements.oldest.get<RunRow>(of));
    this.#freed.clear();
    return rows.flatMap((r) => (r ? [{ id: r.id, dueAt: r.due_at, lane: r.lane as Run["lane"], group: r.flow_id }] : []));
  }

  forget(): void {
    this.#freed.clear();
  }

  #gathering({ flowId: flow_id, record, version }: Run): Work<RunRow | undefined> {
    return this.#statements.gathering.get<RunRow>({ flow_id, record, version });
  }

  /** The run that goes first: one that has begun, or else an earlier one. */
  *#before(run: Pick<RunRow, "id" | "seq" | "flow_id" | "record">): Work<{ id: string } | undefined> {
    const { begun, earlier } = this.#statements;
    return (yield* begun.get<{ id: string }>({ ...run })) ?? (yield* earlier.get<{ id: string }>({ ...run }));
  }

  /** Gives the run to this process. Under the next number, unless it is this process's already. */
  *#take({ id, state, settling, lease_owner, lease_no }: RunRow): Work<void> {
    const { owner } = this.#leases;
    const next = lease_owner === owner ? lease_no : lease_no + 1;
    yield* this.#statements.claim.run({ id, state, settling, lease_owner: owner, lease_no: next });
  }

  /** Reads a run after locking its record, so that nobody else can claim or join a run of it. */
  *#lockedRun(id: string): Work<RunRow | undefined> {
    const { run } = this.#statements;
    const row = yield* run.get<RunRow>({ id });
    if (!row || row.record === null) return row;
    return (yield* this.#locks.take("record", row.flow_id, row.record)) ? yield* run.get<RunRow>({ id }) : row;
  }
}

/** The time of a state whose sender names none: whatever comes later replaces it. */
const senderSilent = 0;

/** By the sender's time where both have one, else by arrival. */
const isNewer = ({ happenedAt }: Event, than: number | null | undefined): boolean =>
  happenedAt === null || than === null || than === undefined || happenedAt >= than;

type RecordStatements = ReturnType<typeof prepare>;

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
