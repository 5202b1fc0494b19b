import type { ChangeFeed } from "#changes/feed.ts";
import type { Change, ChangeStore } from "#changes/types.ts";
import type { Engine, RunChange } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { RunStream } from "./run-stream.ts";

export interface RunRelayParts {
  feed: Pick<ChangeFeed, "followOthers">;
  changes: Pick<ChangeStore, "add">;
  engine: Pick<Engine, "onChange">;
  runStream: RunStream;
  workspaceId: string;
  clock: Clock;
  log: Log;
}

/** How often a process with open pages says so; the others stop telling it about runs after the second time. */
const repeatMs = 10_000;
const validMs = 25_000;
/** Runs are gathered this long for one row. */
const gatherMs = 500;
const mostInRow = 500;

type Moved = Omit<RunChange, "workspaceId">;

/**
 * Brings the progress of runs to pages that another process serves. Runs are many and pages are few, so nothing is written while nobody
 * looks, and never in the commits of the runs: what a page misses, it sees when it next reads.
 */
export class RunRelay {
  readonly #parts: RunRelayParts;
  #followedUntil = -Infinity;
  #gathered = new Map<string, Moved>();
  #cancelWrite: (() => void) | null = null;
  #cancelRepeat: (() => void) | null = null;
  #closed = false;

  constructor(parts: RunRelayParts) {
    this.#parts = parts;
    const { feed, engine, runStream, clock } = parts;
    runStream.onJoin(() => this.#sayFollowing());
    engine.onChange((change) => this.#moved(change));
    feed.followOthers(["page"], () => void (this.#followedUntil = clock.now() + validMs));
    feed.followOthers(["runs"], (change) => this.#show(change));
  }

  close(): void {
    this.#closed = true;
    this.#cancelWrite?.();
    this.#cancelRepeat?.();
  }

  /** Says that pages of this process are open, for as long as they are. */
  #sayFollowing(): void {
    const { runStream, clock } = this.#parts;
    if (this.#closed || this.#cancelRepeat || runStream.listeners() === 0) return;
    this.#add("page", null);
    this.#cancelRepeat = clock.after(repeatMs, () => {
      this.#cancelRepeat = null;
      this.#sayFollowing();
    });
  }

  #moved({ id, flowId, state }: RunChange): void {
    const { clock } = this.#parts;
    if (this.#closed || clock.now() >= this.#followedUntil) return;
    this.#gathered.set(id, { id, flowId, state });
    this.#cancelWrite ??= clock.after(gatherMs, () => this.#write());
  }

  #write(): void {
    this.#cancelWrite = null;
    const moved = [...this.#gathered.values()];
    this.#gathered = new Map();
    for (let at = 0; at < moved.length; at += mostInRow) this.#add("runs", moved.slice(at, at + mostInRow));
  }

  #show({ workspaceId, detail }: Change): void {
    for (const moved of detail as unknown as Moved[]) this.#parts.runStream.changed({ ...moved, workspaceId });
  }

  #add(kind: "page" | "runs", moved: Moved[] | null): void {
    const { changes, workspaceId, log } = this.#parts;
    const detail = moved?.map((run) => ({ ...run })) ?? null;
    changes
      .add([{ workspaceId, kind, id: "", what: null, detail }])
      .catch((err: unknown) =>
        log.error({ err }, "Live pages of other processes could not be told of runs; they see them when they next read"),
      );
  }
}
