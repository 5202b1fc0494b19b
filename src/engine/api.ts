import type { PretendedEffect } from "#catalog/types.ts";
import type { StoredError } from "#kernel/errors.ts";
import type { Subscriber } from "./types/bindings.ts";
import type { Change } from "./run/change.ts";
import type { Flow, FlowDefinition, FlowTotals } from "./types/flows.ts";
import type { Inbox } from "./types/inboxes.ts";
import type { Lane, Outage, Run, RunContext, RunFilter, RunPage, RunState, StepPage } from "./types/runs.ts";
import type { LedgerCounts } from "./types/ledger.ts";
import type { PeopleProgress } from "./types/people.ts";
import type { ObservationCount } from "./types/observations.ts";
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
  /** Another process changed a flow, or its trigger: what is in memory of it is read again. */
  flowChanged(flowId: string): void;

  runs(workspaceId: string, filter: RunFilter, page: { before?: string; limit: number }): Promise<Run[]>;
  run(workspaceId: string, id: string): Promise<RunContext>;
  /** The same with a part of its steps. */
  runPage(workspaceId: string, id: string, page: StepPage): Promise<RunPage>;
  /** Of each flow: its runs by state since `from`, and when its newest run began. */
  flowTotals(workspaceId: string, from: number): Promise<Map<string, FlowTotals>>;
  /** What keeps several runs waiting, or one for long. */
  outages(workspaceId: string): Promise<Outage[]>;
  /** Null: a search for a person looks at every run. */
  peopleProgress(): Promise<PeopleProgress | null>;
  /** What changed of the run's record; null where its flow does not ask. */
  change(context: RunContext): Promise<Change | null>;
  counts(workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>>;
  replay(workspaceId: string, request: ReplayRequest): Promise<ReplayResult>;
  /** Ends a run before its next step, whatever it is doing. On the disk when it resolves. */
  cancel(workspaceId: string, runId: string): Promise<void>;
  /** Cancels these runs, or all that a filter finds and that are not over. */
  cancelMany(workspaceId: string, request: CancelRequest): Promise<CancelResult>;
  /** Takes a failed or held run off Needs attention. */
  dismiss(workspaceId: string, runId: string): Promise<void>;
  dryRun(workspaceId: string, flow: { definition: FlowDefinition; triggerId?: string }, payload: unknown): Promise<DryRun>;
  /** Events to try the flow's draft with, the best first. Empty where nothing was received, no list can be read, and no example is documented. */
  samples(workspaceId: string, flowId: string, limit: number): Promise<Sample[]>;
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

/** An event to try a flow with. */
export interface Sample {
  /** When it was received, or read from the list. */
  at: number;
  payload: unknown;
  /** By whom a person will recognise it. */
  person: string | null;
  /** `event`: the flow received it; `other_flow`: another flow with the same trigger did; `list`: a record as it is now; `example`: made up. */
  from: "event" | "other_flow" | "list" | "example";
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

/** `by`: who makes a change, for the list of changes. */
export interface FlowService {
  create(workspaceId: string, definition: unknown, by?: string): Promise<Flow>;
  /** Checks a definition that is not saved. */
  parse(workspaceId: string, definition: unknown): FlowDefinition;
  save(workspaceId: string, id: string, definition: unknown, by?: string): Promise<Flow>;
  /** A poll goes on where it stood, unless it is to start with a new baseline (`now`). */
  publish(workspaceId: string, id: string, startFrom?: "continue" | "now", by?: string): Promise<Flow>;
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
  versions(flow: Flow): Promise<{ version: number; publishedAt: number }[]>;
  version(workspaceId: string, flowId: string, version: number): Promise<FlowDefinition>;
  rotateHook(workspaceId: string, id: string, by?: string): Promise<Trigger>;
  /** Arms what a crash left half switched on: the flow says on, and its trigger does not. Gives the names of the flows. */
  mend(workspaceId: string): Promise<string[]>;
  /** Starts a flow by hand with a payload. */
  runNow(workspaceId: string, id: string, payload: unknown): Promise<Accepted>;
}

export interface ReplayRequest {
  ids?: string[];
  filter?: RunFilter;
  from: "start" | "failed";
  version: "same" | "published";
}
export interface ReplayResult {
  /** `as` is the run that does it: the same one when it goes on from the failed step on its own version. */
  replayed: { run: string; as: string }[];
  refused: { run: string; error: StoredError }[];
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

export interface DryRun {
  outcome: "succeeded" | "filtered" | "failed";
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
