import type { RunPeople } from "#engine/types/people.ts";
import type { PersonKey } from "#kernel/person-key.ts";
import type { Db } from "./database.ts";
import type { LeaseWriter } from "./leases.ts";
import { Locks } from "./locks.ts";
import { packPeople, unpackPeople, type runChange } from "./rows.ts";
import type { Work } from "./work.ts";
import type { WriterStatements } from "./writer-statements.ts";

/** The new columns of a run. */
export type RunChange = ReturnType<typeof runChange> & { people?: string };

/** Keys of one run. A burst of ten thousand events is one run too; a search finds it by the first people in it. */
const mostKeys = 200;

/** Writes the people of stored runs. Every method is part of a transaction of the hot path. */
export class PeopleWriter {
  readonly #statements: WriterStatements;
  readonly #leases: LeaseWriter;
  readonly #locks: Locks;
  /** Read once in a transaction; null until then. */
  #sortedUpTo: number | null = null;

  constructor(db: Db, statements: WriterStatements, leases: LeaseWriter) {
    this.#statements = statements;
    this.#leases = leases;
    this.#locks = new Locks(db);
  }

  /** Changes a run, its people too, if it still is what the change expects. */
  *change(change: RunChange, people: readonly PersonKey[]): Work<boolean> {
    yield* this.#leases.inOrder();
    change.people = packPeople(people);
    const row = yield* this.#statements.changeRunAndPeople.get<{ seq: number }>(change);
    if (row) yield* this.#sortInAgain(row.seq, change.id);
    return row !== undefined;
  }

  /** Adds keys to a run's people. */
  *add({ runId: id, keys }: RunPeople): Work<void> {
    yield* this.#leases.inOrder();
    const row = keys.length ? yield* this.#statements.people.get<{ seq: number; people: string | null }>({ id }) : undefined;
    if (!row) return;
    const present = row.people === null ? [] : unpackPeople(row.people);
    const fresh = keys.filter((key) => !present.some((one) => one.kind === key.kind && one.key === key.key));
    if (fresh.length === 0 || present.length >= mostKeys) return;
    yield* this.#statements.putPeople.run({ id, people: packPeople([...present, ...fresh]) });
    yield* this.#sortInAgain(row.seq, id);
  }

  forget(): void {
    this.#sortedUpTo = null;
  }

  /** Sorts a run in again if the index of people is past it already; it will come to any other by itself. */
  *#sortInAgain(seq: number, id: string): Work<void> {
    if (this.#sortedUpTo === null) {
      yield* this.#locks.share("people");
      this.#sortedUpTo = (yield* this.#statements.sortedUpTo.get<{ up_to: number }>({}))!.up_to;
    }
    if (seq <= this.#sortedUpTo) yield* this.#statements.peopleDue.run({ run_id: id });
  }
}
