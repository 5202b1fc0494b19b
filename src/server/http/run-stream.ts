import type { ServerResponse } from "node:http";
import type { Change, ChangeKind } from "#changes/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { Clock } from "#kernel/clock.ts";
import type { RunChange } from "#engine/api.ts";

export interface RunStreamOptions {
  clock: Clock;
  /** Changes are gathered this long before they are told. */
  everyMs?: number;
  heartbeatMs?: number;
  maxListeners?: number;
}

/** Tells pages which runs and other records changed, over server-sent events. */
export interface RunStream {
  changed(change: RunChange): void;
  /** A flow, a connection or another record changed. */
  recordChanged(change: Pick<Change, "kind" | "id">): void;
  /** Calls back when a page begins to listen. */
  onJoin(listener: () => void): void;
  /** Turns a reply into a stream for as long as its reader may listen. Throws TOO_MANY_REQUESTS when too many listen already. */
  join(res: ServerResponse, mayListen: () => boolean): void;
  /** Closes the streams of readers who may not listen any more. */
  review(): void;
  listeners(): number;
  close(): void;
}

/** A page that is this far behind is cut off; it comes back by itself and looks at everything again. */
const maxBehindBytes = 256 * 1024;
/** More than this in one message helps nobody: an empty list says "look again". */
const maxChanges = 500;

export function createRunStream({ clock, everyMs = 500, heartbeatMs = 15_000, maxListeners = 100 }: RunStreamOptions): RunStream {
  const open = new Map<ServerResponse, () => boolean>();
  let gathered = new Map<string, RunChange>();
  let records = new Map<string, { kind: ChangeKind; id: string }>();
  const joined = new Listeners<[]>();
  let stopFlush: (() => void) | undefined;
  let stopHeart: (() => void) | undefined;

  const send = (text: string) => {
    for (const res of open.keys()) {
      if (res.writableLength > maxBehindBytes) res.destroy();
      else res.write(text);
    }
  };
  const flush = () => {
    stopFlush = undefined;
    if (gathered.size > 0) flushRuns();
    if (records.size > 0) send(`event: records\ndata: ${JSON.stringify({ changed: [...records.values()] })}\n\n`);
    records = new Map();
  };
  const flushRuns = () => {
    const changed = gathered.size > maxChanges ? [] : [...gathered.values()].map(({ id, flowId, state }) => ({ id, flowId, state }));
    gathered = new Map();
    send(`event: runs\ndata: ${JSON.stringify({ changed })}\n\n`);
  };
  const beat = () => {
    stopHeart = clock.after(heartbeatMs, beat);
    review();
    send(": still here\n\n");
  };
  const leave = (res: ServerResponse) => {
    open.delete(res);
    if (open.size > 0) return;
    stopHeart?.();
    stopHeart = undefined;
  };
  const review = () => {
    for (const [res, mayListen] of open) {
      if (mayListen()) continue;
      leave(res);
      res.end();
    }
  };
  return {
    changed(change) {
      if (open.size === 0) return;
      if (gathered.size <= maxChanges) gathered.set(change.id, change);
      stopFlush ??= clock.after(everyMs, flush);
    },
    recordChanged({ kind, id }) {
      if (open.size === 0) return;
      records.set(`${kind} ${id}`, { kind, id });
      stopFlush ??= clock.after(everyMs, flush);
    },
    onJoin: joined.add,
    review,
    join(res, mayListen) {
      if (open.size >= maxListeners) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 30 } });
      res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
      res.write("retry: 2000\n\n");
      open.set(res, mayListen);
      res.once("close", () => leave(res));
      stopHeart ??= clock.after(heartbeatMs, beat);
      joined.tell();
    },
    listeners: () => open.size,
    close() {
      stopFlush?.();
      stopHeart?.();
      for (const res of open.keys()) res.end();
    },
  };
}
