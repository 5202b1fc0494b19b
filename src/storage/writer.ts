import type { Acceptance, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Claim, Committed } from "#engine/ports/run-store.ts";
import type { QueuedRun } from "#engine/ports/queue.ts";
import type { Run, RunWrite } from "#engine/types/runs.ts";
import type { RunPeople } from "#engine/types/people.ts";
import type { StepWrite } from "#engine/types/steps.ts";
import type { Db } from "./database.ts";
import { createLeaseWriter, type LeaseWriter } from "./leases.ts";
import { createLedgerWriter, type LedgerWriter } from "./ledger.ts";
import { PeopleWriter, type RunChange } from "./people-writer.ts";
import { RecordWriter, type Turn } from "./records.ts";
import { eventRow, runChange, runRow, stepRow } from "./rows.ts";
import { RunCounts } from "./run-counts.ts";
import { RunWebhooks } from "./webhook-outbox.ts";
import { createWatchWriter, type WatchWriter } from "./watch.ts";
import { each, type Work } from "./work.ts";
import { prepareWriter, type WriterStatements } from "./writer-statements.ts";

/** The writes of the hot path, with their prepared statements. Every method that returns work runs inside `db.batch`. */
export class Writer {
  readonly ledger: LedgerWriter;
  readonly watch: WatchWriter;
  readonly #owner: string;
  readonly #statements: WriterStatements;
  readonly #leases: LeaseWriter;
  readonly #records: RecordWriter;
  readonly #people: PeopleWriter;
  readonly #counts: RunCounts;
  readonly #webhooks: RunWebhooks;
  readonly #acceptOne = (acceptance: Acceptance): Work<AcceptedRuns> => this.accept(acceptance);
  readonly #insertOne = (run: Run): Work<Run> => this.insertRun(run);

  constructor(db: Db, owner: string) {
    this.ledger = createLedgerWriter(db);
    this.watch = createWatchWriter(db);
    this.#owner = owner;
    this.#statements = prepareWriter(db);
    this.#leases = createLeaseWriter(db, owner);
    this.#records = new RecordWriter(db, this.#leases);
    this.#people = new PeopleWriter(db, this.#statements, this.#leases);
    this.#counts = new RunCounts(this.#statements.addCount);
    this.#webhooks = new RunWebhooks(db);
  }

  /** Writes an event and its runs; null for an event that is in the store already. */
  *accept(acceptance: Acceptance): Work<AcceptedRuns> {
    const { event, state, webhookReport, observation } = acceptance;
    yield* this.#leases.inOrder();
    if (observation) return yield* this.watch.see(event, observation, this.#acceptOne);
    if (!(yield* this.#insertEvent(acceptance))) return null;
    if (webhookReport && !(yield* this.ledger.addReport(event, webhookReport))) return null; // the event is kept, so that its own repeat is known by its key
    const previous = state === undefined ? undefined : yield* this.#records.remember(event, state);
    const joined = yield* this.#join(acceptance);
    if (joined) return [joined];
    const runs = previous === undefined ? acceptance.runs : acceptance.runs.map((run) => ({ ...run, previous }));
    return yield* each(runs, this.#insertOne);
  }

  /** Writes a run that nobody owns yet as this process's own, and returns it so. */
  *insertRun(run: Run): Work<Run> {
    const own = run.lease.owner === null && run.finishedAt === null ? { ...run, lease: { owner: this.#owner, no: 1 } } : run;
    yield* this.#statements.insertRun.run(runRow(own));
    this.#leases.holds(own.id);
    if (own.finishedAt !== null) this.#counts.add(own, own.state, 1);
    return own;
  }

  /** Writes a step, if the run still has the lease under which it was done. */
  *putStep({ step, lease }: StepWrite): Work<void> {
    if (yield* this.#leases.mayWrite(step.runId, lease)) yield* this.#statements.putStep.run(stepRow(step));
  }

  /** Changes a run, if its lease and its state are still what they were. */
  *changeRun({ was, patch }: RunWrite): Work<void> {
    const change: RunChange = runChange(was, patch, this.#owner);
    const isChanged = patch.people
      ? yield* this.#people.change(change, patch.people)
      : (yield* this.#statements.changeRun.run(change)) === 1;
    if (!isChanged) return yield* this.#leases.refuse(was);
    this.#leases.holds(was.id);
    if (was.finishedAt !== null) this.#counts.add(was, was.state, -1);
    if (change.finished_at !== null) this.#counts.add(was, change.state, 1);
    if (was.finishedAt !== null || change.finished_at === null) return;
    this.#records.ended(was);
    if (change.attention === 1) yield* this.#webhooks.ended(was, change.state, (patch.error ?? was.error)?.code, change.finished_at);
  }

  /** The runs that this transaction refused to write, and those to be cancelled instead. */
  refused(): Pick<Committed, "stale" | "toCancel"> {
    return this.#leases.refused();
  }

  /** Adds keys to a run's people. */
  addPeople(people: RunPeople): Work<void> {
    return this.#people.add(people);
  }

  /** The run that goes before this one. */
  ahead(run: Pick<Run, "id">): Work<string | null> {
    return this.#records.ahead(run);
  }

  /** Begins a run of a record, if it may. */
  claim(claim: Claim): Work<Turn> {
    return this.#records.claim(claim);
  }

  /** The run that may be next, for each record of which this transaction ended a run. Call it after the claims. */
  next(): Work<QueuedRun[]> {
    return this.#records.next();
  }

  /** Writes the counts that this transaction changed, and clears its state. Call it last. */
  *settleCounts(): Work<void> {
    yield* this.#counts.write();
    this.forget();
  }

  /** Clears what a failed transaction left. */
  forget(): void {
    this.#counts.forget();
    this.#people.forget();
    this.#records.forget();
    this.#leases.forget();
  }

  /**
   * Writes the row of an event; false for a repeat. After `repeatMs` an event with the same content is no repeat: the old event gives up
   * the key.
   */
  *#insertEvent({ event, repeatMs }: Acceptance): Work<boolean> {
    if ((yield* this.#statements.insertEvent.run(eventRow(event))) !== 0) return true;
    if (repeatMs === undefined) return false;
    const old = { trigger_id: event.triggerId, event_key: event.key, before: event.receivedAt - repeatMs };
    return (yield* this.#statements.retireKey.run(old)) === 1 && (yield* this.#statements.insertEvent.run(eventRow(event))) === 1;
  }

  /** Lets the event join the settling run of its record, with its people; null where there is none. */
  *#join(acceptance: Acceptance): Work<Run | null> {
    const joined = acceptance.settle ? yield* this.#records.join(acceptance) : null;
    if (joined) yield* this.#people.add({ runId: joined.id, keys: acceptance.runs[0]?.people ?? [] });
    return joined;
  }
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
