import type { Json, JsonObject } from "#kernel/json.ts";
import type { MillraceError, StoredError } from "#kernel/errors.ts";
import type { PersonKey, PersonSearch } from "#kernel/person-key.ts";
import type { Effect, ListRead, PretendedEffect } from "#catalog/types.ts";

// ---------------------------------------------------------------- flows

/** A flow as people write it and keep it in git. Checked by `parseFlow` (flow.ts). */
export interface FlowDefinition {
  name: string;
  description?: string;
  trigger: TriggerDefinition;
  steps: StepDefinition[];
  settings?: FlowSettings;
}

export interface FlowSettings {
  /** What to do when nobody can tell whether a write took effect and the operation has no way to look. */
  unknownOutcome?: "hold" | "retry";
  retry?: { maxAttempts?: number; maxElapsed?: string };
  /** IANA zone in which the flow's dates are meant; UTC when absent. */
  zone?: string;
  /** Two-letter country for phone numbers written without one. */
  country?: string;
  lane?: Lane;
  /** `10s`: changes of one record that follow each other within this time become one run, of the newest. A burst without end is let go after ten such windows. */
  settle?: string;
  /** `record`: runs of one record go one after another, in the order in which their events came. */
  order?: "record";
}

/** What starts the flow. Webhook, poll, schedule or manual follows from the operation. */
export interface TriggerDefinition {
  app: string;
  operation: string;
  connection?: string;
  /** Poll: the read's input. Schedule: `cron` and `zone`. */
  input?: JsonObject;
  /** Poll: `1m` to `15m` and longer. */
  every?: string;
  /** Poll: `new` fires for records not seen before, `changed` for those and for changes, `all` for deletions as well. */
  emit?: "new" | "changed" | "all";
  /** Webhook: a template that gives the event's key, where the app's own choice does not fit. */
  key?: string;
  /** A template that tells of which record the event is, where the app does not say or its choice does not fit. */
  record?: string;
  /** Keeps the last known state of each record, so that `trigger._change` has old and new values. */
  previous?: boolean;
  /** Webhook: how often to look for what was not delivered (`15m`), where the app has a read that can tell. */
  reconcile?: string;
  /** Webhook of an app with inboxes: listen at this one only. */
  inbox?: string;
}

export type StepDefinition = ActionStep | FilterStep | BranchStep | ForEachStep | WaitStep | FormatStep | StopStep;
interface StepBase {
  id: string;
  title?: string;
}
/** Calls an operation; with a read it is a lookup. */
export interface ActionStep extends StepBase {
  app: string;
  operation: string;
  connection?: string;
  input?: JsonObject;
  /** A read of a list: how many rows at most. */
  rows?: number;
  /** `continue`: a refusal becomes the step's result (`{error}`) and the run goes on. */
  onError?: "fail" | "continue";
}
/** The run goes on only if the condition holds; otherwise it ends Filtered. */
export interface FilterStep extends StepBase {
  filter: string;
}
export interface BranchStep extends StepBase {
  if: string;
  then: StepDefinition[];
  else?: StepDefinition[];
}
/** Does its steps once for each item of a list; inside, the item is `{{ <as> }}` and its number `{{ <as>_index }}`. */
export interface ForEachStep extends StepBase {
  forEach: string;
  as?: string;
  do: StepDefinition[];
}
/** `2h`, or a template that gives a duration or a time. */
export interface WaitStep extends StepBase {
  wait: string;
}
/** Builds values for later steps. */
export interface FormatStep extends StepBase {
  format: JsonObject;
}
export interface StopStep extends StepBase {
  stop: "success" | "filtered" | "failed";
  reason?: string;
}

export type FlowStatus = "draft" | "on" | "off";
export interface Flow {
  id: string;
  workspaceId: string;
  name: string;
  status: FlowStatus;
  draft: FlowDefinition;
  /** The published version; null before the first. */
  version: number | null;
  /** Why it was paused by Millrace, in words. */
  reason?: string;
  createdAt: number;
  updatedAt: number;
}

// ---------------------------------------------------------------- triggers

export type TriggerKind = "webhook" | "poll" | "schedule" | "manual";
/** The standing part of a flow's trigger. Its identity and cursor survive publish, off and on. */
export interface Trigger {
  id: string;
  workspaceId: string;
  flowId: string;
  kind: TriggerKind;
  /** Webhook: the unguessable part of the address. */
  token: string | null;
  /** Whether it fires. A webhook trigger that is off still keeps samples. */
  active: boolean;
  /** Poll and schedule: when next, epoch ms. */
  nextAt: number | null;
  everyMs: number | null;
  /** Cursor, baseline flag, fingerprint of what is polled; the poller's own. */
  state: JsonObject;
  lastAt: number | null;
  lastError: StoredError | null;
}

/** What the poller remembers of one item: its key, the hash of its content, when last seen. */
export interface SeenItem {
  key: string;
  hash: string;
  seenAt: number;
}

/** The last state of a record: the values that a change trigger compares. */
export interface WatchedRecord {
  triggerId: string;
  record: string;
  /** The baseline it counts from. */
  epoch: string;
  values: JsonObject;
  /** As of when. */
  at: number;
  by: ObservationSource;
}

/** How a change trigger sees a record: in an event that is posted, or in the list it polls. */
export type ObservationSource = "webhook" | "poll";

/**
 * The result of an observation. `changed`: in the way that is watched for. `other`: it changed, in another way. `same`: no compared value
 * changed. `late`: it is older than the last state. `first`: the record was not seen before, so there is nothing to compare with. `early`: it
 * arrived before the first poll. `silent`: it contains none of the compared values. `waiting`: the list disagrees with a webhook and may lag.
 */
export type ObservationOutcome = "changed" | "other" | "same" | "late" | "first" | "early" | "silent" | "waiting";

/** How often an outcome occurred, with the newest as an example. */
export interface ObservationCount {
  outcome: ObservationOutcome;
  by: ObservationSource;
  count: number;
  lastAt: number;
  lastRecord: string;
  /** In words. */
  lastNote: string;
}

/** What an event or a row shows of a record. It is compared with the last state inside the commit, so webhook and list report a change once. */
export interface Observation {
  record: string;
  by: ObservationSource;
  compare(before: WatchedRecord | null, trigger: Pick<Trigger, "active" | "state">): ObservationResult;
}
export interface ObservationResult {
  outcome: ObservationOutcome;
  note: string;
  /** The state from now on; null: as it was. */
  keep: WatchedRecord | null;
  /** An event with its run for each change. */
  accept: Acceptance[];
}

// ---------------------------------------------------------------- events, runs, steps

export type Lane = "live" | "sync" | "backfill";

/** One thing that happened, as accepted. */
export interface Event {
  id: string;
  workspaceId: string;
  triggerId: string;
  /** De-duplicates: unique within the trigger. */
  key: string;
  /** What was received, as JSON. */
  payload: unknown;
  /** The same as text where it is at hand, to spare encoding it again. */
  text?: string;
  /** By whom a person looks for it: e-mail, phone or name. */
  person: string | null;
  receivedAt: number;
  /** The id of the record it is of, where that is known. */
  record: string | null;
  /** When it happened, as the sender says; epoch ms. */
  happenedAt: number | null;
}

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
  /** The record as it was known before this event; undefined where it was not. Written once, in the commit that makes the run. */
  previous?: Json;
  createdAt: number;
  finishedAt: number | null;
}

/**
 * What a run waits for. `retry`: a call that failed and is made again. `wait`: a step that waits. `quota`: the requests of an app are used
 * up for now. `place`: others are being worked on. `settling`: it gathers changes of its record. `behind`: an earlier run of its record
 * has not ended.
 */
export interface Waiting {
  kind: "retry" | "wait" | "quota" | "place" | "settling" | "behind";
  /** In words, without when it ends: "HighLevel answered 500". */
  reason: string;
  /** The step that waits. */
  step?: string;
  /** Retry: the attempts made so far, and when the first of them was. */
  attempts?: number;
  since?: number;
  /** Retry: who does not answer as it should. */
  app?: string;
  host?: string;
}

/** Runs that wait because of the same fault of the same app or host. */
export interface Outage {
  app: string | null;
  host: string | null;
  /** "HighLevel answered 500" */
  reason: string;
  since: number;
  nextTryAt: number;
  waiting: number;
}

/** How far old runs have been read for the people in them. */
export interface PeopleProgress {
  done: number;
  total: number;
}

/** Keys that are added to a run. */
export interface RunPeople {
  runId: string;
  keys: readonly PersonKey[];
}

export type StepState = "running" | "waiting" | "succeeded" | "skipped" | "failed" | "held";
/** One stage of a run: the truth about what was tried and what came of it. */
export interface StepRecord {
  runId: string;
  /** Where in the flow: `contact`, `unhappy/task`, `each[3]/note`. Unique in the run. */
  path: string;
  /** Order of first execution, from 0. */
  seq: number;
  state: StepState;
  app: string | null;
  operation: string | null;
  effect: Effect | null;
  input: Json | undefined;
  output: Json | undefined;
  attempts: StepAttempt[];
  error: StoredError | null;
  startedAt: number;
  finishedAt: number | null;
}
export interface StepAttempt {
  at: number;
  durationMs: number;
  error?: StoredError;
  /** True when it is not known whether it took effect. */
  unknown?: boolean;
  /** Requests and answers of this attempt, without secrets. */
  exchanges?: unknown[];
  /** In words: "Looked up before writing again: it had taken effect." */
  note?: string;
  /** Of a list: how far it was read. */
  list?: ListRead;
}

export type RunPatch = Partial<
  Pick<Run, "state" | "dueAt" | "summary" | "error" | "attention" | "finishedAt" | "waiting" | "workedMs" | "people">
>;

/** A change of one run. `was` is the run as last read or written: the hourly counts move from its state to the new one. */
export interface RunWrite {
  was: Run;
  patch: RunPatch;
}

// ---------------------------------------------------------------- ports

/** An event to be accepted, with the runs it makes. */
export interface Acceptance {
  event: Event;
  runs: Run[];
  /** While a run of the same record and version still gathers, the event joins it instead: let go when nothing followed for `quietMs`, at the latest after `mostMs`. */
  settle?: { quietMs: number; mostMs: number };
  /** Of a trigger that is reconciled: what goes into the ledger with the event. A webhook of what the poll has told is kept without a run. */
  news?: News;
  /** Where the flow asks for old values: the record as this event tells it, kept as its last known state. Null: the record is gone. */
  state?: Json;
  /** Of a change trigger: the event itself is not kept; what it comes to is decided in the commit. */
  observation?: Observation;
  /** Only its content tells the event from others: one of the same content is no repeat of one that came longer ago than this. */
  repeatMs?: number;
}

/** The runs that an accepted event went into, made for it or joined. Null: a repeat of a key, and nothing was written. */
export type Taken = Run[] | null;

/** A run with a record asks to begin. */
export interface Claim {
  runId: string;
  now: number;
  /** Whether it must wait for earlier runs of its record, and for one that has begun. */
  inTurn: boolean;
}

/** What came of it. One that has begun already goes on; `over`: it has ended, or is gone. */
export type Claimed =
  | { kind: "begun"; context: RunContext }
  | { kind: "settling"; dueAt: number }
  | { kind: "behind"; runId: string }
  | { kind: "over" };

/** What one commit writes. All of it or nothing; durable when the promise resolves. */
export interface Writes {
  accept: Acceptance[];
  /** Runs made for events that are there already: replays. */
  replays?: { run: Run; steps: StepRecord[] }[];
  steps: StepRecord[];
  runs: RunWrite[];
  /** Taken last: they see what the same commit accepts and ends. */
  claims?: Claim[];
}

/** What a commit did, each list in the order of what it was given. */
export interface Committed {
  accepted: Taken[];
  claims: Claimed[];
  /** Of each record of which a run ended: the run whose turn may have come. */
  next: QueuedRun[];
}

export interface RunFilter {
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
  dueAt: number;
  lane: Lane;
  flowId: string;
  version: number;
  /** An earlier run of its record has not begun: where the flow keeps order, that one is called first, and calls it. */
  behind: boolean;
}

/** The rows of events, runs and steps. The engine's truth. */
export interface RunStore {
  /** Group commit: all of it or nothing. */
  commit(writes: Writes): Promise<Committed>;
  load(runId: string): Promise<RunContext | null>;
  get(workspaceId: string, runId: string): Promise<RunContext | null>;
  list(workspaceId: string, filter: RunFilter, page: { before?: string; limit: number }): Promise<Run[]>;
  counts(workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>>;
  /** Runs that are due and not finished, oldest first: what the sweep puts back into the queue. */
  due(now: number, limit: number, after?: { dueAt: number; id: string }): Promise<DueRun[]>;
  event(workspaceId: string, id: string): Promise<Event | null>;
  /** The event that a key stands for now. */
  eventByKey(triggerId: string, key: string): Promise<Event | null>;
  /** Newest events of a trigger, as samples. */
  events(triggerId: string, limit: number): Promise<Event[]>;
  /** Deletes finished runs (with steps and events) older than `before`; returns how many. Bounded by `limit` so that a commit stays short. */
  prune(workspaceId: string, before: number, limit: number): Promise<number>;
  /** Runs made as replays of this one, oldest first. */
  replaysOf(workspaceId: string, runId: string): Promise<Run[]>;
  /** A run with its event and a part of its steps: those that failed or are under way, and the first of the others after `after`. */
  page(workspaceId: string, runId: string, page: StepPage): Promise<RunPage | null>;
  /** Of each flow: its runs by state since `from`, and when its newest run began. */
  flowTotals(workspaceId: string, from: number): Promise<Map<string, FlowTotals>>;
  /** The run of the same record that goes before this one: it has begun, or came earlier. */
  ahead(run: Pick<Run, "id" | "flowId" | "record">): Promise<string | null>;
  /** Waiting runs by what keeps them, the most first; those that wait for nobody's fault are left out. */
  outages(workspaceId: string): Promise<Outage[]>;
  /** Sorts the keys of at most `limit` runs into the index of people; returns how many. Until then a search looks through them one by one. */
  indexPeople(limit: number): Promise<number>;
  /** How many runs wait for that; counted up to `limit`. */
  unindexed(limit: number): Promise<number>;
  /** Runs of an earlier release that nobody has read for their people, newest first, with what is to be read. */
  unread(limit: number): Promise<UnreadRun[]>;
  /** Gives them their keys; what was read is not unread any more. */
  markRead(people: readonly RunPeople[]): Promise<void>;
  /** Null: every run has been read. */
  peopleProgress(): Promise<PeopleProgress | null>;
  /** Those of these runs that are not over. */
  findOpen(ids: readonly string[]): Promise<Run[]>;
  /**
   * Notes of each of these runs that is not over that it was executing when a process crashed, once for each process. Gives the counts of
   * all that have one: a process may have crashed before it took up what an earlier one was executing.
   */
  countCrashes(ids: readonly string[], process: string): Promise<Map<string, number>>;
  forgetCrashes(ids: readonly string[]): Promise<void>;
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

export interface FlowTotals {
  counts: Record<RunState, number>;
  lastRunAt: number | null;
}

/** A run as far as its people can be read off it. */
export interface UnreadRun {
  runId: string;
  event: Pick<Event, "person" | "record" | "payload"> | null;
  steps: Pick<StepRecord, "app" | "state" | "effect" | "input" | "output">[];
}

/** Which runs a process is executing, where the next process can read it. Asked for each pass: it must cost microseconds. */
export interface ExecutionMarks {
  /** What the process before this one left, when it ended without closing its marks; its name tells one crash from another. */
  readonly interrupted: { process: string; runIds: readonly string[] } | null;
  /** Begins anew: what was left has been dealt with. */
  clear(): void;
  /** Marks a run. Returns where, for `end`. It may execute once `written` has resolved. */
  begin(runId: string): number;
  /** Resolves when every mark made so far can be read by the next process. */
  written(): Promise<void>;
  /** The run is not executing any more. Its mark goes with the next write. */
  end(at: number): void;
  /** A clean end: nothing is left. */
  close(): void;
}

export interface FlowStore {
  insert(flow: Flow, trigger: Trigger): Promise<void>;
  get(workspaceId: string, id: string): Promise<Flow | null>;
  list(workspaceId: string): Promise<Flow[]>;
  /** The published definitions of a workspace's flows, by flow. */
  published(workspaceId: string): Promise<Map<string, FlowDefinition>>;
  update(id: string, patch: Partial<Pick<Flow, "name" | "status" | "draft" | "version" | "reason" | "updatedAt">>): Promise<void>;
  /** Writes a version and makes it the published one, in one transaction. */
  publish(flowId: string, version: number, definition: FlowDefinition, now: number): Promise<void>;
  version(flowId: string, version: number): Promise<FlowDefinition | null>;
  versions(flowId: string): Promise<{ version: number; publishedAt: number }[]>;
  delete(id: string): Promise<void>;
}

/** The one address to which the events of an app's registration come. */
export interface Inbox {
  id: string;
  workspaceId: string;
  app: string;
  /** The short name flows use. */
  name: string;
  title: string;
  /** The unguessable part of its address. */
  token: string;
  /** The registration's id with the app (HighLevel: the part of the client id before the first hyphen). Null: events of any are taken. */
  registration: string | null;
  /** A signing key in place of the app's own (SPKI, base64): the sandbox has one. */
  publicKey: string | null;
  /** Whether an event with the old signature alone is taken, and the key for it where it is not the app's own. */
  legacy: boolean;
  legacyKey: string | null;
  createdAt: number;
  /** Which flows start from it, by id, of those that name no inbox. Null: all of them, as from the only inbox of an app. */
  flows: string[] | null;
}

/** What came to an inbox, counted by event and sub-account. */
export interface Heard {
  inboxId: string;
  /** The event's name; `""`: none could be told. */
  type: string;
  /** Sub-account or agency; `""` where the event names none. */
  place: string;
  count: number;
  lastAt: number;
}

export interface InboxStore {
  insert(inbox: Inbox): Promise<void>;
  byToken(token: string): Promise<Inbox | null>;
  get(workspaceId: string, id: string): Promise<Inbox | null>;
  list(workspaceId: string): Promise<Inbox[]>;
  update(id: string, patch: Partial<Omit<Inbox, "id" | "workspaceId" | "app" | "createdAt">>): Promise<void>;
  /** With its counts. */
  delete(id: string): Promise<void>;
  heard(inboxId: string): Promise<Heard[]>;
  /** Adds to the counts; `lastAt` moves on and never back. */
  addHeard(counts: readonly Heard[]): Promise<void>;
}

/** One piece of news of a trigger that is reconciled: by what it became known. */
export interface Told {
  triggerId: string;
  /** The record's id. */
  item: string;
  by: "webhook" | "poll" | "both";
  /** When it happened, or was received where the sender does not say. */
  at: number;
  /** When the poll found it; null while only the webhook told. */
  foundAt: number | null;
  /** The poll itself has told whatever happened up to here: a webhook about it is a repeat. It stays when later news come by webhook. */
  upTo: number | null;
  eventId: string | null;
}

/** What a webhook says of its record. */
export interface News {
  item: string;
  /** When it happened, or was received where the sender does not say (`said` is false then). */
  at: number;
  said: boolean;
  /** It can happen to a record once only: it comes into being. */
  once: boolean;
}

/** What a reconciling poll makes of one finding. Kept while the ledger still says `was`; else the finding is put off, and the next poll judges anew. */
export interface Discovery {
  was: Told | null;
  now: Told;
  accept: Acceptance | null;
  remember: SeenItem | null;
  /** What is remembered where it is put off. */
  otherwise: SeenItem;
}

/** The ledger of one trigger, summed up. */
export interface LedgerCounts {
  heard: number;
  confirmed: number;
  recovered: number;
  /** The newest that only the poll told. */
  recent: { item: string; at: number; foundAt: number; runId: string | null }[];
}

/** A choice that a flow makes by id or by name, as it was last found in its sub-account. */
export interface Reference {
  flowId: string;
  /** Where in the flow: `steps[2].input.pipelineStageId`. */
  at: string;
  connection: string;
  /** As written. */
  given: string;
  /** What it meant when it was last found. */
  value: string;
  label: string;
  checkedAt: number;
}

export interface ReferenceStore {
  list(flowId: string): Promise<Reference[]>;
  /** Replaces what is known of a flow. */
  replace(flowId: string, references: readonly Reference[]): Promise<void>;
}

/** What a name stood for in a sub-account when it was last resolved, for all flows that use it there. */
export interface ReferencePin {
  workspaceId: string;
  /** The sub-account, whichever connection leads there. */
  place: string;
  /** Which list: `locations.list_custom_fields`. */
  kind: string;
  /** What it lies within, by its id (the pipeline of a stage); `""` where nothing is said. */
  parent: string;
  /** The name as it is compared: without regard to case. */
  name: string;
  /** The id it stood for. */
  id: string;
  label: string;
  seenAt: number;
}

export interface PinStore {
  list(workspaceId: string, place: string): Promise<ReferencePin[]>;
  put(pin: ReferencePin): Promise<void>;
  delete(pin: Pick<ReferencePin, "workspaceId" | "place" | "kind" | "parent" | "name">): Promise<void>;
}

/** Something of a flow that will fail, or may, before it does. */
export interface LintFinding {
  /** `error`: a run would fail or write wrongly. `warning`: it may. */
  level: "error" | "warning";
  /** `steps[2].input.pipelineStageId`. */
  at: string;
  step: string | null;
  field: string | null;
  /** What is wrong, to which thing. */
  problem: string;
  /** What to do. */
  fix: string;
  /** The place as people call it: "step 2 'Update the contact', Custom fields". */
  where?: string;
  /** What may be written in place of a name that is gone or means something else now. */
  repair?: { from: string; choices: string[]; near: boolean };
}

/** What a flow's last check found. */
export interface LintRecord {
  flowId: string;
  checkedAt: number;
  findings: LintFinding[];
}

export interface LintStore {
  all(): Promise<LintRecord[]>;
  put(record: LintRecord): Promise<void>;
}

export interface TriggerStore {
  byToken(token: string): Promise<Trigger | null>;
  byFlow(flowId: string): Promise<Trigger | null>;
  list(workspaceId: string): Promise<Trigger[]>;
  /** Active polls and schedules that are due, oldest first. */
  due(now: number, limit: number): Promise<Trigger[]>;
  /** The next time anything is due after `now`, or null. */
  nextDue(): Promise<number | null>;
  update(id: string, patch: Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>): Promise<void>;
  /** The remembered items with these keys. */
  seen(triggerId: string, keys: readonly string[]): Promise<Map<string, SeenItem>>;
  allSeen(triggerId: string): Promise<SeenItem[]>;
  /**
   * Ends one poll in one transaction: accepts its events with their runs, remembers items, forgets others, moves the trigger on.
   * So a crash repeats a poll whole or not at all. Returns what each acceptance became.
   */
  settle(poll: {
    triggerId: string;
    accept: Acceptance[];
    remember: SeenItem[];
    forget: string[];
    patch: Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>;
    /** Of a trigger that is reconciled. What their acceptances became follows that of `accept`. */
    discoveries?: Discovery[];
    /** Of a change trigger: the states that a baseline found. */
    watched?: WatchedRecord[];
  }): Promise<Taken[]>;
  clearSeen(triggerId: string): Promise<void>;
  /** What the ledger has of these records. */
  told(triggerId: string, items: readonly string[]): Promise<Map<string, Told>>;
  ledger(triggerId: string, recent: number): Promise<LedgerCounts>;
  /** What a change trigger has of these records. */
  watched(triggerId: string, records: readonly string[]): Promise<Map<string, WatchedRecord>>;
  /** What a change trigger made of its observations. */
  observations(triggerId: string): Promise<ObservationCount[]>;
  /** Forgets news older than `before`, at most `limit`; returns how many. */
  pruneTold(workspaceId: string, before: number, limit: number): Promise<number>;
}

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

/** Calls operations of apps. Outbound implements it (`createCaller`); the engine never speaks HTTP. */
export interface StepCaller {
  call(request: StepCall): Promise<StepCallResult>;
  /** Looks whether an earlier attempt of the same call took effect. `undefined`: the operation has no way to look. `null`: it did not. */
  confirmed(request: StepCall, since: number): Promise<StepCallResult | null | undefined>;
  /** Facts the engine decides by; null when the operation is unknown. */
  facts(
    app: string,
    operation: string,
    input?: Record<string, unknown>,
  ): { title: string; effect: Effect; idempotencyKey: boolean; confirm: boolean; needsConnection: boolean } | null;
  /** Where a call would go, as far as that can be told before it is made. */
  destination(request: StepCall): Destination;
  /** Calls the listener with each host that answers again after it was not asked for a while. */
  onHostBack(listener: (host: string) => void): void;
}
export interface Destination {
  host: string;
  /** Why it would not be sent just now (HOST_DOWN); null: nothing is in its way. */
  refusal: MillraceError | null;
}
export interface StepCall {
  workspaceId: string;
  app: string;
  operation: string;
  connection?: string;
  input: Record<string, unknown>;
  /** In which zone and country the input is meant where it does not say so, and what of it the flow empties on purpose (JSON pointers). */
  settings?: { zone?: string; country?: string; emptied?: ReadonlySet<string>; written?: readonly string[] };
  lane: Lane;
  dry: boolean;
  idempotencyKey: string;
  /** A later step reads the headers of the answer: they are kept with the exchange. */
  keepHeaders?: boolean;
  /** How many rows of a list are read at most. */
  rows?: number;
  signal?: AbortSignal;
}
export interface StepCallResult {
  output: unknown;
  /** Of a list: how far it was read. */
  list?: ListRead;
  /** Requests and answers, without secrets. */
  exchanges: unknown[];
  /** Dry run only: what would have been written. */
  effects?: PretendedEffect[];
  /** What went well and had better be changed, a sentence each. */
  notices?: string[];
  /** Those of them that are about this call alone, kept with its attempt. */
  notes?: string[];
}
