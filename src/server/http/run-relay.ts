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
  /** By workspace, until when pages of other processes follow its runs. */
  readonly #followedUntil = new Map<string, number>();
  #gathered = new Map<string, RunChange>();
  #cancelWrite: (() => void) | null = null;
  readonly #repeating = new Map<string, () => void>();
  #closed = false;

  constructor(parts: RunRelayParts) {
    this.#parts = parts;
    const { feed, engine, runStream, clock } = parts;
    runStream.onJoin((workspaceId) => this.#sayFollowing(workspaceId));
    engine.onChange((change) => this.#moved(change));
    feed.followOthers(["page"], ({ workspaceId }) => void this.#followedUntil.set(workspaceId, clock.now() + validMs));
    feed.followOthers(["runs"], (change) => this.#show(change));
  }

  close(): void {
    this.#closed = true;
    this.#cancelWrite?.();
    for (const cancel of this.#repeating.values()) cancel();
  }

  /** Says that pages of this process are open, for as long as they are. */
  #sayFollowing(workspaceId: string): void {
    const { runStream, clock } = this.#parts;
    if (this.#closed || this.#repeating.has(workspaceId) || runStream.listeners(workspaceId) === 0) return;
    this.#add(workspaceId, "page", null);
    const again = () => {
      this.#repeating.delete(workspaceId);
      this.#sayFollowing(workspaceId);
    };
    this.#repeating.set(workspaceId, clock.after(repeatMs, again));
  }

  #moved(change: RunChange): void {
    const { clock } = this.#parts;
    if (this.#closed || clock.now() >= (this.#followedUntil.get(change.workspaceId) ?? 0)) return;
    this.#gathered.set(change.id, change);
    this.#cancelWrite ??= clock.after(gatherMs, () => this.#write());
  }

  #write(): void {
    this.#cancelWrite = null;
    const byWorkspace = new Map<string, RunChange[]>();
    for (const change of this.#gathered.values())
      byWorkspace.set(change.workspaceId, [...(byWorkspace.get(change.workspaceId) ?? []), change]);
    this.#gathered = new Map();
    for (const [workspaceId, moved] of byWorkspace)
      for (let at = 0; at < moved.length; at += mostInRow) this.#add(workspaceId, "runs", moved.slice(at, at + mostInRow));
  }

  #show({ workspaceId, detail }: Change): void {
    for (const moved of detail as unknown as Moved[]) this.#parts.runStream.changed({ ...moved, workspaceId });
  }

  #add(workspaceId: string, kind: "page" | "runs", moved: RunChange[] | null): void {
    const { changes, log } = this.#parts;
    const detail = moved?.map(({ id, flowId, state }) => ({ id, flowId, state })) ?? null;
    changes
      .add([{ workspaceId, kind, id: "", what: null, detail }])
      .catch((err: unknown) =>
        log.error({ err }, "Live pages of other processes could not be told of runs; they see them when they next read"),
      );
  }
}
