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
}

/** Sends pages the changes of their workspace's runs and other records, as server-sent events. */
export interface RunStream {
  changed(change: RunChange): void;
  /** A flow, a connection or another record changed. */
  recordChanged(change: Pick<Change, "workspaceId" | "kind" | "id">): void;
  /** Calls back when a page of a workspace begins to listen. */
  onJoin(listener: (workspaceId: string) => void): void;
  /** Turns a reply into a stream of a workspace's changes, for as long as its reader may listen. Throws TOO_MANY_REQUESTS when too many listen already. */
  join(res: ServerResponse, workspaceId: string, mayListen: () => boolean): void;
  /** Closes the streams of readers who may not listen any more. */
  review(): void;
  listeners(workspaceId?: string): number;
  close(): void;
}

/** A page that is this far behind is cut off; it comes back by itself and looks at everything again. */
const maxBehindBytes = 256 * 1024;
/** More than this in one message helps nobody: an empty list says "look again". */
const maxChanges = 500;

export function createRunStream({ clock, everyMs = 500, heartbeatMs = 15_000, maxListeners = 100 }: RunStreamOptions): RunStream {
  const open = new Map<ServerResponse, Reader>();
  /** By workspace, the last change of each run. */
  let gathered = new Map<string, Map<string, RunChange>>();
  let records = new Map<string, Map<string, { kind: ChangeKind; id: string }>>();
  const joined = new Listeners<[workspaceId: string]>();
  let stopFlush: (() => void) | undefined;
  let stopHeart: (() => void) | undefined;

  const readersOf = (workspaceId: string) => [...open].filter(([, reader]) => reader.workspaceId === workspaceId).map(([res]) => res);
  const send = (readers: Iterable<ServerResponse>, text: string) => {
    for (const res of readers) {
      if (res.writableLength > maxBehindBytes) res.destroy();
      else res.write(text);
    }
  };
  const flush = () => {
    stopFlush = undefined;
    for (const [workspaceId, changes] of gathered) {
      const changed = changes.size > maxChanges ? [] : [...changes.values()].map(({ id, flowId, state }) => ({ id, flowId, state }));
      send(readersOf(workspaceId), `event: runs\ndata: ${JSON.stringify({ changed })}\n\n`);
    }
    gathered = new Map();
    for (const [workspaceId, changed] of records)
      send(readersOf(workspaceId), `event: records\ndata: ${JSON.stringify({ changed: [...changed.values()] })}\n\n`);
    records = new Map();
  };
  const beat = () => {
    stopHeart = clock.after(heartbeatMs, beat);
    review();
    send(open.keys(), ": still here\n\n");
  };
  const leave = (res: ServerResponse) => {
    open.delete(res);
    if (open.size > 0) return;
    stopHeart?.();
    stopHeart = undefined;
  };
  const review = () => {
    for (const [res, { mayListen }] of open) {
      if (mayListen()) continue;
      leave(res);
      res.end();
    }
  };
  return {
    changed(change) {
      if (open.size === 0) return;
      const changes = gathered.get(change.workspaceId) ?? new Map<string, RunChange>();
      gathered.set(change.workspaceId, changes);
      if (changes.size <= maxChanges) changes.set(change.id, change);
      stopFlush ??= clock.after(everyMs, flush);
    },
    recordChanged({ workspaceId, kind, id }) {
      if (open.size === 0) return;
      const changed = records.get(workspaceId) ?? new Map<string, { kind: ChangeKind; id: string }>();
      records.set(workspaceId, changed);
      changed.set(`${kind} ${id}`, { kind, id });
      stopFlush ??= clock.after(everyMs, flush);
    },
    onJoin: joined.add,
    review,
    join(res, workspaceId, mayListen) {
      if (readersOf(workspaceId).length >= maxListeners) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 30 } });
      res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
      res.write("retry: 2000\n\n");
      open.set(res, { workspaceId, mayListen });
      res.once("close", () => leave(res));
      stopHeart ??= clock.after(heartbeatMs, beat);
      joined.tell(workspaceId);
    },
    listeners: (workspaceId) => (workspaceId === undefined ? open.size : readersOf(workspaceId).length),
    close() {
      stopFlush?.();
      stopHeart?.();
      for (const res of open.keys()) res.end();
    },
  };
}

interface Reader {
  workspaceId: string;
  mayListen: () => boolean;
}
