import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { errorCodes, loginRefusals, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { SyncJob, SyncStore } from "#sync/store.ts";
import type { Sync } from "#sync/types.ts";

/** A job as its work sees it. */
export interface JobTools {
  readonly job: SyncJob;
  readonly sync: Sync;
  /** Aborts when the job is paused or ended, or Millrace stops. */
  readonly signal: AbortSignal;
  /** Renews the right to work at it, and looks whether a person paused or ended it. */
  mayGoOn(): Promise<boolean>;
  put(change: Partial<SyncJob>): Promise<void>;
}

export type JobKind = SyncJob["kind"];
/** True: it is done. False: it was stopped, and goes on later where its row says. Throws what keeps it from going on. */
export type JobWork = (tools: JobTools) => Promise<boolean>;

export interface SyncJobParts {
  store: SyncStore;
  works: Partial<Record<JobKind, JobWork>>;
  /** Called once after a job is done. */
  ended(sync: Sync, kind: JobKind): Promise<void>;
  /** A person has to put something right first. True: the job rests until it is resumed; false: it is over. */
  stuck(sync: Sync, kind: JobKind, problem: string): Promise<boolean>;
  clock: Clock;
  log: Pick<Log, "error">;
}

/** Another process goes on with a job whose process has been silent for so long. */
const leaseMs = 30_000;
const sweepMs = 10_000;
const retryMs = minuteMs;

/** Long pieces of work of syncs, each a row: paused, resumed, ended by people, and gone on with after a restart where they stopped. */
export class SyncJobs {
  readonly #parts: SyncJobParts;
  readonly #owner = newId("proc");
  readonly #running = new Map<string, { stop: AbortController; done: Promise<void> }>();
  readonly #closing = new AbortController();

  constructor(parts: SyncJobParts) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier process, or another, left. Until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.goOn().catch((err: unknown) => this.#parts.log.error({ err }, "Unfinished jobs of syncs could not be read"));
      await sleep(this.#parts.clock, sweepMs, signal);
    }
    await this.close();
  }

  /** Goes on with every job that is not over and not paused, unless another process works at it. */
  async goOn(): Promise<void> {
    for (const job of await this.#parts.store.unfinishedJobs()) if (job.state !== "paused") this.#begin(job);
  }

  async start(sync: Sync, kind: JobKind, about: Pick<SyncJob, "state" | "cursor" | "total">): Promise<SyncJob> {
    const now = this.#parts.clock.now();
    const job: SyncJob = {
      id: newId("job", now),
      syncId: sync.id,
      workspaceId: sync.workspaceId,
      kind,
      ...about,
      done: 0,
      failed: 0,
      problem: null,
      startedAt: now,
      finishedAt: null,
    };
    await this.#parts.store.addJob(job);
    this.#begin(job);
    return job;
  }

  async pause(sync: Sync): Promise<void> {
    await this.#stop(sync, (job) => ({ ...job, state: "paused", cursor: { ...job.cursor, paused: job.state } }));
  }

  async resume(sync: Sync): Promise<void> {
    const job = await this.#parts.store.job(sync.id);
    if (job?.state !== "paused") return;
    const { paused, ...cursor } = job.cursor;
    const going: SyncJob = { ...job, cursor, state: paused === "running" ? "running" : "reading" };
    await this.#parts.store.putJob(going);
    this.#begin(going);
  }

  /** Ends the job of a sync. False: there is none that is not over. */
  cancel(sync: Sync): Promise<boolean> {
    return this.#stop(sync, (job) => ({ ...job, state: "cancelled", finishedAt: this.#parts.clock.now() }));
  }

  /** Stops at once; the next start goes on. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #stop(sync: Sync, change: (job: SyncJob) => SyncJob): Promise<boolean> {
    const running = this.#running.get(sync.id);
    running?.stop.abort();
    await running?.done;
    const job = await this.#parts.store.job(sync.id);
    if (!job || isOver(job)) return false;
    await this.#parts.store.putJob(change(job));
    return true;
  }

  #begin(job: SyncJob): void {
    const work = this.#parts.works[job.kind];
    if (!work || this.#closing.signal.aborted || this.#running.has(job.syncId)) return;
    const stop = new AbortController();
    const done = new RunningJob(this.#parts, this.#owner, job, stop.signal)
      .run(work)
      .catch((err: unknown) => this.#parts.log.error({ err, sync: job.syncId }, "A job of a sync stopped"))
      .finally(() => this.#running.delete(job.syncId));
    this.#running.set(job.syncId, { stop, done });
  }
}

const isOver = ({ state }: SyncJob): boolean => state === "done" || state === "failed" || state === "cancelled";

/** A job that this process works at. */
class RunningJob implements JobTools {
  readonly signal: AbortSignal;
  readonly #parts: SyncJobParts;
  readonly #owner: string;
  #job: SyncJob;
  #sync: Sync | null = null;

  constructor(parts: SyncJobParts, owner: string, job: SyncJob, signal: AbortSignal) {
    this.#parts = parts;
    this.#owner = owner;
    this.#job = job;
    this.signal = signal;
  }

  get job(): SyncJob {
    return this.#job;
  }

  get sync(): Sync {
    return this.#sync!;
  }

  async run(work: JobWork): Promise<void> {
    const { store, clock, ended } = this.#parts;
    while (!this.signal.aborted) {
      try {
        this.#sync = await store.byId(this.#job.syncId);
        if (!this.#sync || !(await this.mayGoOn()) || !(await work(this))) return;
        await this.put({ state: "done", problem: null, finishedAt: clock.now() });
        return await ended(this.#sync, this.#job.kind);
      } catch (thrown) {
        if (this.signal.aborted || !(await this.#mayHeal(thrown))) return;
        await sleep(clock, retryMs, this.signal);
      } finally {
        await store.unlock(this.#job.syncId, this.#owner);
      }
    }
  }

  async mayGoOn(): Promise<boolean> {
    const { store, clock } = this.#parts;
    const { id, syncId } = this.#job;
    const now = clock.now();
    if (this.signal.aborted || !(await store.lock(syncId, [`job:${id}`], this.#owner, now, now + leaseMs))) return false;
    const row = await store.job(syncId);
    if (row?.id !== id || row.state === "paused" || isOver(row)) return false;
    this.#job = row;
    return true;
  }

  async put(change: Partial<SyncJob>): Promise<void> {
    this.#job = { ...this.#job, ...change };
    await this.#parts.store.putJob(this.#job);
  }

  /** Whether it is worth trying again. The row says what is wrong. */
  async #mayHeal(thrown: unknown): Promise<boolean> {
    const { code, message } = toMillraceError(thrown);
    if (code === "INTERNAL") this.#parts.log.error({ err: thrown, sync: this.#job.syncId }, "A job of a sync failed");
    const heals = errorCodes[code].retry || loginRefusals.has(code);
    if (heals) await this.put({ problem: message });
    else if (this.#sync && (await this.#parts.stuck(this.#sync, this.#job.kind, message)))
      await this.put({ problem: message, state: "paused", cursor: { ...this.#job.cursor, paused: this.#job.state } });
    else await this.put({ problem: message, state: "failed", finishedAt: this.#parts.clock.now() });
    return heals;
  }
}
