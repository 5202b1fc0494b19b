import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { eventSize } from "./remembered.ts";
import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { Claim, ClaimOutcome, Committed, RunStore, Writes } from "../ports/run-store.ts";
import type { QueuedRun } from "../ports/queue.ts";
import type { RunWrite } from "../types/runs.ts";
import type { StepWrite } from "../types/steps.ts";

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

/** Runs of which a commit wrote nothing. */
export type Refused = Pick<Committed, "stale" | "toCancel">;

interface Waiting<T, R> {
  asked: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** What the next commit will hold. */
interface Batch {
  waiting: Waiting<readonly Acceptance[], AcceptedRuns[]>[];
  claims: Waiting<Claim, ClaimOutcome>[];
  steps: StepWrite[];
  runs: RunWrite[];
  /** Called once the batch is on the disk. */
  written: (() => void)[];
}
const emptyBatch = (): Batch => ({ waiting: [], claims: [], steps: [], runs: [], written: [] });
const isEmpty = (b: Batch) => !isPressing(b) && b.steps.length === 0 && b.runs.length === 0;
/** Whether somebody waits for it to be written. */
const isPressing = (b: Batch) => b.waiting.length > 0 || b.claims.length > 0 || b.written.length > 0;

const groupMs = 2;
/** Under load a commit waits for more rows: half as many syncs, and a hook is still answered within 10 ms. Measured: a seventh more events a second. */
const busyGroupMs = 4;
const busyRows = 16;
/** Steps and changes of runs may wait longer to be written together: no request waits for them. */
const notesMs = 10;
const groupLimit = 500;
const retryMs = 1000;
/** Events waiting to be written; more are rejected until some are written. */
const acceptLimit = 20_000;
/** Bytes of these events; each is in memory as text and parsed. */
const acceptBytes = 32 * 1024 * 1024;
/** Bytes of the large events in one commit; a larger one goes alone. */
const commitBytes = 1024 * 1024;
/** A smaller event is not worth weighing. */
const lightEvent = 64 * 1024;

export function createJournal({
  store,
  clock,
  log,
  next = () => {},
  refused: onRefused = () => {},
  allows = () => true,
}: {
  store: RunStore;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  /** Called with runs whose turn may have come, once the end of those before them is on the disk. */
  next?: (runs: QueuedRun[]) => void;
  /** Called with the runs that a commit refused to write, before anybody who waits for the commit goes on. */
  refused?: (runs: Refused) => void;
  /** Whether a change of a run may be written at all. */
  allows?: (write: RunWrite) => boolean;
}): Journal {
  let open = emptyBatch();
  /** Cancels the commit that comes soon; null where none does. */
  let cancel: (() => void) | null = null;
  let comesShortly = false;
  let writing: Promise<void> | null = null;
  let refused = false;
  let closed = false;
  let commits = 0;
  let lastRows = 0;
  let listener: (ms: number, rows: number) => void = () => {};
  /** How many changes of a run are not on the disk yet. */
  const behind = new Map<string, number>();
  const caughtUp = ({ was: { id } }: RunWrite) => {
    const left = (behind.get(id) ?? 1) - 1;
    if (left > 0) behind.set(id, left);
    else behind.delete(id);
  };

  function schedule(short: boolean): void {
    if (writing || refused || (cancel && (comesShortly || !short))) return;
    cancel?.();
    comesShortly = short;
    cancel = clock.soon(short ? (lastRows >= busyRows ? busyGroupMs : groupMs) : notesMs, flush);
  }

  function flush(): void {
    cancel?.();
    cancel = null;
    if (writing || isEmpty(open)) return;
    const batch = open;
    open = emptyBatch();
    // Large events go to the disk a few at a time, and after the small ones: a commit of many would keep everybody else waiting.
    [batch.waiting, open.waiting] = lightFirst(batch.waiting);
    writing = write(batch).finally(() => {
      writing = null;
      if (!isEmpty(open)) schedule(isPressing(open));
    });
  }

  async function commit(writes: Writes): Promise<Committed> {
    const done = await store.commit(writes);
    if (done.next.length) next(done.next);
    if (done.stale.length > 0 || done.toCancel.length > 0) onRefused(done);
    return done;
  }

  async function write(batch: Batch): Promise<void> {
    const began = clock.monotonic();
    try {
      const accept = asked(batch.waiting).flat();
      const done = await commit({ accept, steps: batch.steps, runs: batch.runs, claims: asked(batch.claims) });
      commits++;
      lastRows = accept.length + batch.steps.length;
      listener(clock.monotonic() - began, lastRows);
      const accepted = done.accepted.values();
      for (const w of batch.waiting) w.resolve(w.asked.map(() => accepted.next().value!));
      batch.claims.forEach((w, i) => w.resolve(done.claims[i]!));
      batch.runs.forEach(caughtUp);
      for (const done of batch.written) done();
    } catch (error) {
      if (isStoreFault(error)) refuse(batch, error);
      else await salvage(batch, error);
    }
  }

  /** New events are rejected immediately; step results are kept and retried, because they cannot be reproduced. */
  function refuse(batch: Batch, error: unknown): void {
    log("The store refused a commit; nothing new is accepted until it takes one", error);
    for (const w of [...batch.waiting, ...open.waiting, ...batch.claims, ...open.claims])
      w.reject(unavailable(error instanceof Error ? error.message : String(error), error));
    open = {
      waiting: [],
      claims: [],
      steps: batch.steps.concat(open.steps),
      runs: batch.runs.concat(open.runs),
      written: batch.written.concat(open.written),
    };
    refused = true;
    clock.after(retryMs, () => {
      refused = false;
      flush();
    });
  }

  /** One row that cannot be written must not hold up the others: each is tried alone, and the one at fault is left out and logged. */
  async function salvage(batch: Batch, cause: unknown): Promise<void> {
    log("A commit could not be written as a whole; its rows are tried one by one", cause);
    const alone = async (part: Partial<Writes>) => commit({ accept: [], steps: [], runs: [], ...part });
    for (const w of batch.waiting) await alone({ accept: [...w.asked] }).then(({ accepted }) => w.resolve(accepted), w.reject);
    for (const write of batch.steps)
      await alone({ steps: [write] }).catch((e: unknown) =>
        log(`The result of step ${write.step.runId}/${write.step.path} could not be written`, e),
      );
    for (const run of batch.runs)
      await alone({ runs: [run] }).catch((e: unknown) => log(`The state of run ${run.was.id} could not be written`, e));
    for (const w of batch.claims) await alone({ claims: [w.asked] }).then(({ claims }) => w.resolve(claims[0]!), w.reject);
    batch.runs.forEach(caughtUp);
    for (const done of batch.written) done();
  }

  /** Bytes of events on their way to the disk. */
  let held = 0;

  /** The events of one delivery share their text, so one is measured. The first is accepted however large it is. */
  async function accepted(acceptances: readonly Acceptance[]): Promise<AcceptedRuns[]> {
    const bytes = acceptances[0] ? eventSize(acceptances[0].event) : 0;
    if (held > 0 && held + bytes > acceptBytes) throw unavailable("too many events are waiting to be written");
    held += bytes;
    try {
      return await ask((batch) => batch.waiting, acceptances);
    } finally {
      held -= bytes;
    }
  }

  /** Adds a question to the next commit; rejects at once while the store refuses or Millrace stops. */
  function ask<T, R>(to: (batch: Batch) => Waiting<T, R>[], question: T): Promise<R> {
    if (refused) return Promise.reject(unavailable("it refused the last write"));
    if (closed) return Promise.reject(unavailable("Millrace is stopping"));
    if (to(open).length >= acceptLimit) return Promise.reject(unavailable("too many events are waiting to be written"));
    return new Promise((resolve, reject) => {
      to(open).push({ asked: question, resolve, reject });
      if (to(open).length >= groupLimit) flush();
      else schedule(true);
    });
  }

  return {
    accept: async (acceptance) => (await accepted([acceptance]))[0]!,
    acceptAll: accepted,
    claim: (claim) => ask((batch) => batch.claims, claim),
    note(step, run) {
      if (step) open.steps.push(step);
      if (run && allows(run)) {
        open.runs.push(run);
        behind.set(run.was.id, (behind.get(run.was.id) ?? 0) + 1);
      }
      if (open.steps.length >= groupLimit && !refused) flush();
      else schedule(false);
    },
    durable(step) {
      return new Promise((resolve) => {
        if (step) open.steps.push(step);
        open.written.push(resolve);
        schedule(true);
      });
    },
    isBehind: (runId) => behind.has(runId),
    healthy: () => !refused,
    commits: () => commits,
    onCommit: (fn) => (listener = fn),
    async close(graceMs) {
      closed = true;
      const deadline = clock.now() + graceMs;
      while (clock.now() < deadline && (writing || !isEmpty(open))) {
        if (writing) await writing;
        else if (refused) await sleep(clock, retryMs / 4);
        else flush();
      }
      cancel?.();
    },
  };
}

/** Splits events into those of this commit and those of the next: in the order in which they came, but large ones only up to a bound. */
function lightFirst(waiting: Batch["waiting"]): [now: Batch["waiting"], later: Batch["waiting"]] {
  let room = commitBytes;
  const later: Batch["waiting"] = [];
  const now = waiting.filter((each) => {
    const bytes = each.asked[0] ? eventSize(each.asked[0].event) : 0;
    const fits = bytes < lightEvent || room === commitBytes || bytes <= room;
    if (!fits) later.push(each);
    else if (bytes >= lightEvent) room -= bytes;
    return fits;
  });
  return [now, later];
}

const asked = <T>(waiting: Waiting<T, never>[]): T[] => waiting.map((w) => w.asked);

/** Whether the disk or the server is at fault (full, read-only, busy, broken, gone), not a row that cannot be encoded. */
function isStoreFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const code = (error as { code?: unknown }).code;
  return !(typeof code === "string" && /^(SQLITE_CONSTRAINT|SQLITE_TOOBIG|SQLITE_MISMATCH|22|23|54)/.test(code));
}

const unavailable = (problem: string, cause?: unknown) =>
  new MillraceError("STORE_UNAVAILABLE", { cause, details: { problem, seconds: 10 } });
