import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Journal } from "./journal.ts";
import type { ExecutionMarks, QueuedRun, Run, RunQueue, RunStore } from "./types.ts";

/** Crashes that a run may be executing in: it may have caused the second. */
const mostCrashes = 2;
/** How long a process has to last after a crash before it takes up what it was executing then: crashes in a row must not blame the innocent. */
const quietMs = 2000;
/** One is taken up after another: when the last has ended, or has lasted so long. */
const aloneMs = 1000;

/** Runs that were executing when the process before this one crashed. */
export interface Suspects {
  /** Whether the run has to wait until it is taken up. */
  holds(runId: string): boolean;
  /** Counts the crash, and sets aside what was executing in two. To be awaited before anything runs. */
  judge(): Promise<void>;
  /** Takes the others up, one by one. */
  takeUp(signal: AbortSignal): Promise<void>;
  /** A run is no longer being executed. */
  left(runId: string): void;
  /** A clean end: nobody is a suspect any more. */
  clear(): Promise<void>;
}

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  marks: ExecutionMarks;
  clock: Clock;
  log: (message: string, error: unknown) => void;
}

export function createSuspects({ store, journal, queue, marks, clock, log }: Parts): Suspects {
  /** Not taken up yet. */
  const waiting = new Map<string, QueuedRun>();
  /** Taken up, and being executed. */
  const onTrial = new Map<string, () => void>();

  function setAside(was: Run): void {
    const now = clock.now();
    const error = new MillraceError("RUN_SET_ASIDE").toJSON();
    journal.note(null, { was, patch: { state: "held", attention: true, finishedAt: now, error, summary: "Set aside after two crashes" } });
    log(`Run ${was.id} was executing when Millrace crashed, twice: it is set aside in Needs attention`, new MillraceError("RUN_SET_ASIDE"));
  }

  const forget = (ids: string[]) =>
    store.forgetCrashes(ids).catch((error: unknown) => log("What was noted about a crash could not be forgotten", error));

  async function alone(run: QueuedRun): Promise<void> {
    const ended = new Promise<void>((resolve) => onTrial.set(run.id, resolve));
    waiting.delete(run.id);
    queue.add([run]);
    const over = new AbortController();
    await Promise.race([ended, sleep(clock, aloneMs, over.signal)]);
    over.abort();
  }

  return {
    holds: (runId) => waiting.has(runId),
    async judge() {
      const { process, runIds } = marks.interrupted ?? { process: "", runIds: [] };
      const crashes = await store.countCrashes(runIds, process);
      const guilty = [...crashes].filter(([, n]) => n >= mostCrashes).map(([id]) => id);
      for (const run of await store.findOpen([...crashes.keys()])) {
        if (guilty.includes(run.id)) setAside(run);
        else waiting.set(run.id, { id: run.id, dueAt: run.dueAt, lane: run.lane, group: run.flowId });
      }
      if (guilty.length > 0) {
        await journal.durable(null);
        await forget(guilty);
      }
      marks.clear();
    },
    async takeUp(signal) {
      if (waiting.size === 0) return;
      await sleep(clock, quietMs, signal);
      while (waiting.size > 0 && !signal.aborted) await alone(waiting.values().next().value!);
    },
    left(runId) {
      const ended = onTrial.get(runId);
      if (!ended) return;
      onTrial.delete(runId);
      ended();
      void forget([runId]);
    },
    async clear() {
      await forget([...waiting.keys(), ...onTrial.keys()]);
      marks.close();
    },
  };
}

/** Where nothing outlives the process, as in a test. */
export const noMarks: ExecutionMarks = { interrupted: null, clear() {}, begin: () => 0, end() {}, close() {} };
