import type { ScriptCall } from "./mapping/problem.ts";
import type { Rules } from "./mapping/rule-format.ts";
import type { RuleResult } from "./mapping/work.ts";
import type { CallCause } from "#kernel/call-cause.ts";
import type { PretendedEffect } from "#catalog/types.ts";
import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Subscriber } from "./types/bindings.ts";
import type { Change } from "./run/change.ts";
import type { DraftProblem } from "./flow/flow.ts";
import type { Flow, FlowDefinition, FlowTotals, FlowVersion } from "./types/flows.ts";
import type { Event } from "./types/events.ts";
import type { Inbox } from "./types/inboxes.ts";
import type { Lane, Outage, Run, RunContext, RunFilter, RunPage, RunState, StepPage } from "./types/runs.ts";
import type { PutRight } from "./ports/run-store.ts";
import type { LedgerCounts } from "./types/ledger.ts";
import type { PeopleProgress } from "./types/people.ts";
import type { ObservationCount, ObservationOutcome } from "./types/observations.ts";
import type { ScriptTestResult, ScriptWithTests } from "./types/scripts.ts";
import type { StepRecord } from "./types/steps.ts";
import type { Trigger, TriggerDefinition } from "./types/triggers.ts";

/** The engine as the doors (REST, CLI, hooks) see it. Every method throws errors of the table. */
export interface Engine {
  /** Recovers what a crash left, then starts the workers, the sweep, the polls and the schedules. Held, it accepts events and runs nothing. */
  start(options?: { held?: boolean }): Promise<void>;
  /** Starts what a held start left out. */
  release(): void;
  isHeld(): boolean;
  /** Stops taking work, lets running steps finish (at most `graceMs`), flushes. */
  close(graceMs?: number): Promise<void>;

  /** Durable when it resolves. Rejects with STORE_UNAVAILABLE when the store cannot take it. */
  accept(trigger: Trigger, payload: unknown, options?: AcceptOptions): Promise<Accepted>;
  /** The trigger of a hook's token, from memory where possible; null when nobody listens there. */
  triggerByToken(token: string): Promise<Trigger | null>;
  /** What the trigger's flow says of it: as published, else as drafted. From memory where possible. */
  triggerDefinition(trigger: Trigger): Promise<TriggerDefinition>;

  /** An event that came to an inbox, for every flow that listens for it: durable for all of them when it resolves, or for none. */
  deliver(inbox: Inbox, delivery: Delivery): Promise<Delivered>;
  /** Every flow of an app's triggers with the login it names, whatever its state. */
  subscribers(workspaceId: string, app: string): Promise<Subscriber[]>;

  flows: FlowService;
  /** Calls the listener after each change of a flow or its trigger, here or by another process, with the id of the flow. */
  onFlowChange(listener: (flowId: string) => void): void;
  /** Another process changed a flow, or its trigger: what is in memory of it is read again. */
  flowChanged(flowId: string): void;

  runs(workspaceId: string, filter: RunFilter, page: { before?: string; limit: number }): Promise<Run[]>;
  run(workspaceId: string, id: string): Promise<RunContext>;
  /** The same with a part of its steps. */
  runPage(workspaceId: string, id: string, page: StepPage): Promise<RunPage>;
  /** Of each flow: its runs by state since `from`, and when its newest run began. */
  flowTotals(workspaceId: string, from: number): Promise<Map<string, FlowTotals>>;
  /** By flow: how many of its runs since `from` failed or are held, and were done by a replay since. */
  putRight(workspaceId: string, from: number): Promise<Map<string, PutRight>>;
  /** What keeps several runs waiting, or one for long. */
  outages(workspaceId: string): Promise<Outage[]>;
  /** A connection may work again: the runs that wait for it go on, as places come free. Returns how many. */
  endWaitFor(workspaceId: string, connectionId: string): Promise<number>;
  /** A connection may work again: what could not be polled because of its login is polled at once. Returns how many triggers. */
  pollAgain(workspaceId: string, connectionId: string): Promise<number>;
  /** Null: a search for a person looks at every run. */
  peopleProgress(): Promise<PeopleProgress | null>;
  /** What changed of the run's record; null where its flow does not ask. */
  change(context: RunContext): Promise<Change | null>;
  counts(workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>>;
  replay(workspaceId: string, request: ReplayRequest): Promise<ReplayResult>;
  /** Gives the id of the new run. */
  replayEdited(workspaceId: string, runId: string, request: EditedReplay): Promise<string>;
  /** Ends a run before its next step, whatever it is doing. On the disk when it resolves. */
  cancel(workspaceId: string, runId: string): Promise<void>;
  /** Cancels these runs, or all that a filter finds and that are not over. */
  cancelMany(workspaceId: string, request: CancelRequest): Promise<CancelResult>;
  /** Takes a failed or held run off Needs attention. `undo`: puts it back, unless a replay has done its work. */
  dismiss(workspaceId: string, runId: string, options?: { undo: boolean }): Promise<void>;
  dryRun(workspaceId: string, flow: FlowToTry, payload: unknown): Promise<DryRun>;
  /** Events to try the flow's draft with, or a definition that is not saved, the best first. Empty where nothing was received, no list can be read, and no example is documented. */
  samples(workspaceId: string, flowId: string, limit: number, options?: SampleOptions): Promise<Sample[]>;
  /** The same for a definition that belongs to no flow. */
  samplesOf(workspaceId: string, definition: unknown, limit: number, by?: string): Promise<Sample[]>;
  /** What a test of one step would do. */
  planStep(workspaceId: string, request: StepTestRequest): StepPlan;
  /** Tries one step by itself. It is no run. */
  testStep(workspaceId: string, request: StepTestRequest): Promise<StepTested>;
  /** What the script of a rule gives for a value. */
  tryScriptRule(workspaceId: string, call: ScriptCall): Promise<RuleResult>;
  /** Executes a script on its tests. */
  testScript(workspaceId: string, flowId: string, script: ScriptWithTests): Promise<ScriptTestResult[]>;
  /** The ids of the newest events that a flow's trigger received: a hundred events may be too much for the memory. */
  eventIds(workspaceId: string, flowId: string, limit: number): Promise<string[]>;
  /** Null: the event has been deleted. */
  event(workspaceId: string, eventId: string): Promise<Event | null>;
  /** What was received in an event. */
  payloadOf(workspaceId: string, eventId: string): Promise<unknown>;
  /** What the flow's webhook told, what the poll beside it found, and whether the two can be compared at all. */
  ledger(workspaceId: string, flowId: string): Promise<Ledger>;
  prune(workspaceId: string, olderThanMs: number): Promise<number>;

  /** Runs whose state changed, as it happens (after the commit). Returns the way to stop listening. */
  onChange(listener: (change: RunChange) => void): () => void;
  depth(): Record<Lane, number>;
  /** How many runs, of a workspace or of all, wait for a host that fails or does not answer, by host. */
  waiting(workspaceId?: string): ReadonlyMap<string, number>;
  /** False while the store refuses writes. */
  healthy(): boolean;
  /** Counters since the start, for /metrics. */
  stats(): EngineStats;
}

/** What may be read now to find samples: any list, only lists of connected apps (not at an address that the definition chooses), or none. */
export type SampleReads = "all" | "connected" | "nothing";

/** `definition`: one that is not saved; else the draft. `by`: who asks, for the log of calls. `read`: `all` where it is left out. */
export interface SampleOptions {
  definition?: unknown;
  by?: string;
  read?: SampleReads;
}

/** An event to try a flow with. */
export interface Sample {
  /** The id of the event that was received; null where it is none. */
  event: string | null;
  /** When it was received, or read from the list. */
  at: number;
  payload: unknown;
  /** By whom a person will recognise it. */
  person: string | null;
  /**
   * `event`: the flow received it; `other_flow`: another flow with the same trigger did; `list`: a record as it is now; `example` and `schema`:
   * made up.
   */
  from: "now" | "event" | "other_flow" | "list" | "example" | "schema";
}

export interface AcceptOptions {
  /** Where the sender names an id of its own for the delivery (HighLevel's webhookId). */
  deliveryId?: string;
  /** The id stands for one content: coming again with another is refused, and not taken for a repeat. */
  oneContent?: boolean;
  /** What tells the event from its repeats where nothing else does; the payload's text when absent. */
  content?: string;
  lane?: Lane;
  /** The payload's text as received, to spare encoding it again. */
  text?: string;
  /** Names the event, where whoever hands it in knows it by more than its content: again, it is a repeat. */
  key?: string;
  /** The id of its record. */
  record?: string;
}
export interface Accepted {
  eventId: string;
  /** The key was seen before: nothing new was made. */
  repeat: boolean;
  /** The runs it went into: made for it, or one that still gathered changes of its record. */
  runIds: string[];
  /** The flow is not on: the event was kept as a sample only. */
  sample: boolean;
}

/** What was posted to an inbox. */
export interface Delivery {
  payload: unknown;
  /** As received. */
  text?: string;
  /** The event its address names. The address is not signed. */
  event?: string;
}
export interface Delivered {
  /** Null: nobody can tell which event it is. It was kept by the inbox. */
  event: string | null;
  /** Where it happened, as it says. */
  locations: readonly string[];
  agency: string | null;
  /** How many flows listen for it. */
  flows: number;
  /** Each of them had it before. */
  repeat: boolean;
  runIds: string[];
  /** The first of those runs was there before, and the event joined it. */
  joined: boolean;
  /** Whom it is about, as its event names them. */
  person: string | null;
  /** The first flow that listens for it. */
  flowId: string | null;
  /** Of an event that started nothing: what the first change trigger among them made of it. */
  outcome: ObservationOutcome | null;
}

export interface Ledger extends LedgerCounts {
  /** Null: the flow's trigger looks at no list beside its events. */
  everyMs: number | null;
  /** Why it cannot be, or what has to be given first, in words. */
  problem: string | null;
  lastAt: number | null;
  lastError: StoredError | null;
  /** When the watching began. */
  since: number;
  /** What a change trigger made of what it saw; null: the trigger is another. */
  observations: ObservationCount[] | null;
}

export interface SaveOptions {
  /** The revision that the definition was changed from. Throws FLOW_CHANGED where somebody has saved since. */
  revision?: number;
  /** The word for it in the list of changes; `saved` when absent. */
  what?: "restored" | "renamed";
  by?: string;
}

export interface PublishOptions {
  /** The revision of the draft that is meant. Throws FLOW_CHANGED where somebody has saved since. */
  revision?: number;
  /** A poll continues where it stopped, unless it is to start with a new baseline (`now`). */
  startFrom?: "continue" | "now";
  /** A note about the version. */
  note?: string;
  by?: string;
}

/** `by`: who makes a change, for the list of changes. */
export interface FlowService {
  /** A draft may lack whatever somebody has yet to write. */
  create(workspaceId: string, definition: unknown, by?: string): Promise<Flow>;
  /** Reads a definition that is not saved and can run. `rules`: those that come with it, beside the workspace's. */
  parse(workspaceId: string, definition: unknown, rules?: Rules): FlowDefinition;
  /** Reads a definition that is not saved and may be incomplete. */
  draft(workspaceId: string, definition: unknown): FlowDefinition;
  /** What a definition that is not saved lacks, or has wrong. */
  problems(workspaceId: string, definition: FlowDefinition): DraftProblem[];
  save(workspaceId: string, id: string, definition: unknown, options?: SaveOptions): Promise<Flow>;
  rename(workspaceId: string, id: string, name: string, by?: string): Promise<Flow>;
  /** Puts it into a folder; null: into none. */
  move(workspaceId: string, id: string, folder: string | null, by?: string): Promise<Flow>;
  publish(workspaceId: string, id: string, options?: PublishOptions): Promise<Flow>;
  pause(workspaceId: string, id: string, reason?: string, by?: string): Promise<Flow>;
  resume(workspaceId: string, id: string, startFrom?: "continue" | "now", by?: string): Promise<Flow>;
  delete(workspaceId: string, id: string, by?: string): Promise<void>;
  get(workspaceId: string, id: string): Promise<Flow>;
  list(workspaceId: string): Promise<Flow[]>;
  trigger(flow: Flow): Promise<Trigger>;
  /** The triggers of all flows, by flow. */
  triggers(workspaceId: string): Promise<Map<string, Trigger>>;
  /** The published definitions of all flows, by flow. */
  published(workspaceId: string): Promise<Map<string, FlowDefinition>>;
  versions(flow: Flow): Promise<FlowVersion[]>;
  version(workspaceId: string, flowId: string, version: number): Promise<FlowDefinition>;
  rotateHook(workspaceId: string, id: string, by?: string): Promise<Trigger>;
  /** Arms what a crash left half switched on: the flow says on, and its trigger does not. Gives the names of the flows. */
  mend(workspaceId: string): Promise<string[]>;
  /** Starts a flow by hand with a payload. */
  runNow(workspaceId: string, id: string, payload: unknown, starter?: string): Promise<Accepted>;
}

export interface ReplayRequest {
  ids?: string[];
  filter?: RunFilter;
  from: "start" | "failed";
  version: "same" | "published";
  /** Who replays, as the list of changes calls them: new runs are theirs. */
  starter?: string | undefined;
}
export interface ReplayResult {
  /** `as` is the run that does it: the same one when it goes on from the failed step on its own version. */
  replayed: { run: string; as: string }[];
  refused: { run: string; error: StoredError }[];
}

/** A run to be done again from its start, with other data. */
export interface EditedReplay {
  payload: unknown;
  version: ReplayRequest["version"];
  /** Who changed the data, as the list of changes calls them: the new run is theirs. */
  starter?: string;
}

export interface CancelRequest {
  ids?: string[];
  filter?: RunFilter;
}
export interface CancelResult {
  cancelled: string[];
  refused: { run: string; error: StoredError }[];
}

export interface RunChange {
  id: string;
  workspaceId: string;
  flowId: string;
  state: RunState;
}

/** One step to be tried by itself. */
export interface StepTestRequest {
  flow: Pick<Flow, "id" | "name">;
  definition: unknown;
  /** Its id. */
  step: string;
  payload: unknown;
  /** What earlier steps gave, by their ids. The item of a loop is the first of its list, unless it is given here as well. */
  results: Readonly<Record<string, unknown>>;
  /** A write is really made. */
  write?: boolean;
  /** Who tests, for the log of calls. */
  by?: string;
}

/** What a test of a step does, and where. */
export interface StepPlan {
  effect: "read" | "write" | "none";
  title: string;
  app: string | null;
  operation: string | null;
  connection: string | null;
  host: string | null;
  /** The ids of the earlier steps whose results it reads, by itself or through the list of a loop around it. */
  reads: string[];
  /** The same in a sentence. */
  says: string;
}

export interface StepTested {
  plan: StepPlan;
  step: string;
  /** `pretended`: a write that was not made. */
  state: "succeeded" | "pretended" | "failed";
  wrote: boolean;
  input: Json;
  output: Json;
  effects: DryRun["effects"];
  exchanges: unknown[];
  notes: string[];
  /** Lines that a script wrote. */
  log: string[];
  error: StoredError | null;
  /** Whom the event is about. */
  person: string | null;
}

/** A definition to try, which may be incomplete. */
export interface FlowToTry {
  definition: unknown;
  triggerId?: string;
  /** The flow that is being edited: for a few minutes the same call is not made again, and times move once a minute. */
  remember?: string;
  /** Nobody in the payload exists: the catalog's examples stand in for the records that look-ups do not find. */
  madeUp?: boolean;
  /** `live` when absent. */
  lane?: Lane;
  /** Why its calls are made, for the log of calls. */
  cause?: CallCause;
}

export interface DryRun {
  /** What was tried, as it was read. */
  definition: FlowDefinition;
  /** What the definition lacks or has wrong. Steps with such are passed over. */
  problems: DraftProblem[];
  /** `waiting`: nothing is wrong, but a call would wait until the budget of its sub-account allows it. */
  outcome: "succeeded" | "filtered" | "failed" | "waiting";
  summary: string;
  effects: (PretendedEffect & { step: string })[];
  skipped: { step: string; why: string }[];
  steps: StepRecord[];
  /** Requests that a real run would make of the other side. */
  calls: number;
  error: StoredError | null;
}

export interface EngineStats {
  accepted: number;
  repeats: number;
  finished: Partial<Record<RunState, number>>;
  stepAttempts: number;
  commits: number;
  running: number;
}
