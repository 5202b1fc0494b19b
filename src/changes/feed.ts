import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { Change, ChangeKind, ChangeStore } from "./types.ts";

export interface ChangeFeedParts {
  store: Pick<ChangeStore, "after" | "newest">;
  /** The name of this process. */
  process: string;
  /** Whether other processes write to the same store. If none does, it is never asked. */
  shared: boolean;
  clock: Clock;
  log: Log;
}

/** Called with each change. A rejected promise has the change delivered again. */
export type ChangeListener = (change: Change) => void | Promise<void>;

interface Follower {
  kinds: ReadonlySet<ChangeKind>;
  othersOnly: boolean;
  listener: ChangeListener;
}

const pollMs = 500;
const pageSize = 500;

/**
 * Delivers changes to the parts of this process: its own at once, those of other processes within a second. A change that a follower fails to
 * handle is delivered again, so none is lost and followers have to be idempotent.
 */
export class ChangeFeed {
  readonly #parts: ChangeFeedParts;
  readonly #followers: Follower[] = [];
  /** The newest change of others that every follower has handled. */
  #after: number;
  #cancelTimer = () => {};
  #looking: Promise<void> = Promise.resolve();
  #closed = false;
  #failing = false;

  private constructor(parts: ChangeFeedParts, after: number) {
    this.#parts = parts;
    this.#after = after;
  }

  /** Opened before anything is read into memory, so that no change falls in between. */
  static async open(parts: ChangeFeedParts): Promise<ChangeFeed> {
    return new ChangeFeed(parts, parts.shared ? await parts.store.newest() : 0);
  }

  /** Follows the changes of all processes. */
  follow(kinds: readonly ChangeKind[], listener: ChangeListener): void {
    this.#followers.push({ kinds: new Set(kinds), othersOnly: false, listener });
  }

  /** Follows only the changes of other processes, for a part that handles its own when it makes them. */
  followOthers(kinds: readonly ChangeKind[], listener: ChangeListener): void {
    this.#followers.push({ kinds: new Set(kinds), othersOnly: true, listener });
  }

  /** Delivers what this process has just committed. */
  readonly committed = (changes: readonly Change[]): void => {
    for (const change of changes) void this.#deliver(change).catch(this.#report);
  };

  /** Starts to poll for changes of others, if the store is shared. */
  start(): void {
    if (this.#parts.shared && !this.#closed) this.#cancelTimer = this.#parts.clock.after(pollMs, () => void this.#poll());
  }

  /** Reads new changes now. Resolves when every follower has handled them. */
  async look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#readOn());
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await this.#looking;
  }

  async #poll(): Promise<void> {
    await this.look();
    this.start();
  }

  async #readOn(): Promise<void> {
    try {
      for (let isMore = true; isMore && !this.#closed;) isMore = await this.#readPage();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#report(error);
      this.#failing = true;
    }
  }

  async #readPage(): Promise<boolean> {
    const page = await this.#parts.store.after(this.#after, pageSize);
    for (const change of page) {
      if (change.process !== this.#parts.process) await this.#deliver(change);
      this.#after = change.seq;
    }
    return page.length === pageSize;
  }

  async #deliver(change: Change): Promise<void> {
    const isOwn = change.process === this.#parts.process;
    const concerned = this.#followers.filter(({ kinds, othersOnly }) => kinds.has(change.kind) && !(isOwn && othersOnly));
    await Promise.all(concerned.map(async ({ listener }) => listener(change)));
  }

  readonly #report = (err: unknown): void =>
    this.#parts.log.error(
      { err },
      "A change by another process could not be applied; until it is, this process may act on old data. It is tried again shortly",
    );
}
