import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { createPace } from "#kernel/pace.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import { defined } from "#kernel/defined.ts";
import { Acceptor } from "./accept/acceptor.ts";
import { InboxRouter, type InboxParts } from "./accept/inbox-router.ts";
import { createSubscriberIndex } from "./accept/subscriber-index.ts";
import type { TriggerBinding } from "./types/bindings.ts";
import type { Engine, Ledger, Sample, SampleOptions, SampleReads } from "./api.ts";
import type { FlowKnowledge } from "./flow/flow.ts";
import { createFlowRegistry, type FlowRegistry } from "./flow/registry.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createPeopleIndexer } from "./people/index-loop.ts";
import type { MessageGate } from "./messages/gate.ts";
import type { StepCaller } from "./ports/caller.ts";
import type { ExecutionMarks } from "./ports/execution-marks.ts";
import type { FlowStore } from "./ports/flow-store.ts";
import type { PollParts } from "./ports/polls.ts";
import type { RunQueue } from "./ports/queue.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { Syncs } from "./ports/syncs.ts";
import type { TriggerStore } from "./ports/trigger-store.ts";
import { DryRuns } from "./run/dry-runs.ts";
import { Execution } from "./run/execution.ts";
import { Launcher } from "./run/launcher.ts";
import { RunChanges } from "./run/run-changes.ts";
import { RunReader } from "./run/run-reader.ts";
import { StepTests } from "./run/step-tests.ts";
import { Sweep } from "./run/sweep.ts";
import { ScriptPool } from "./scripts/pool.ts";
import { applyScriptRule } from "./scripts/rules.ts";
import { testScript } from "./scripts/tests.ts";
import { ledgerOf } from "./triggers/ledger.ts";
import { ListReader } from "./triggers/list-reader.ts";
import { createPoller } from "./triggers/poller.ts";
import { findSamples } from "./triggers/samples.ts";
import { RefusedPolls } from "./triggers/refused-polls.ts";
import { createScheduler, type Scheduler } from "./triggers/scheduler.ts";
import { createTimekeeper } from "./triggers/timekeeper.ts";
import { TriggerFacts } from "./triggers/trigger-facts.ts";
import { TriggerLocks } from "./triggers/trigger-locks.ts";
import type { FlowDefinition } from "./types/flows.ts";
import type { Trigger } from "./types/triggers.ts";

export interface EngineParts {
  runs: RunStore;
  flows: FlowStore;
  triggers: TriggerStore;
  queue: RunQueue;
  caller: StepCaller;
  /** Keeps the message policy of each workspace; without it, every message is sent. */
  messages?: MessageGate;
  /** What is known of a workspace's apps: another object once one of them has changed. */
  knowledge: (workspaceId: string) => FlowKnowledge;
  /** Facts of a webhook trigger: key, person, aliases. */
  webhook: (workspaceId: string, app: string, operation: string) => WebhookTrigger | null;
  clock: Clock;
  random?: () => number;
  /** Calls in flight at a time. A flow, or a host, has a quarter of them at most. */
  concurrency?: number;
  log: (message: string, error: unknown) => void;
  polls: PollParts;
  /** Without them, the engine has no inboxes. */
  inboxes?: InboxParts;
  /** Keeps pairs of records in step; without it, steps of that kind do nothing. */
  syncs?: Syncs;
  /** Scripts executed at a time. */
  scriptWorkers?: number;
  onCommit?: (ms: number, rows: number) => void;
  /** Without them no run is blamed for a crash. */
  marks?: ExecutionMarks;
  /** No other process executes runs of this store. Whoever owned one is gone, and its runs are continued at once. */
  alone: boolean;
  /** What becomes of an illegal change of a run's state, beside its refusal. Without it, it is logged. */
  illegalMove?: (error: MillraceError) => void;
}

const usualCalls = 256;
const usualScripts = 2;
/** With more runs than this under way or in the queue, what can wait does. */
const busyRuns = 16;
/** Without them, the engine has no inboxes. */
const noInboxes: InboxParts = { rules: () => null, events: () => [], connections: async () => [], onConnections() {} };

/** The engine: accepts events, executes their runs, and records how far each of them is. */
export function createEngine(parts: EngineParts): Engine {
  return engineOf(parts, openParts(parts));
}

/** What the engine is made of. */
type Inside = ReturnType<typeof openParts>;

function openParts(parts: EngineParts) {
  const { runs: store, triggers, queue, clock, log } = parts;
  const closing = new AbortController();
  const pace = createPace();
  const scripts = new ScriptPool({ workers: parts.scriptWorkers ?? usualScripts, log });
  const locks = new TriggerLocks();
  const facts = new TriggerFacts({ webhook: parts.webhook, polls: parts.polls });
  const changes = new RunChanges();
  const flows = createFlowRegistry({ flows: parts.flows, triggers, knowledge: parts.knowledge, clock, locks });
  const sweep = new Sweep({ store, queue, flows, clock, log });
  const execution = openExecution(parts, {
    flows,
    facts,
    changes,
    pace,
    scripts,
    written(change) {
      people.soon();
      changes.written(change);
    },
    ownerGone: () => sweep.run(),
  });
  const { worker, ownership, journal } = execution;
  const busy = () => worker.running() + queue.depth().live > busyRuns;
  const people = createPeopleIndexer({ store, clock, busy, log, signal: closing.signal });
  const launcher = new Launcher({ queue, flows, worker, ownership, changes, people });
  const acceptor = new Acceptor({ flows, facts, store, journal, launcher, clock, pace, random: parts.random ?? Math.random });
  const inboxes = openInboxes(parts, { flows, facts, acceptor, launcher, journal });
  const reader = new ListReader({ flows, facts, polls: parts.polls, store: triggers });
  const scheduler = openScheduler(parts, { locks, acceptor, launcher, reader });
  flows.onForget(scheduler.poke);
  const refusedPolls = new RefusedPolls({ triggers, locks, poke: scheduler.poke, clock });
  const lifecycle = new Lifecycle({ execution, scripts, sweep, scheduler, people, queue, closing, clock, log });
  const shown = new RunReader({ store, flows, facts, worker, ownership, isHeld: lifecycle.isHeld, clock });
  const trying = { caller: parts.caller, messages: parts.messages, scripts, facts, knowledge: parts.knowledge, clock, pace };
  const dryRuns = new DryRuns(trying);
  const stepTests = new StepTests({ ...trying, wrote: dryRuns.forget });
  return {
    scripts,
    facts,
    changes,
    flows,
    execution,
    launcher,
    acceptor,
    reader,
    lifecycle,
    shown,
    dryRuns,
    stepTests,
    sweep,
    refusedPolls,
    ...inboxes,
  };
}

type ExecutionParts = ConstructorParameters<typeof Execution>[0];

function openExecution(
  parts: EngineParts,
  inside: Pick<ExecutionParts, "flows" | "facts" | "changes" | "pace" | "scripts" | "written" | "ownerGone">,
): Execution {
  const { runs: store, queue, caller, messages, syncs, clock, log, alone, marks, illegalMove } = parts;
  const calls = parts.concurrency ?? usualCalls;
  const random = parts.random ?? Math.random;
  const execution = new Execution({
    ...inside,
    store,
    queue,
    caller,
    messages,
    syncs,
    clock,
    log,
    alone,
    marks,
    illegalMove,
    calls,
    random,
  });
  if (parts.onCommit) execution.journal.onCommit(parts.onCommit);
  return execution;
}

function openScheduler(
  { runs: store, triggers, clock, log }: EngineParts,
  { locks, acceptor, launcher, reader }: { locks: TriggerLocks; acceptor: Acceptor; launcher: Launcher; reader: ListReader },
): Scheduler {
  const payloadOf = async ({ workspaceId }: Trigger, eventId: string) => (await store.event(workspaceId, eventId))?.payload ?? null;
  const accepting = { triggers, makeAcceptance: acceptor.makeAcceptance, accepted: launcher.launchAll, clock };
  const poller = createPoller({ ...accepting, payloadOf, read: reader.ofTrigger });
  return createScheduler({ triggers, poller, timekeeper: createTimekeeper(accepting), locks, clock, log });
}

/** Decides which flows an event at an inbox starts. */
function openInboxes(
  { runs: store, inboxes = noInboxes, clock }: EngineParts,
  { flows, facts, acceptor, launcher, journal }: Pick<Inside, "flows" | "facts" | "acceptor" | "launcher"> & Pick<Execution, "journal">,
) {
  const subscribers = createSubscriberIndex({ flows: flows.all, connections: inboxes.connections, eventsOf: facts.eventsOf });
  inboxes.onConnections(subscribers.forget);
  flows.onForget(subscribers.forget);
  const { deliver } = new InboxRouter({
    inboxes,
    subscribers,
    prepare: acceptor.prepare,
    acceptAll: journal.acceptAll,
    eventsOf: store.events,
    onAccepted: launcher.accepted,
    clock,
  });
  return { subscribers, deliver };
}

/** The engine as its callers see it. */
function engineOf(parts: EngineParts, inside: Inside): Engine {
  const { runs: store, queue } = parts;
  const { changes, flows, execution, launcher, acceptor, lifecycle, shown, dryRuns, stepTests, subscribers, deliver } = inside;
  const { journal, worker, control } = execution;
  return {
    start: lifecycle.start,
    release: lifecycle.release,
    isHeld: lifecycle.isHeld,
    close: lifecycle.close,
    accept: acceptor.accept,
    deliver,
    subscribers: (workspaceId, app) => subscribers.all(workspaceId, app),
    triggerByToken: async (token) => (await flows.bindingByToken(token))?.trigger ?? null,
    triggerDefinition: async (trigger) => (await flows.bindingOf(trigger)).definition.trigger,
    flows: { ...flows, runNow: acceptor.runNow },
    flowChanged: flows.forget,
    runs: shown.list,
    run: shown.get,
    runPage: shown.page,
    change: shown.change,
    flowTotals: (workspaceId, from) => store.flowTotals(workspaceId, from),
    putRight: (workspaceId, from) => store.putRight(workspaceId, from),
    outages: (workspaceId) => store.outages(workspaceId),
    endWaitFor: (workspaceId, connectionId) => endWaitFor(parts, inside, workspaceId, connectionId),
    pollAgain: (workspaceId, connectionId) => inside.refusedPolls.pollAgain(workspaceId, connectionId),
    peopleProgress: () => store.peopleProgress(),
    counts: (workspaceId, filter) => store.counts(workspaceId, filter),
    replay: control.replay,
    replayEdited: acceptor.replayEdited,
    cancel: control.cancel,
    cancelMany: control.cancelMany,
    dismiss: control.dismiss,
    dryRun: dryRuns.run,
    samples: (workspaceId, flowId, limit, options) => samplesOfFlow(parts, inside, { workspaceId, flowId, limit, ...options }),
    samplesOf: (workspaceId, definition, limit, by) =>
      samplesOf(parts, inside, { binding: unsavedBinding(workspaceId, flows.draft(workspaceId, definition), parts.clock), limit, by }),
    planStep: stepTests.plan,
    testStep: stepTests.run,
    tryScriptRule: (workspace, call) =>
      applyScriptRule(inside.scripts, call, { workspace, flow: "rules", moment: parts.clock.now(), seed: "try", isTrial: true }),
    testScript: (workspace, flow, script) => testScript(inside.scripts, { workspace, flow, script }),
    eventIds: async (workspaceId, flowId, limit) =>
      store.eventIds(workspaceId, (await flows.trigger(await flows.get(workspaceId, flowId))).id, limit),
    event: (workspaceId, eventId) => store.event(workspaceId, eventId),
    payloadOf: (workspaceId, eventId) => payloadOf(store, workspaceId, eventId),
    ledger: (workspaceId, flowId) => ledgerOfFlow(parts, flows, workspaceId, flowId),
    prune: (workspaceId, olderThanMs) => prune(parts, workspaceId, olderThanMs),
    onChange: changes.onChange,
    onFlowChange: flows.onForget,
    depth: () => queue.depth(),
    waiting: (workspaceId) => worker.waiting(workspaceId),
    healthy: () => journal.healthy(),
    stats: () => ({
      ...launcher.counts(),
      finished: changes.counts,
      stepAttempts: worker.attempts(),
      commits: journal.commits(),
      running: worker.running(),
    }),
  };
}

async function samplesOfFlow(
  parts: EngineParts,
  inside: Pick<Inside, "flows" | "facts" | "reader">,
  { workspaceId, flowId, limit, definition, by, read }: { workspaceId: string; flowId: string; limit: number } & SampleOptions,
): Promise<Sample[]> {
  const { flows } = inside;
  const flow = await flows.get(workspaceId, flowId);
  const drafted = definition === undefined ? flow.draft : flows.draft(workspaceId, definition);
  return samplesOf(parts, inside, { binding: { flow, trigger: await flows.trigger(flow), definition: drafted }, limit, by, reads: read });
}

function samplesOf(
  { runs: store, polls, knowledge, clock }: EngineParts,
  { flows, facts, reader }: Pick<Inside, "flows" | "facts" | "reader">,
  { binding, limit, by, reads }: { binding: TriggerBinding; limit: number; by: string | undefined; reads?: SampleReads | undefined },
): Promise<Sample[]> {
  const { id } = binding.flow;
  const finding = {
    events: store.events,
    flows: flows.all,
    webhook: facts.webhook,
    operation: (of: string, app: string, operation: string) => polls.operation(of, app, operation),
    kind: (of: string, app: string, trigger: string) => knowledge(of).trigger(app, trigger)?.kind,
    isOfInbox: (of: string, app: string, trigger: string) => knowledge(of).trigger(app, trigger)?.inbox ?? false,
    read: (of: TriggerBinding, signal: AbortSignal) =>
      reader.ofBinding(of, signal, { purpose: "sample", ...(id !== "" && { flowId: id }), ...defined({ by }) }),
    clock,
  };
  return findSamples(finding, binding, limit, reads);
}

/** A definition that nobody has saved, as if a flow without events had it. */
function unsavedBinding(workspaceId: string, definition: FlowDefinition, clock: Clock): TriggerBinding {
  const now = clock.now();
  const common = { id: "", workspaceId };
  const flow = { ...common, name: definition.name, draft: definition, revision: 1, createdAt: now, updatedAt: now };
  const idle = { active: false, nextAt: null, everyMs: null, state: {}, lastAt: null, lastError: null };
  return {
    flow: { ...flow, status: "draft", version: null },
    trigger: { ...common, flowId: "", kind: "webhook", token: null, ...idle },
    definition,
  };
}

async function endWaitFor(
  { runs, clock, alone }: EngineParts,
  { sweep }: Inside,
  workspaceId: string,
  connectionId: string,
): Promise<number> {
  const ended = await runs.endWaitFor(workspaceId, connectionId, clock.now());
  if (ended > 0 || !alone) await sweep.run(); // another process may have made the runs of this one due
  return ended;
}

async function payloadOf(store: RunStore, workspaceId: string, eventId: string): Promise<unknown> {
  const event = await store.event(workspaceId, eventId);
  if (!event) throw new MillraceError("NOT_FOUND", { details: { what: "event", id: eventId } });
  return event.payload;
}

async function ledgerOfFlow(
  { triggers, knowledge }: EngineParts,
  flows: FlowRegistry,
  workspaceId: string,
  flowId: string,
): Promise<Ledger> {
  const trigger = await flows.trigger(await flows.get(workspaceId, flowId));
  return ledgerOf(triggers, knowledge(workspaceId), { ...(await flows.bindingOf(trigger)), trigger });
}

/** Removes what is older, a small number of rows at a time. Returns how many runs were removed. */
async function prune({ runs, triggers, clock }: EngineParts, workspaceId: string, olderThanMs: number): Promise<number> {
  const before = clock.now() - olderThanMs;
  let total = 0;
  for (let n = -1; n !== 0; total += n) n = await runs.prune(workspaceId, before, 500);
  for (let n = -1; n !== 0;) n = await triggers.pruneLedger(workspaceId, before, 500);
  return total;
}
