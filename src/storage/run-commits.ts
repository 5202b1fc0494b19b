import { MillraceError } from "#kernel/errors.ts";
import type { Claim, ClaimOutcome, Committed, Writes } from "#engine/ports/run-store.ts";
import type { Run } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import type { Db } from "./database.ts";
import { Locks } from "./locks.ts";
import type { RunRows } from "./run-rows.ts";
import { each, type Work } from "./work.ts";
import { transaction, type Writer } from "./writer.ts";

/** The transactions of the hot path: each writes what many runs have gathered. */
export class RunCommits {
  readonly #db: Db;
  readonly #writer: Writer;
  readonly #rows: RunRows;
  readonly #locks: Locks;

  constructor(db: Db, writer: Writer, rows: RunRows) {
    this.#db = db;
    this.#writer = writer;
    this.#rows = rows;
    this.#locks = new Locks(db);
  }

  commit(writes: Writes): Promise<Committed> {
    return transaction(this.#db, this.#writer, () => this.#write(writes));
  }

  *#write({ accept, replays = [], runs, steps, claims: asked = [] }: Writes): Work<Committed> {
    const writer = this.#writer;
    for (const write of runs) if (write.was.settling) yield* writer.changeRun(write); // first, so that no event joins one that ends here
    const accepted = yield* each(accept, (acceptance) => writer.accept(acceptance));
    for (const replay of replays) yield* this.#replay(replay);
    for (const write of runs) if (!write.was.settling) yield* writer.changeRun(write); // before the steps, which go by its lease
    yield* each(steps, (step) => writer.putStep(step));
    const claims = yield* each(asked, (claim) => this.#claim(claim));
    return { accepted, claims, next: yield* writer.next(), ...writer.refused() };
  }

  /** Read in the same transaction, so that no event can join between the claim and the look. */
  *#claim(claim: Claim): Work<ClaimOutcome> {
    const turn = yield* this.#writer.claim(claim);
    if (turn.kind !== "claimed" && turn.kind !== "toCancel") return turn;
    const context = yield* this.#rows.load(claim.runId);
    return context ? { ...turn, context } : { kind: "over" };
  }

  *#replay({ run, steps }: { run: Run; steps: StepRecord[] }): Work<void> {
    yield* this.#locks.share("events");
    if (!(yield* this.#rows.event(run.eventId))) throw deletedMeanwhile(run);
    const { lease } = yield* this.#writer.insertRun(run);
    for (const step of steps) yield* this.#writer.putStep({ step, lease });
  }
}

/** Retention has deleted the event: a run without it would never begin, and never end. */
const deletedMeanwhile = ({ replayOf, id }: Run) => new MillraceError("NOT_FOUND", { details: { what: "run", id: replayOf ?? id } });
