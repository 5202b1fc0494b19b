import type { Clock } from "#kernel/clock.ts";
import type { MillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { RunChange } from "../api.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { StepCaller } from "../ports/caller.ts";
import type { ExecutionMarks } from "../ports/execution-marks.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { Syncs } from "../ports/syncs.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { TriggerFacts } from "../triggers/trigger-facts.ts";
import { createJournal, type Journal } from "./journal.ts";
import { Ownership } from "./ownership.ts";
import type { RunnerParts } from "./parts.ts";
import { Places } from "./places.ts";
import { RunControl } from "./run-control.ts";
import type { RunChanges } from "./run-changes.ts";
import { StateGuard } from "./states.ts";
import { createSuspects, noMarks, type Suspects } from "./suspects.ts";
import { createWorker, type Worker } from "./worker.ts";

interface Parts {
  store: RunStore;
  queue: RunQueue;
  flows: FlowRegistry;
  caller: StepCaller;
  messages: RunnerParts["messages"];
  scripts: Scripts;
  syncs: Syncs | undefined;
  facts: TriggerFacts;
  changes: RunChanges;
  /** Called when the worker has written the state of a run. */
  written: (change: RunChange) => void;
  /** Another process has ended: what it owned can be claimed. */
  ownerGone: () => Promise<void>;
  /** Calls in flight at a time. */
  calls: number;
  marks: ExecutionMarks | undefined;
  alone: boolean;
  illegalMove: ((error: MillraceError) => void) | undefined;
  clock: Clock;
  pace: Pace;
  random: () => number;
  log: (message: string, error: unknown) => void;
}

/** What the runs of all calls in flight may hold together. */
const heldBytes = 16 * 1024 * 1024;
/** Passes without a call that one flow may execute at a time, beside its calls. */
const sparePasses = 8;

/** Everything that executes runs: the worker, the journal of its writes, its leases, and the control that people have over it. */
export class Execution {
  readonly journal: Journal;
  readonly worker: Worker;
  readonly suspects: Suspects;
  readonly ownership: Ownership;
  readonly control: RunControl;
  readonly #parts: Parts;
  readonly #places: Places;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { store, queue, clock, log, calls, marks = noMarks } = parts;
    const guard = new StateGuard(
      parts.illegalMove ?? ((error) => log("A run was about to make an illegal move, which was refused", error)),
    );
    this.#places = new Places({ calls, share: shareOf(calls), bytes: heldBytes });
    this.journal = this.#openJournal(guard);
    this.suspects = createSuspects({ store, journal: this.journal, queue, marks, clock, log });
    this.worker = this.#openWorker(marks);
    this.control = this.#openControl(guard);
    this.ownership = this.#openOwnership();
  }

  /** Starts the workers. Beside the calls there is always room for passes that make none. */
  work(): void {
    const { queue, calls } = this.#parts;
    queue.work((id) => this.worker.handle(id), {
      atOnce: calls + 2 * sparePasses,
      perGroup: shareOf(calls) + sparePasses,
      admit: this.#places.take.bind(this.#places),
    });
  }

  #openJournal(guard: StateGuard): Journal {
    const { store, clock, log, queue } = this.#parts;
    return createJournal({
      store,
      clock,
      log,
      next: (runs) => queue.add(runs),
      allows: (write) => guard.allows(write),
      refused: ({ stale, toCancel }) => {
        this.worker.lose(stale);
        this.control.cancelAsked(toCancel.map((id) => ({ id })));
      },
    });
  }

  #openWorker(marks: ExecutionMarks): Worker {
    const { store, queue, flows, caller, messages, scripts, syncs, facts, clock, pace, random, log, written } = this.#parts;
    return createWorker({
      store,
      queue,
      flows,
      caller,
      messages,
      scripts,
      syncs,
      clock,
      pace,
      random,
      log,
      marks,
      suspects: this.suspects,
      journal: this.journal,
      places: this.#places,
      isOwner: () => this.ownership.isCurrent(),
      changeFacts: facts.changeFacts,
      changed: written,
    });
  }

  #openControl(guard: StateGuard): RunControl {
    const { store, queue, flows, clock, pace, log, changes } = this.#parts;
    const { journal, worker } = this;
    return new RunControl({ store, queue, flows, clock, pace, log, guard, journal, worker, changed: changes.tell });
  }

  #openOwnership(): Ownership {
    const { store, clock, log, alone, ownerGone } = this.#parts;
    return new Ownership({
      store,
      clock,
      log,
      alone,
      executing: (longerThanMs) => this.worker.executing(longerThanMs),
      lost: (runIds) => this.worker.lose(runIds),
      cancel: (runs) => this.control.cancelAsked(runs),
      lapsed: () => this.worker.forget(),
      ownerGone,
    });
  }
}

/** A flow, or a host, has a quarter of the calls at most. */
const shareOf = (calls: number): number => Math.ceil(calls / 4);
