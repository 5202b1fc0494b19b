import type { Acceptance, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Claim, Committed } from "#engine/ports/run-store.ts";
import type { QueuedRun } from "#engine/ports/queue.ts";
import type { Run, RunWrite } from "#engine/types/runs.ts";
import type { RunPeople } from "#engine/types/people.ts";
import type { StepWrite } from "#engine/types/steps.ts";
import type { Db } from "./database.ts";
import { createLeaseWriter } from "./leases.ts";
import { createLedgerWriter, type LedgerWriter } from "./ledger.ts";
import { PeopleWriter, type RunChange } from "./people-writer.ts";
import { RecordWriter, type Turn } from "./records.ts";
import { eventRow, runChange, runRow, stepRow } from "./rows.ts";
import { RunCounts } from "./run-counts.ts";
import { createWatchWriter, type WatchWriter } from "./watch.ts";
import { each, type Work } from "./work.ts";
import { prepareWriter } from "./writer-statements.ts";

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
  /** The run that goes before this one. */
  ahead(run: Pick<Run, "id">): Work<string | null>;
  /** Begins a run of a record, if it may. */
  claim(claim: Claim): Work<Turn>;
  /** The run that may be next, for each record of which this transaction ended a run. Call it after the claims. */
  next(): Work<QueuedRun[]>;
  /** Writes the counts that this transaction changed, and clears its state. Call it last. */
  settleCounts(): Work<void>;
  /** Clears what a failed transaction left. */
  forget(): void;
}

export function createWriter(db: Db, owner: string): Writer {
  const statements = prepareWriter(db);
  const leases = createLeaseWriter(db, owner);
  const records = new RecordWriter(db, leases);
  const people = new PeopleWriter(db, statements, leases);
  const counts = new RunCounts(statements.addCount);
  const ledger = createLedgerWriter(db);
  const watch = createWatchWriter(db);

  function* insertRun(run: Run): Work<Run> {
    const own = run.lease.owner === null && run.finishedAt === null ? { ...run, lease: { owner, no: 1 } } : run;
    yield* statements.insertRun.run(runRow(own));
    leases.holds(own.id);
    if (own.finishedAt !== null) counts.add(own, own.state, 1);
    return own;
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
      yield* people.add({ runId: joined.id, keys: acceptance.runs[0]?.people ?? [] });
      return [joined];
    }
    const runs = previous === undefined ? acceptance.runs : acceptance.runs.map((run) => ({ ...run, previous }));
    return yield* each(runs, insertRun);
  }

  function forget(): void {
    counts.forget();
    people.forget();
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
      const change: RunChange = runChange(was, patch, owner);
      const isChanged = patch.people ? yield* people.change(change, patch.people) : (yield* statements.changeRun.run(change)) === 1;
      if (!isChanged) return yield* leases.refuse(was);
      leases.holds(was.id);
      if (was.finishedAt !== null) counts.add(was, was.state, -1);
      if (change.finished_at !== null) counts.add(was, change.state, 1);
      if (was.finishedAt === null && change.finished_at !== null) records.ended(was);
    },
    refused: leases.refused,
    addPeople: (added) => people.add(added),
    ahead: (run) => records.ahead(run),
    claim: (claim) => records.claim(claim),
    next: () => records.next(),
    *settleCounts() {
      yield* counts.write();
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
