import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { toMillraceError, type MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import type { Caller } from "#outbound/caller.ts";
import type { TagJob, TagJobAccount, TagJobItem, TagStore } from "#storage/tag-store.ts";
import { carriersOf, countCarriers, createTag, deleteTag, listTags, patiently, type TagCaller, writeTags } from "./tag-calls.ts";
import { changeableKind, writtenName, type ChangeableKind } from "./tag-kinds.ts";
import type { TagReader } from "./tag-reader.ts";

export interface TagRunnerParts {
  catalog: Catalog;
  caller: Pick<Caller, "call" | "pages">;
  store: TagStore;
  reader: Pick<TagReader, "readAgain">;
  /** Whether other processes use the store. */
  shared: boolean;
  isHeld(): boolean;
  clock: Clock;
  log: Log;
}

const lookEveryMs = 1_000;
/** Longer than a call may take. A process that crashed holds its job no longer than that. */
const holdMs = 2 * minuteMs;

/** The job was paused or cancelled, or this process stops: what was begun goes on later, or is undone. */
class Interrupted extends Error {}

/** A job that this process executes. */
interface Ongoing {
  job: TagJob;
  kind: ChangeableKind;
  stopping: AbortController;
}

/**
 * Executes the jobs that change tags, one of a workspace at a time. Every carrier is a row that is marked as begun before it is changed and as
 * done after; to put a tag on, or take it off, twice does no harm, so that a job goes on after a crash with what was begun.
 */
export class TagRunner {
  readonly #parts: TagRunnerParts;
  /** By workspace. */
  readonly #ongoing = new Map<string, { over: Promise<void>; stopping: AbortController; id: string }>();
  #cancelTimer = () => {};
  #looking: Promise<void> = Promise.resolve();
  #state: "idle" | "started" | "closed" = "idle";

  constructor(parts: TagRunnerParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    if (this.#state !== "idle") return;
    this.#state = "started";
    if (!this.#parts.shared) await this.#parts.store.releaseAll();
    this.look();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelTimer();
    await this.#looking;
    for (const { stopping } of this.#ongoing.values()) stopping.abort();
    await Promise.all([...this.#ongoing.values()].map(({ over }) => over));
  }

  /** There may be a job to execute. */
  look(): void {
    this.#cancelTimer();
    if (this.#state !== "started") return;
    this.#looking = this.#looking
      .then(() => this.#claim())
      .catch((err: unknown) => this.#parts.log.error({ err }, "Jobs of tags could not be read; they are read again in a moment"));
    void this.#looking.then(() => {
      this.#cancelTimer();
      if (this.#state === "started") this.#cancelTimer = this.#parts.clock.after(lookEveryMs, () => this.look());
    });
  }

  /** A job was paused or cancelled: the call that is under way ends, and no other begins. */
  interrupt(workspaceId: string, id: string): void {
    const ongoing = this.#ongoing.get(workspaceId);
    if (ongoing?.id === id) ongoing.stopping.abort();
  }

  async #claim(): Promise<void> {
    const { store, clock } = this.#parts;
    for (;;) {
      const now = clock.now();
      const mayBegin = this.#state === "started" && !this.#parts.isHeld();
      const job = mayBegin ? await store.claimJob(now, now + holdMs, [...this.#ongoing.keys()]) : null;
      if (!job) return;
      const stopping = new AbortController();
      const over = this.#execute(job, stopping).finally(() => {
        this.#ongoing.delete(job.workspaceId);
        this.look();
      });
      this.#ongoing.set(job.workspaceId, { over, stopping, id: job.id });
    }
  }

  async #execute(job: TagJob, stopping: AbortController): Promise<void> {
    const { store, catalog, clock, log } = this.#parts;
    const { workspaceId, id } = job;
    try {
      const ongoing = { job, kind: changeableKind(catalog, workspaceId, job.kind), stopping };
      await this.#stages(ongoing);
      await this.#readAgain(ongoing);
      const end = { state: "done", problem: null, endedAt: clock.now() } as const;
      await store.changeJob(workspaceId, id, end, ["running"], { what: "done", by: null });
    } catch (thrown) {
      if (stopping.signal.aborted || thrown instanceof Interrupted) return;
      const problem = toMillraceError(thrown).message;
      log.warn({ err: thrown, job: id }, "A change of tags was paused, because it cannot go on by itself");
      await store
        .changeJob(workspaceId, id, { state: "paused", problem }, ["running"], { what: "paused", by: null })
        .catch((err: unknown) => log.error({ err, job: id }, "A change of tags could not be paused; it is tried again"));
    } finally {
      await store.releaseJob(id).catch((err: unknown) => log.error({ err, job: id }, "A job of tags could not be given back"));
    }
  }

  async #stages(ongoing: Ongoing): Promise<void> {
    const { job } = ongoing;
    for (const account of job.accounts) if (!account.collected) await this.#collect(ongoing, account);
    if (job.stage === "collect") await this.#moveTo(ongoing, "apply");
    await this.#apply(ongoing);
    await this.#moveTo(ongoing, "finish");
    for (const account of job.accounts) await this.#finish(ongoing, account);
  }

  /** Which tags the sub-account has, and what carries them. Found again after a crash, nothing is in it twice. */
  async #collect(ongoing: Ongoing, account: TagJobAccount): Promise<void> {
    const { job, kind } = ongoing;
    const of = this.#caller(ongoing, account);
    const present = new Set((await listTags(of, kind)).map(({ name }) => name));
    account.makes = job.target !== null && !present.has(job.target) ? [job.target] : [];
    account.drops = job.names.filter((name) => present.has(name));
    await this.#save(ongoing);
    await this.#addCarriers(ongoing, account);
    account.collected = true;
    await this.#save(ongoing);
  }

  /** Gives how many are new. */
  async #addCarriers(ongoing: Ongoing, account: TagJobAccount): Promise<number> {
    const { job, kind } = ongoing;
    const of = this.#caller(ongoing, account);
    let added = 0;
    for (const name of account.drops)
      await patiently(of, async () => {
        for await (const page of carriersOf(of, kind, name)) {
          await this.#hold(ongoing);
          added += await this.#parts.store.addItems(
            job.id,
            page.flatMap((row) => itemOf(job, kind, account, row)),
          );
        }
      });
    return added;
  }

  async #apply(ongoing: Ongoing): Promise<void> {
    const { job, kind } = ongoing;
    const { store } = this.#parts;
    const atOnce = Math.min(kind.change.add.atOnce, kind.change.remove.atOnce);
    for (;;) {
      await this.#hold(ongoing);
      const items = await store.beginItems(job.id, atOnce);
      const [first] = items;
      if (!first) return;
      const of = this.#caller(ongoing, first);
      const carriers = items.map(({ carrier }) => carrier);
      const failed =
        first.adds.length > 0 ? await writeTags(of, kind, { how: "add", carriers, tags: first.adds }) : new Map<string, string>();
      // What could not be given the new tag keeps the old one.
      const left = carriers.filter((carrier) => !failed.has(carrier));
      if (first.removes.length > 0 && left.length > 0)
        for (const [carrier, why] of await writeTags(of, kind, { how: "remove", carriers: left, tags: first.removes }))
          failed.set(carrier, why);
      await store.endItems(job.id, items, failed);
    }
  }

  /** The tags themselves, once nothing that is to keep them carries them. */
  async #finish(ongoing: Ongoing, account: TagJobAccount): Promise<void> {
    const { job, kind } = ongoing;
    const of = this.#caller(ongoing, account);
    await this.#hold(ongoing);
    const present = new Map((await listTags(of, kind)).map(({ name, tagId }) => [name, tagId]));
    for (const name of account.makes) if (!present.has(name)) await createTag(of, kind, name);
    const isUndo = job.deed === "undo";
    // A record that was given the tag meanwhile is changed as well, so that it can be given back by an undo.
    if (!isUndo && (await this.#addCarriers(ongoing, account)) > 0) await this.#apply(ongoing);
    for (const name of account.drops) {
      const tagId = present.get(name);
      if (tagId === undefined || (isUndo && (await countCarriers(of, kind, name)) > 0)) continue;
      await this.#hold(ongoing);
      await deleteTag(of, kind, { tagId, place: account.place });
    }
  }

  async #readAgain({ job: { workspaceId, accounts, names, target }, kind }: Ongoing): Promise<void> {
    const all = target === null ? names : [...names, target];
    for (const { connectionId } of accounts)
      await this.#parts.reader
        .readAgain(workspaceId, kind, connectionId, all)
        .catch((err: unknown) => this.#parts.log.warn({ err, connectionId }, "Tags could not be read after they were changed"));
  }

  async #moveTo(ongoing: Ongoing, stage: TagJob["stage"]): Promise<void> {
    ongoing.job.stage = stage;
    await this.#parts.store.changeJob(ongoing.job.workspaceId, ongoing.job.id, { stage });
  }

  async #save({ job: { workspaceId, id, accounts } }: Ongoing): Promise<void> {
    await this.#parts.store.changeJob(workspaceId, id, { accounts });
  }

  /** Throws where the job is no longer this process's to execute. */
  async #hold(ongoing: Ongoing): Promise<void> {
    const { store, clock } = this.#parts;
    if (ongoing.stopping.signal.aborted) throw new Interrupted();
    if (!(await store.holdJob(ongoing.job.id, clock.now() + holdMs))) throw new Interrupted();
  }

  #caller(ongoing: Ongoing, { connectionId }: Pick<TagJobAccount, "connectionId">): TagCaller {
    const { caller, clock, store } = this.#parts;
    const { job, stopping } = ongoing;
    const waiting = async (error: MillraceError | null) => {
      await store.changeJob(job.workspaceId, job.id, { problem: error?.message ?? null }, ["running"]);
      await this.#hold(ongoing);
    };
    return {
      caller,
      clock,
      workspaceId: job.workspaceId,
      connectionId,
      by: job.createdBy,
      lane: "backfill",
      signal: stopping.signal,
      waiting,
    };
  }
}

/** What a job does to a record that carries these tags; none where it only looks like one that the job is about. */
function itemOf(
  { names, target }: TagJob,
  { change }: ChangeableKind,
  { connectionId }: TagJobAccount,
  { carrier, tags }: { carrier: string; tags: readonly string[] },
): TagJobItem[] {
  const carried = new Set(tags.map((tag) => writtenName(change, tag)));
  const removes = names.filter((name) => carried.has(name));
  if (removes.length === 0) return [];
  return [{ connectionId, carrier, adds: target === null || carried.has(target) ? [] : [target], removes }];
}
