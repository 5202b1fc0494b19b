import { sql, type UpdateQueryBuilder } from "kysely";
import type { Acceptance, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Claim, Committed } from "#engine/ports/run-store.ts";
import type { QueuedRun } from "#engine/ports/queue.ts";
import type { Run, RunWrite } from "#engine/types/runs.ts";
import type { RunPeople } from "#engine/types/people.ts";
import type { StepWrite } from "#engine/types/steps.ts";
import type { PersonKey } from "#kernel/person-key.ts";
import type { Db } from "./database.ts";
import { createLeaseWriter } from "./leases.ts";
import { createLedgerWriter, type LedgerWriter } from "./ledger.ts";
import { Locks } from "./locks.ts";
import { createRecordWriter, type RecordWriter, type Turn } from "./records.ts";
import type { Schema } from "./schema.ts";
import { createWatchWriter, type WatchWriter } from "./watch.ts";
import { eventRow, marker, packPeople, patched, runChange, runRow, stepRow, unpackPeople } from "./rows.ts";
import { each, type Work } from "./work.ts";

/** The prepared statements of the hot path. Every function runs inside `db.batch`. */
export interface Writer {
  accept(acceptance: Acceptance): Work<AcceptedRuns>;
  ledger: LedgerWriter;
  watch: WatchWriter;
  /** Writes a run that nobody owns yet as this process's own, and returns it so. */
  insertRun(run: Run): Work<Run>;
  /** Writes a step, if the run still has the lease under which it was done. */
  putStep(write: StepWrite): Work<void>;
  /** Changes a run, if its lease and its state are still what they were. */
  changeRun(write: RunWrite): Work<void>;
  /** The runs that this transaction refused to write, and those to be cancelled instead. */
  refused(): Pick<Committed, "stale" | "toCancel">;
  /** Adds keys to a run's people. */
  addPeople(people: RunPeople): Work<void>;
  ahead: RecordWriter["ahead"];
  /** Begins a run of a record, if it may. */
  claim(claim: Claim): Work<Turn>;
  /** The run that may be next, for each record of which this transaction ended a run. Call it after the claims. */
  next(): Work<QueuedRun[]>;
  /** Writes the counts that this transaction changed, and clears its state. Call it last. */
  settleCounts(): Work<void>;
  /** Clears what a failed transaction left. */
  forget(): void;
}

const hourMs = 3_600_000;
/** Keys of one run. A burst of ten thousand events is one run too; a search finds it by the first people in it. */
const mostKeys = 200;

export function createWriter(db: Db, owner: string): Writer {
  const statements = prepare(db);
  const leases = createLeaseWriter(db, owner);
  const records = createRecordWriter(db, leases);
  const locks = new Locks(db);
  const ledger = createLedgerWriter(db);
  const watch = createWatchWriter(db);
  const counts = new Map<string, { workspace_id: string; flow_id: string; hour: number; state: string; n: number }>();

  const count = (run: Run, n: number) => {
    if (run.finishedAt === null) return;
    const hour = Math.floor(run.createdAt / hourMs);
    const key = `${run.flowId} ${hour} ${run.state}`;
    const entry = counts.get(key);
    if (entry) entry.n += n;
    else counts.set(key, { workspace_id: run.workspaceId, flow_id: run.flowId, hour, state: run.state, n });
  };

  /** Read once in a transaction; null until then. */
  let sortedUpTo: number | null = null;
  /** Sorts a run in again if the index of people is past it already; it will come to any other by itself. */
  function* sortInAgain(seq: number, id: string): Work<void> {
    if (sortedUpTo === null) {
      yield* locks.share("people");
      sortedUpTo = (yield* statements.sortedUpTo.get<{ up_to: number }>({}))!.up_to;
    }
    if (seq <= sortedUpTo) yield* statements.peopleDue.run({ run_id: id });
  }

  function* change(was: Run, run: Run): Work<boolean> {
    return (yield* statements.changeRun.run(runChange(was, run))) === 1;
  }
  function* changeWithPeople(was: Run, run: Run, people: readonly PersonKey[]): Work<boolean> {
    yield* leases.inOrder();
    const row = yield* statements.changeRunAndPeople.get<{ seq: number }>({ ...runChange(was, run), people: packPeople(people) });
    if (row) yield* sortInAgain(row.seq, run.id);
    return row !== undefined;
  }

  function* insertRun(run: Run): Work<Run> {
    const own = run.lease.owner === null && run.finishedAt === null ? { ...run, lease: { owner, no: 1 } } : run;
    yield* statements.insertRun.run(runRow(own));
    leases.holds(own.id);
    count(own, 1);
    return own;
  }

  function* addPeople({ runId: id, keys }: RunPeople): Work<void> {
    yield* leases.inOrder();
    const row = keys.length ? yield* statements.people.get<{ seq: number; people: string | null }>({ id }) : undefined;
    if (!row) return;
    const present = row.people === null ? [] : unpackPeople(row.people);
    const fresh = keys.filter((key) => !present.some((one) => one.kind === key.kind && one.key === key.key));
    if (fresh.length === 0 || present.length >= mostKeys) return;
    yield* statements.putPeople.run({ id, people: packPeople([...present, ...fresh]) });
    yield* sortInAgain(row.seq, id);
  }

  /** Content that is the same as that of an old event: the old event gives up the key, so that this one is new. */
  function* insertAgain({ event, repeatMs }: Acceptance): Work<boolean> {
    if (repeatMs === undefined) return false;
    const old = { trigger_id: event.triggerId, event_key: event.key, before: event.receivedAt - repeatMs };
    return (yield* statements.retireKey.run(old)) === 1 && (yield* statements.insertEvent.run(eventRow(event))) === 1;
  }

  function* accept(acceptance: Acceptance): Work<AcceptedRuns> {
    const { event, settle, state, webhookReport, observation } = acceptance;
    yield* leases.inOrder();
    if (observation) return yield* watch.see(event, observation, accept);
    if ((yield* statements.insertEvent.run(eventRow(event))) === 0 && !(yield* insertAgain(acceptance))) return null;
    if (webhookReport && !(yield* ledger.addReport(event, webhookReport))) return null; // the event is kept, so that its own repeat is known by its key
    const previous = state === undefined ? undefined : yield* records.remember(event, state);
    const joined = settle && (yield* records.join(acceptance));
    if (joined) {
      yield* addPeople({ runId: joined.id, keys: acceptance.runs[0]?.people ?? [] });
      return [joined];
    }
    const runs = previous === undefined ? acceptance.runs : acceptance.runs.map((run) => ({ ...run, previous }));
    return yield* each(runs, insertRun);
  }

  function forget(): void {
    counts.clear();
    sortedUpTo = null;
    records.forget();
    leases.forget();
  }

  return {
    accept,
    ledger,
    watch,
    insertRun,
    *putStep({ step, lease }) {
      if (yield* leases.mayWrite(step.runId, lease)) yield* statements.putStep.run(stepRow(step));
    },
    *changeRun({ was, patch }) {
      const run = patched(was, patch, owner);
      const isChanged = patch.people ? yield* changeWithPeople(was, run, patch.people) : yield* change(was, run);
      if (!isChanged) return yield* leases.refuse(was);
      leases.holds(run.id);
      count(was, -1);
      count(run, 1);
      if (was.finishedAt === null && run.finishedAt !== null) records.ended(run);
    },
    refused: leases.refused,
    addPeople,
    ahead: records.ahead,
    claim: records.claim,
    next: records.next,
    *settleCounts() {
      // In one order everywhere, or two processes would lock each other out.
      const keys = [...counts.keys()].toSorted();
      for (const entry of keys.map((key) => counts.get(key)!)) if (entry.n !== 0) yield* statements.addCount.run(entry);
      forget();
    },
    forget,
  };
}

/** Runs `work` in one transaction of the hot path, with the counts that it changed. */
export function transaction<T>(db: Db, writer: Writer, work: () => Work<T>): Promise<T> {
  return db.batch(function* () {
    writer.forget(); // what a failed transaction left, or this one when it is tried again
    const result = yield* work();
    yield* writer.settleCounts();
    return result;
  });
}

const eventColumns = [
  "id",
  "workspace_id",
  "trigger_id",
  "event_key",
  "payload",
  "person",
  "received_at",
  "record",
  "happened_at",
] as const;
const runColumns = [
  "id",
  "workspace_id",
  "flow_id",
  "version",
  "event_id",
  "state",
  "lane",
  "due_at",
  "person",
  "summary",
  "error",
  "attention",
  "replay_of",
  "origin",
  "created_at",
  "finished_at",
  "record",
  "settling",
  "merged",
  "recovered",
  "previous",
  "people",
  "waiting",
  "outage",
  "worked_ms",
  "lease_owner",
  "lease_no",
  "cancel_requested",
] as const;
const runChanges = [
  "state",
  "due_at",
  "summary",
  "error",
  "attention",
  "finished_at",
  "settling",
  "waiting",
  "outage",
  "worked_ms",
  "lease_owner",
  "lease_no",
] as const;
const stepColumns = [
  "run_id",
  "path",
  "seq",
  "state",
  "app",
  "operation",
  "effect",
  "input",
  "output",
  "attempts",
  "error",
  "started_at",
  "finished_at",
] as const;
const stepChanges = ["state", "input", "output", "attempts", "error", "finished_at"] as const;

const markers = <C extends string>(columns: readonly C[]) => Object.fromEntries(columns.map((c) => [c, marker(c)])) as Record<C, never>;

/** Restricts an update to the run under the lease and in the state that the caller expects. */
const asItWas = <O>(runs: UpdateQueryBuilder<Schema, "runs", "runs", O>): UpdateQueryBuilder<Schema, "runs", "runs", O> =>
  runs
    .where("id", "=", marker<string>("id"))
    .where(sql<string>`coalesce(lease_owner, '')`, "=", marker<string>("was_owner"))
    .where("lease_no", "=", marker<number>("was_no"))
    .where("state", "in", [marker<string>("was_state"), marker<string>("was_begun")])
    .where("cancel_requested", "<=", marker<number>("may_be_cancelled"));

function prepare(db: Db) {
  return {
    insertEvent: db.statement((q) =>
      q
        .insertInto("events")
        .values(markers(eventColumns))
        .onConflict((c) => c.columns(["trigger_id", "event_key"]).doNothing()),
    ),
    retireKey: db.statement((q) =>
      q
        .updateTable("events")
        .set((e) => ({ event_key: sql<string>`${e.ref("event_key")} || ':' || ${e.ref("id")}` }))
        .where("trigger_id", "=", marker<string>("trigger_id"))
        .where("event_key", "=", marker<string>("event_key"))
        .where("received_at", "<=", marker<number>("before")),
    ),
    insertRun: db.statement((q) => q.insertInto("runs").values(markers(runColumns))),
    sortedUpTo: db.statement((q) => q.selectFrom("people_sorted").select("up_to")),
    peopleDue: db.statement((q) => q.insertInto("people_due").values(markers(["run_id"] as const))),
    people: db.statement((q) => q.selectFrom("runs").select(["seq", "people"]).where("id", "=", marker<string>("id"))),
    putPeople: db.statement((q) =>
      q
        .updateTable("runs")
        .set({ people: marker("people") })
        .where("id", "=", marker<string>("id")),
    ),
    changeRun: db.statement((q) => asItWas(q.updateTable("runs")).set({ ...markers(runChanges), cancel_requested: 0 })),
    changeRunAndPeople: db.statement((q) =>
      asItWas(q.updateTable("runs"))
        .set({ ...markers(runChanges), people: marker("people"), cancel_requested: 0 })
        .returning("seq"),
    ),
    putStep: db.statement((q) =>
      q
        .insertInto("steps")
        .values(markers(stepColumns))
        .onConflict((c) => c.columns(["run_id", "path"]).doUpdateSet(markers(stepChanges))),
    ),
    addCount: db.statement((q) =>
      q
        .insertInto("run_counts")
        .values(markers(["workspace_id", "flow_id", "hour", "state", "n"] as const))
        .onConflict((c) =>
          c.columns(["workspace_id", "flow_id", "hour", "state"]).doUpdateSet((e) => ({ n: e("run_counts.n", "+", e.ref("excluded.n")) })),
        ),
    ),
  };
}
