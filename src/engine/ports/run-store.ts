import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import type { FlowTotals } from "../types/flows.ts";
import type { PeopleProgress, RunPeople, UnreadRun } from "../types/people.ts";
import type { DueRun, Outage, Run, RunContext, RunFilter, RunPage, RunState, RunWrite, StepPage } from "../types/runs.ts";
import type { StepRecord, StepWrite } from "../types/steps.ts";
import type { QueuedRun } from "./queue.ts";

/** The rows of events, runs and steps. The engine's truth. */
/** Runs that came to rest and were done by a replay since, by their state. */
export type PutRight = Record<"failed" | "held", number>;

export interface RunStore {
  /** The process that this store speaks for. What it accepts it owns, and what it does not own it does not write. */
  readonly owner: string;
  /** Group commit: all of it or nothing. */
  commit(writes: Writes): Promise<Committed>;
  /** Of any workspace: the queue hands workers a run's id alone. */
  load(runId: string): Promise<RunContext | null>;
  get(workspaceId: string, runId: string): Promise<RunContext | null>;
  list(workspaceId: string, filter: RunFilter, page: { before?: string; limit: number }): Promise<Run[]>;
  counts(workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>>;
  /**
   * Runs of all workspaces that are due, not finished, and owned by this process or by none that lives, oldest first: what the sweep puts back into the
   * queue.
   */
  due(now: number, limit: number, after?: { dueAt: number; seq: number }): Promise<DueRun[]>;
  /**
   * Says that this process lives until then, and that these runs are being executed by it. Its leases last as long; those of processes
   * that are overdue end.
   */
  renew(renewal: Renewal): Promise<Renewed>;
  /** Ends the leases of this process, or of all others: its runs are anybody's to claim. */
  endLeases(whose: "own" | "others" | { owner: string }): Promise<void>;
  /** Asks other processes to end those of these runs that they own. Returns which. */
  requestCancel(ids: readonly string[], now: number): Promise<string[]>;
  event(workspaceId: string, id: string): Promise<Event | null>;
  /** The event that a key stands for now. */
  eventByKey(workspaceId: string, triggerId: string, key: string): Promise<Event | null>;
  /** Newest events of a trigger, as samples. */
  events(workspaceId: string, triggerId: string, limit: number): Promise<Event[]>;
  /** Their ids alone, the newest first. */
  eventIds(workspaceId: string, triggerId: string, limit: number): Promise<string[]>;
  /** Deletes finished runs (with steps and events) older than `before`; returns how many. Bounded by `limit` so that a commit stays short. */
  prune(workspaceId: string, before: number, limit: number): Promise<number>;
  /** Runs made as replays of this one, oldest first. */
  replaysOf(workspaceId: string, runId: string): Promise<Run[]>;
  /** For each of these runs that a replay did to its end: the newest such replay. */
  doneBy(workspaceId: string, runIds: readonly string[]): Promise<Map<string, string>>;
  /** By flow: how many of its runs since `from` failed or are held, and were done by a replay since. */
  putRight(workspaceId: string, from: number): Promise<Map<string, PutRight>>;
  /** A run with its event and a part of its steps: those that failed or are under way, and the first of the others after `after`. */
  page(workspaceId: string, runId: string, page: StepPage): Promise<RunPage | null>;
  /** Of each flow: its runs by state since `from`, and when its newest run began. */
  flowTotals(workspaceId: string, from: number): Promise<Map<string, FlowTotals>>;
  /** The run of the same record that goes before this one: it has begun, or came earlier. */
  ahead(run: Pick<Run, "id" | "flowId" | "record">): Promise<string | null>;
  /** Waiting runs by what keeps them, the most first; those that wait for nobody's fault are left out. */
  outages(workspaceId: string): Promise<Outage[]>;
  /** Makes the runs that wait for a connection due, whoever owns them; returns how many. */
  endWaitFor(workspaceId: string, connectionId: string, now: number): Promise<number>;
  /** Sorts the keys of at most `limit` runs, whichever workspace's, into the index of people; returns how many. Until then a search looks through them one by one. */
  indexPeople(limit: number): Promise<number>;
  /** How many runs wait for that; counted up to `limit`. */
  unindexed(limit: number): Promise<number>;
  /** Runs of an earlier release, of any workspace, that nobody has read for their people, newest first, with what is to be read. */
  unread(limit: number): Promise<UnreadRun[]>;
  /** Gives them their keys; what was read is not unread any more. */
  markRead(people: readonly RunPeople[]): Promise<void>;
  /** Null: every run has been read. */
  peopleProgress(): Promise<PeopleProgress | null>;
  /** Those of these runs, of any workspace, that are not over. */
  findOpen(ids: readonly string[]): Promise<Run[]>;
  /**
   * Notes of each of these runs that is not over that it was executing when a process crashed, once for each process. Gives the counts of
   * all that have one: a process may have crashed before it took up what an earlier one was executing.
   */
  countCrashes(ids: readonly string[], process: string): Promise<Map<string, number>>;
  forgetCrashes(ids: readonly string[]): Promise<void>;
}

/** What one commit writes. All of it or nothing; durable when the promise resolves. */
export interface Writes {
  accept: Acceptance[];
  /** Runs made for events that are there already: replays. */
  replays?: { run: Run; steps: StepRecord[] }[];
  steps: StepWrite[];
  runs: RunWrite[];
  /** Decided last: they see what the same commit accepts and ends. */
  claims?: Claim[];
}

/** What a commit did, each list in the order of what it was given. */
export interface Committed {
  accepted: AcceptedRuns[];
  claims: ClaimOutcome[];
  /** Of each record of which a run ended: the run whose turn may have come. */
  next: QueuedRun[];
  /** Runs of which nothing was written, because another process has claimed them, or somebody has changed them meanwhile. */
  stale: string[];
  /** Runs that were to go on later, and did not: somebody asked to cancel them. */
  toCancel: string[];
}

export interface Renewal {
  now: number;
  until: number;
  /** Runs that are being executed, and have been for a while. */
  executing: readonly string[];
}
export interface Renewed {
  /** All processes that live, this one included. */
  owners: string[];
  /** Own runs that somebody asked to cancel. */
  toCancel: { id: string }[];
  /** Those being executed that another process has claimed. */
  lost: string[];
}

/** Asks for the lease of a run; of one that goes by record also to begin it. */
export interface Claim {
  runId: string;
  now: number;
  /** For a run that goes by record: whether it must wait for earlier runs of its record, and for one that has begun. */
  begin?: { inTurn: boolean };
}

/**
 * What came of it. A run of a record that has begun already goes on. `owned`: another process executes it; `toCancel`: it is to be ended;
 * `over`: it has ended, or is gone.
 */
export type ClaimOutcome =
  | { kind: "claimed"; context: RunContext }
  | { kind: "toCancel"; context: RunContext }
  | { kind: "settling"; dueAt: number }
  | { kind: "behind"; runId: string }
  | { kind: "owned" }
  | { kind: "over" };
