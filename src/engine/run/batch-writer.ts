import type { Clock } from "#kernel/clock.ts";
import type { Committed, RunStore, Writes } from "../ports/run-store.ts";
import type { QueuedRun } from "../ports/queue.ts";
import { asked, type Batch } from "./batch.ts";
import type { RunsBehind } from "./runs-behind.ts";

/** Runs of which a commit wrote nothing. */
export type Refused = Pick<Committed, "stale" | "toCancel">;

interface Parts {
  store: Pick<RunStore, "commit">;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  behind: RunsBehind;
  /** Called with runs whose turn may have come, once the end of those before them is on the disk. */
  next: (runs: QueuedRun[]) => void;
  /** Called with the runs that a commit refused to write, before anybody who waits for the commit goes on. */
  refused: (runs: Refused) => void;
  /** The store takes nothing at present: nothing of the batch was written. */
  storeRefused: (batch: Batch, error: unknown) => void;
}

/** With so many rows in the last commit, Millrace is under load. */
const busyRows = 16;

/** Writes batches, one at a time, and answers those who wait for them. */
export class BatchWriter {
  readonly #parts: Parts;
  #commits = 0;
  #lastRows = 0;
  #listener: (ms: number, rows: number) => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Whether the last commit had many rows. */
  get isBusy(): boolean {
    return this.#lastRows >= busyRows;
  }

  onCommit(listener: (ms: number, rows: number) => void): void {
    this.#listener = listener;
  }

  async write(batch: Batch): Promise<void> {
    const { clock, storeRefused } = this.#parts;
    const began = clock.monotonic();
    try {
      const accept = asked(batch.waiting).flat();
      const done = await this.#commit({ accept, steps: batch.steps, runs: batch.runs, claims: asked(batch.claims) });
      this.#commits++;
      this.#lastRows = accept.length + batch.steps.length;
      this.#listener(clock.monotonic() - began, this.#lastRows);
      const accepted = done.accepted.values();
      for (const w of batch.waiting) w.resolve(w.asked.map(() => accepted.next().value!));
      batch.claims.forEach((w, i) => w.resolve(done.claims[i]!));
      this.#written(batch);
    } catch (error) {
      if (isStoreFault(error)) storeRefused(batch, error);
      else await this.#salvage(batch, error);
    }
  }

  async #commit(writes: Writes): Promise<Committed> {
    const { store, next, refused } = this.#parts;
    const done = await store.commit(writes);
    if (done.next.length) next(done.next);
    if (done.stale.length > 0 || done.toCancel.length > 0) refused(done);
    return done;
  }

  /** One row that cannot be written must not hold up the others: each is tried alone, and the one at fault is left out and logged. */
  async #salvage(batch: Batch, cause: unknown): Promise<void> {
    const { log } = this.#parts;
    log("A commit could not be written as a whole; its rows are tried one by one", cause);
    for (const w of batch.waiting) await this.#alone({ accept: [...w.asked] }).then(({ accepted }) => w.resolve(accepted), w.reject);
    for (const write of batch.steps)
      await this.#alone({ steps: [write] }).catch((e: unknown) =>
        log(`The result of step ${write.step.runId}/${write.step.path} could not be written`, e),
      );
    for (const run of batch.runs)
      await this.#alone({ runs: [run] }).catch((e: unknown) => log(`The state of run ${run.was.id} could not be written`, e));
    for (const w of batch.claims) await this.#alone({ claims: [w.asked] }).then(({ claims }) => w.resolve(claims[0]!), w.reject);
    this.#written(batch);
  }

  #alone(part: Partial<Writes>): Promise<Committed> {
    return this.#commit({ accept: [], steps: [], runs: [], ...part });
  }

  #written(batch: Batch): void {
    for (const { was } of batch.runs) this.#parts.behind.remove(was.id);
    for (const done of batch.written) done();
  }
}

/** Whether the disk or the server is at fault (full, read-only, busy, broken, gone), not a row that cannot be encoded. */
function isStoreFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const code = (error as { code?: unknown }).code;
  return !(typeof code === "string" && /^(SQLITE_CONSTRAINT|SQLITE_TOOBIG|SQLITE_MISMATCH|22|23|54)/.test(code));
}
