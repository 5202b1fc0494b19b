import type { Lane } from "../types/runs.ts";

/** A run's id on its way to a worker. */
export interface QueuedRun {
  id: string;
  dueAt: number;
  lane: Lane;
  /** Runs of one group take turns with other groups: fair between flows and sub-accounts. */
  group: string;
  /** Its next step is a call: the host, or `""` where that shows itself only then. Absent: it may need no call, and waits for none. */
  call?: string;
}

/** What bounds the work on runs. */
export interface WorkLimits {
  /** Runs worked on at a time, and of one group. */
  atOnce: number;
  perGroup: number;
  /** Takes a place for the call of a run. False: there is none, and the run stays queued while others pass it. */
  admit(runId: string, group: string, call: string): boolean;
}

/** Carries run ids to workers. It may deliver twice or lose one; the runs table is the truth and a sweep repairs it. */
export interface RunQueue {
  /** The same id twice is one entry. */
  add(runs: readonly QueuedRun[]): void;
  /** Calls the handler for each run that is due, within the limits. */
  work(handler: (runId: string) => Promise<void>, limits: WorkLimits): void;
  /** Looks again at once: a place has come free. The end of a handler does so by itself. */
  wake(): void;
  /** Runs waiting here, by lane. */
  depth(): Record<Lane, number>;
  /** Takes no more, and resolves when running handlers have finished. */
  close(): Promise<void>;
}
