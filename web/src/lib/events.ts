import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { RunView } from "#api/schemas.ts";
import { streamUrl } from "./api.ts";

export interface RunChange {
  id: string;
  flowId: string;
  state: RunView["state"];
}
type Listener = (changed: RunChange[]) => void;
type RecordListener = (kinds: ReadonlySet<string>) => void;

let source: EventSource | undefined;
let live = false;
const listeners = new Set<Listener>();
const recordListeners = new Set<RecordListener>();
const watchers = new Set<() => void>();

function setLive(value: boolean): void {
  if (live === value) return;
  live = value;
  for (const tell of watchers) tell();
}

function open(): void {
  source = new EventSource(streamUrl, { withCredentials: true });
  source.addEventListener("open", () => {
    setLive(true);
    // What changed while the line was down is unknown: an empty change makes everyone look again.
    tellAll([]);
  });
  source.addEventListener("error", () => setLive(false));
  source.addEventListener("runs", (message: MessageEvent<string>) => {
    tellAll((JSON.parse(message.data) as { changed: RunChange[] }).changed);
  });
  source.addEventListener("records", (message: MessageEvent<string>) => {
    const { changed } = JSON.parse(message.data) as { changed: { kind: string }[] };
    const kinds = new Set(changed.map(({ kind }) => kind));
    for (const listener of recordListeners) listener(kinds);
  });
}

function tellAll(changed: RunChange[]): void {
  for (const listener of listeners) listener(changed);
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  if (!source || source.readyState === EventSource.CLOSED) open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    source?.close();
    source = undefined;
    setLive(false);
  };
}

/** Opens the line anew, after signing in. */
export function reconnect(): void {
  if (listeners.size === 0) return;
  source?.close();
  open();
}

/**
 * Calls `look` when runs changed, at most once in `everyMs`, with all changes since the last call. An empty list means
 * "unknown, look again".
 */
export function useRunChanges(look: (changed: RunChange[]) => void, everyMs = 1_000): void {
  const onChanges = useEffectEvent(look);
  useEffect(() => {
    let gathered: RunChange[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = subscribe((changed) => {
      gathered.push(...changed);
      timer ??= setTimeout(() => {
        timer = undefined;
        const all = gathered;
        gathered = [];
        onChanges(all);
      }, everyMs);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [everyMs]);
}

/** Calls `look` with the kinds of records that changed: flows, connections, inboxes. It hears of them while the page follows runs. */
export function useRecordChanges(look: (kinds: ReadonlySet<string>) => void): void {
  const onChanges = useEffectEvent(look);
  useEffect(() => {
    const listener: RecordListener = (kinds) => onChanges(kinds);
    recordListeners.add(listener);
    return () => void recordListeners.delete(listener);
  }, []);
}

/** Whether changes arrive by themselves just now. */
export function useLive(): boolean {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => live,
  );
}
