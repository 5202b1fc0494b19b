import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { PersonKey, PersonSearch } from "#kernel/person-key.ts";
import type { Event } from "./events.ts";
import type { Lease } from "./leases.ts";
import type { StepRecord } from "./steps.ts";

export type Lane = "live" | "sync" | "backfill";

export type RunState = "queued" | "running" | "waiting" | "succeeded" | "filtered" | "failed" | "held" | "cancelled";

export interface Run {
  id: string;
  workspaceId: string;
  flowId: string;
  version: number;
  eventId: string;
  state: RunState;
  lane: Lane;
  /** When it may go on; equals createdAt for one that never waited. */
  dueAt: number;
  person: string | null;
  /** What happened, in words: "Created contact, added 2 tags". */
  summary: string | null;
  error: StoredError | null;
  /** Rests in Needs attention until replayed or dismissed. */
  attention: boolean;
  replayOf: string | null;
  /** The run whose idempotency keys this one goes on with, where it continues another's work; null: its own. */
  origin: string | null;
  /** The record by which it keeps its order or settles; null where the flow asks for neither. */
  record: string | null;
  /** Still gathering changes of its record; another event of it joins this run. */
  settling: boolean;
  /** How many further events joined it. */
  merged: number;
  /** Found by the poll that looks for what was not delivered. */
  recovered: boolean;
  /** What its person is found by; undefined for one of an earlier release that was not read for it yet. */
  people?: readonly PersonKey[];
  /** What it waits for, while it does. */
  waiting?: Waiting | null;
  /** How long it was worked on in all, without its waits and rests; null for one of an earlier release. */
  workedMs?: number | null;
  /** Who started it by hand, as the list of changes calls them. */
  starter?: string;
  /** The record as it was known before this event; undefined where it was not. Written once, in the commit that makes the run. */
  previous?: Json;
  createdAt: number;
  finishedAt: number | null;
  lease: Lease;
  /** Its owner has been asked to end it. */
  cancelRequested: boolean;
}

/**
 * What a run waits for. `retry`: a call that failed and is made again. `connection`: a login that is refused. `wait`: a step that waits.
 * `quota`: the requests of an app are used up for now. `place`: others are being worked on. `settling`: it gathers changes of its record.
 * `behind`: an earlier run of its record has not ended. `quiet`: whoever gets its message has quiet hours.
 */
export interface Waiting {
  kind: "retry" | "connection" | "wait" | "quota" | "place" | "settling" | "behind" | "quiet";
  /** In words, without when it ends: "HighLevel answered 500". */
  reason: string;
  /** The step that waits. */
  step?: string;
  /** Retry: the attempts made so far. */
  attempts?: number;
  /** Retry: when the first attempt was. Connection: when the wait began. */
  since?: number;
  /** Retry: who does not answer as it should. */
  app?: string;
  host?: string;
  /** The id of the connection whose login is refused. */
  connection?: string;
}

/** Runs that wait because of the same fault of the same app or host, or for the same connection. */
export interface Outage {
  app: string | null;
  host: string | null;
  /** The id of the connection, where its login is refused. */
  connection?: string;
  /** "HighLevel answered 500" */
  reason: string;
  since: number;
  nextTryAt: number;
  /** How many runs, with those that keep their place behind one that waits. */
  waiting: number;
  /** The same by flow. */
  flows: { flowId: string; waiting: number }[];
}

export type RunPatch = Partial<
  Pick<Run, "state" | "dueAt" | "summary" | "error" | "attention" | "finishedAt" | "waiting" | "workedMs" | "people">
>;

/** A change of one run. `was` is the run as last read or written: where its lease or its state is another by now, nothing is written. */
export interface RunWrite {
  was: Run;
  patch: RunPatch;
}

/** The runs that went by some versions of a flow. */
export interface RunsOfFlow {
  flowId: string;
  versions: readonly number[];
}

export interface RunFilter {
  /** Only those of one of these. */
  of?: readonly RunsOfFlow[];
  /** Only those that the reconciling poll found. */
  recovered?: boolean;
  flowId?: string;
  states?: RunState[];
  attention?: boolean;
  /** Any of these keys (see `personSearch`). */
  person?: readonly PersonSearch[];
  from?: number;
  to?: number;
  ids?: string[];
}

/** Everything a worker needs to go on with a run. */
export interface RunContext {
  run: Run;
  event: Event;
  steps: StepRecord[];
}

/** An open run as the sweep finds it. */
export interface DueRun {
  id: string;
  seq: number;
  workspaceId: string;
  dueAt: number;
  lane: Lane;
  flowId: string;
  version: number;
  /** An earlier run of its record has not begun: where the flow keeps order, that one is called first, and calls it. */
  behind: boolean;
}

/** Which steps of a run: at most so many, and so many bytes of them, after the step with this number. */
export interface StepPage {
  after?: number;
  limit: number;
  mostBytes: number;
}

/** A part of a run's steps. */
export interface RunPage extends RunContext {
  /** How many steps it has in all. */
  stepCount: number;
  /** The number after which the next part begins; null when this is the last. */
  next: number | null;
}
