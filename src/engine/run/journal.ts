import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { Claim, ClaimOutcome, RunStore } from "../ports/run-store.ts";
import type { QueuedRun } from "../ports/queue.ts";
import type { RunWrite } from "../types/runs.ts";
import type { StepWrite } from "../types/steps.ts";
import { emptyBatch, isEmpty, isPressing, lightFirst, notesOf, type Batch, type Waiting } from "./batch.ts";
import { BatchWriter, type Refused } from "./batch-writer.ts";
import { eventSize } from "./remembered.ts";
import { RunsBehind } from "./runs-behind.ts";

/**
 * Gathers the writes of a couple of milliseconds into one commit. They reach the disk in the order in which they were made, so what is
 * durable is always a prefix of what happened: a step's result never depends on one that was lost.
 */
export interface Journal {
  /** Resolves when the event is on the disk. Rejects with STORE_UNAVAILABLE; nothing was kept then. */
  accept(acceptance: Acceptance): Promise<AcceptedRuns>;
  /** Several events in one commit: all of them are on the disk when it resolves, or none is. */
  acceptAll(acceptances: readonly Acceptance[]): Promise<AcceptedRuns[]>;
  /** Resolves when it is decided and on the disk. Rejects with STORE_UNAVAILABLE; nothing was decided then. */
  claim(claim: Claim): Promise<ClaimOutcome>;
  /** Notes a step or a run's change; written with the next commit, and kept until the store takes it. */
  note(step: StepWrite | null, run?: RunWrite): void;
  /** Resolves once the step, and all that was noted before it, is on the disk. Waits out a store that refuses. */
  durable(step: StepWrite | null): Promise<void>;
  /** Whether a change of this run is noted and not yet on the disk: its row is behind. */
  isBehind(runId: string): boolean;
  /** False while the store refuses. */
  healthy(): boolean;
  commits(): number;
  /** Milliseconds and rows of each commit, for the metrics. */
  onCommit(listener: (ms: number, rows: number) => void): void;
  /** Accepts nothing more, and resolves when everything noted is written (or `graceMs` is over). */
  close(graceMs: number): Promise<void>;
}

interface Parts {
  store: RunStore;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  /** Called with runs whose turn may have come, once the end of those before them is on the disk. */
  next?: (runs: QueuedRun[]) => void;
  /** Called with the runs that a commit refused to write, before anybody who waits for the commit goes on. */
  refused?: (runs: Refused) => void;
  /** Whether a change of a run may be written at all. */
  allows?: (write: RunWrite) => boolean;
}

const groupMs = 2;
/** Under load a commit waits for more rows: half as many syncs, and a hook is still answered within 10 ms. Measured: a seventh more events a second. */
const busyGroupMs = 4;
/** Steps and changes of runs may wait longer to be written together: no request waits for them. */
const notesMs = 10;
const groupLimit = 500;
const retryMs = 1000;
/** Events waiting to be written; more are rejected until some are written. */
const acceptLimit = 20_000;
/** Bytes of these events; each is in memory as text and parsed. */
const acceptBytes = 32 * 1024 * 1024;

const eventsOf = (batch: Batch) => batch.waiting;
const claimsOf = (batch: Batch) => batch.claims;

export const createJournal = (parts: Parts): Journal => new GroupJournal(parts);

class GroupJournal implements Journal {
  readonly #clock: Clock;
  readonly #log: Parts["log"];
  readonly #allows: (write: RunWrite) => boolean;
  readonly #behind = new RunsBehind();
  readonly #writer: BatchWriter;
  #open = emptyBatch();
  /** Cancels the commit that comes soon; null where none does. */
  #cancel: (() => void) | null = null;
  #comesShortly = false;
  #writing: Promise<void> | null = null;
  #refused = false;
  #closed = false;
  /** Bytes of events on their way to the disk. */
  #held = 0;

  constructor({ store, clock, log, next = () => {}, refused = () => {}, allows = () => true }: Parts) {
    this.#clock = clock;
    this.#log = log;
    this.#allows = allows;
    const storeRefused = (batch: Batch, error: unknown) => this.#refuse(batch, error);
    this.#writer = new BatchWriter({ store, clock, log, behind: this.#behind, next, refused, storeRefused });
  }

  readonly accept = async (acceptance: Acceptance): Promise<AcceptedRuns> => (await this.acceptAll([acceptance]))[0]!;

  /** The events of one delivery share their text, so one is measured. The first is accepted however large it is. */
  readonly acceptAll = async (acceptances: readonly Acceptance[]): Promise<AcceptedRuns[]> => {
    const bytes = acceptances[0] ? eventSize(acceptances[0].event) : 0;
    if (this.#held > 0 && this.#held + bytes > acceptBytes) throw unavailable("too many events are waiting to be written");
    this.#held += bytes;
    try {
      return await this.#ask(eventsOf, acceptances);
    } finally {
      this.#held -= bytes;
    }
  };

  claim(claim: Claim): Promise<ClaimOutcome> {
    return this.#ask(claimsOf, claim);
  }

  note(step: StepWrite | null, run?: RunWrite): void {
    if (step) this.#open.steps.push(step);
    if (run && this.#allows(run)) {
      this.#open.runs.push(run);
      this.#behind.add(run.was.id);
    }
    if (this.#open.steps.length >= groupLimit && !this.#refused) this.#flush();
    else this.#schedule(false);
  }

  durable(step: StepWrite | null): Promise<void> {
    return new Promise((resolve) => {
      if (step) this.#open.steps.push(step);
      this.#open.written.push(resolve);
      this.#schedule(true);
    });
  }

  readonly isBehind = this.#behind.has;

  healthy(): boolean {
    return !this.#refused;
  }

  commits(): number {
    return this.#writer.commits;
  }

  onCommit(listener: (ms: number, rows: number) => void): void {
    this.#writer.onCommit(listener);
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    const deadline = this.#clock.now() + graceMs;
    while (this.#clock.now() < deadline && (this.#writing || !isEmpty(this.#open))) {
      if (this.#writing) await this.#writing;
      else if (this.#refused) await sleep(this.#clock, retryMs / 4);
      else this.#flush();
    }
    this.#cancel?.();
  }

  /** Adds a question to the next commit; rejects at once while the store refuses or Millrace stops. */
  #ask<T, R>(to: (batch: Batch) => Waiting<T, R>[], question: T): Promise<R> {
    if (this.#refused) return Promise.reject(unavailable("it refused the last write"));
    if (this.#closed) return Promise.reject(unavailable("Millrace is stopping"));
    if (to(this.#open).length >= acceptLimit) return Promise.reject(unavailable("too many events are waiting to be written"));
    return new Promise((resolve, reject) => {
      to(this.#open).push({ asked: question, resolve, reject });
      if (to(this.#open).length >= groupLimit) this.#flush();
      else this.#schedule(true);
    });
  }

  #schedule(short: boolean): void {
    if (this.#writing || this.#refused || (this.#cancel && (this.#comesShortly || !short))) return;
    this.#cancel?.();
    this.#comesShortly = short;
    this.#cancel = this.#clock.soon(short ? (this.#writer.isBusy ? busyGroupMs : groupMs) : notesMs, this.#flush);
  }

  readonly #flush = (): void => {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#writing || isEmpty(this.#open)) return;
    const batch = this.#open;
    this.#open = emptyBatch();
    // Large events go to the disk a few at a time, and after the small ones: a commit of many would keep everybody else waiting.
    [batch.waiting, this.#open.waiting] = lightFirst(batch.waiting);
    this.#writing = this.#writer.write(batch).finally(() => {
      this.#writing = null;
      if (!isEmpty(this.#open)) this.#schedule(isPressing(this.#open));
    });
  };

  /** New events are rejected immediately; step results are kept and retried, because they cannot be reproduced. */
  #refuse(batch: Batch, error: unknown): void {
    this.#log("The store refused a commit; nothing new is accepted until it takes one", error);
    const open = this.#open;
    for (const w of [...batch.waiting, ...open.waiting, ...batch.claims, ...open.claims])
      w.reject(unavailable(error instanceof Error ? error.message : String(error), error));
    this.#open = notesOf(batch, open);
    this.#refused = true;
    this.#clock.after(retryMs, () => {
      this.#refused = false;
      this.#flush();
    });
  }
}

const unavailable = (problem: string, cause?: unknown) =>
  new MillraceError("STORE_UNAVAILABLE", { cause, details: { problem, seconds: 10 } });
