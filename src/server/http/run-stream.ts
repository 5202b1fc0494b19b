import type { ServerResponse } from "node:http";
import type { Change, ChangeKind } from "#changes/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { Clock } from "#kernel/clock.ts";
import type { RunChange } from "#engine/api.ts";

export interface RunStreamOptions {
  clock: Clock;
  /** Changes are gathered this long before they are sent. */
  everyMs?: number;
  heartbeatMs?: number;
  /** Of one workspace. */
  maxListeners?: number;
  /** Of one person or key: all their tabs, and those a browser has not closed yet. */
  maxOfReader?: number;
}

/** Sends pages the changes of their workspace's runs and other records, as server-sent events. */
export interface RunStream {
  changed(change: RunChange): void;
  /** A flow, a connection or another record changed. */
  recordChanged(change: Pick<Change, "workspaceId" | "kind" | "id">): void;
  /** Calls back when a page of a workspace begins to listen. */
  onJoin(listener: (workspaceId: string) => void): void;
  /** Turns a reply into a stream of a workspace's changes, for as long as its reader may listen. Throws TOO_MANY_REQUESTS when too many listen already. */
  join(res: ServerResponse, reader: Reader): void;
  /** Closes the streams of readers who may not listen any more. */
  review(): void;
  listeners(workspaceId?: string): number;
  close(): void;
}

/** A page that is this far behind is cut off; it comes back by itself and looks at everything again. */
const maxBehindBytes = 256 * 1024;
/** More than this in one message helps nobody: an empty list says "look again". */
const maxChanges = 500;

export const createRunStream = (options: RunStreamOptions): RunStream => new PagesStream(options);

/** A record, by the kind and id that pages use. */
type RecordRef = { kind: ChangeKind; id: string };

class PagesStream implements RunStream {
  readonly #options: Required<RunStreamOptions>;
  readonly #open = new Map<ServerResponse, Reader>();
  /** By workspace, the last change of each run. */
  #runs = new Map<string, Map<string, RunChange>>();
  #records = new Map<string, Map<string, RecordRef>>();
  readonly #joined = new Listeners<[workspaceId: string]>();
  #stopFlush: (() => void) | undefined;
  #stopHeart: (() => void) | undefined;

  constructor({ clock, everyMs = 500, heartbeatMs = 15_000, maxListeners = 100, maxOfReader = 20 }: RunStreamOptions) {
    this.#options = { clock, everyMs, heartbeatMs, maxListeners, maxOfReader };
  }

  // Passed on as functions.
  readonly onJoin = this.#joined.add;

  readonly changed = (change: RunChange): void => {
    if (this.#open.size === 0) return;
    const changes = this.#runs.get(change.workspaceId) ?? new Map<string, RunChange>();
    this.#runs.set(change.workspaceId, changes);
    if (changes.size <= maxChanges) changes.set(change.id, change);
    this.#flushSoon();
  };

  readonly recordChanged = ({ workspaceId, kind, id }: RecordRef & { workspaceId: string }): void => {
    if (this.#open.size === 0) return;
    const changed = this.#records.get(workspaceId) ?? new Map<string, RecordRef>();
    this.#records.set(workspaceId, changed);
    changed.set(`${kind} ${id}`, { kind, id });
    this.#flushSoon();
  };

  readonly review = (): void => {
    for (const [res, { mayListen }] of this.#open) {
      if (mayListen()) continue;
      this.#leave(res);
      res.end();
    }
  };

  join(res: ServerResponse, reader: Reader): void {
    const { maxListeners, maxOfReader } = this.#options;
    const { workspaceId } = reader;
    const own = [...this.#open.values()].filter((one) => one.reader === reader.reader);
    if (own.length >= maxOfReader || this.#readersOf(workspaceId).length >= maxListeners)
      throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 30 } });
    res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    res.write("retry: 2000\n\n");
    this.#open.set(res, reader);
    res.once("close", () => this.#leave(res));
    this.#beatLater();
    this.#joined.tell(workspaceId);
  }

  listeners(workspaceId?: string): number {
    return workspaceId === undefined ? this.#open.size : this.#readersOf(workspaceId).length;
  }

  close(): void {
    this.#stopFlush?.();
    this.#stopHeart?.();
    for (const res of this.#open.keys()) res.end();
  }

  #flushSoon(): void {
    const { clock, everyMs } = this.#options;
    this.#stopFlush ??= clock.after(everyMs, () => this.#flush());
  }

  #flush(): void {
    this.#stopFlush = undefined;
    for (const [workspaceId, changes] of this.#runs) {
      const changed = changes.size > maxChanges ? [] : [...changes.values()].map(({ id, flowId, state }) => ({ id, flowId, state }));
      this.#send(this.#readersOf(workspaceId), `event: runs\ndata: ${JSON.stringify({ changed })}\n\n`);
    }
    this.#runs = new Map();
    for (const [workspaceId, changed] of this.#records)
      this.#send(this.#readersOf(workspaceId), `event: records\ndata: ${JSON.stringify({ changed: [...changed.values()] })}\n\n`);
    this.#records = new Map();
  }

  #beatLater(): void {
    const { clock, heartbeatMs } = this.#options;
    this.#stopHeart ??= clock.after(heartbeatMs, () => this.#beat());
  }

  #beat(): void {
    this.#stopHeart = undefined;
    this.#beatLater();
    this.review();
    this.#send(this.#open.keys(), ": still here\n\n");
  }

  #leave(res: ServerResponse): void {
    this.#open.delete(res);
    if (this.#open.size > 0) return;
    this.#stopHeart?.();
    this.#stopHeart = undefined;
  }

  #readersOf(workspaceId: string): ServerResponse[] {
    return [...this.#open].filter(([, reader]) => reader.workspaceId === workspaceId).map(([res]) => res);
  }

  #send(readers: Iterable<ServerResponse>, text: string): void {
    for (const res of readers) {
      if (res.writableLength > maxBehindBytes) res.destroy();
      else res.write(text);
    }
  }
}

/** Who listens to a workspace. */
export interface Reader {
  workspaceId: string;
  /** The account, or the session or API key without one. */
  reader: string;
  mayListen: () => boolean;
}
