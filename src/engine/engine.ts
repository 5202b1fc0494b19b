import { defined } from "#kernel/defined.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { contentHash, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { createPace } from "#kernel/pace.ts";
import { describedBy } from "#catalog/described.ts";
import type { Operation, WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import { acceptanceOf, chosenBy } from "./accept/acceptor.ts";
import { cancelRuns } from "./run/cancel.ts";
import { createSubscriberIndex } from "./accept/subscriber-index.ts";
import type { Accepted, AcceptOptions, Engine, RunChange } from "./api.ts";
import { changeOf, watchedChange, type ChangeFacts } from "./run/change.ts";
import { dryRun } from "./run/dry-run.ts";
import { withAliases } from "./accept/events.ts";
import { createFlowRegistry } from "./flow/registry.ts";
import type { TriggerBinding } from "./types/bindings.ts";
import { homeOf, type FlowKnowledge } from "./flow/flow.ts";
import { createJournal } from "./run/journal.ts";
import { createPeopleIndexer } from "./people/index-loop.ts";
import { Places } from "./run/places.ts";
import { queuedRun } from "./run/queued-run.ts";
import { createInboxRouter, type InboxParts } from "./accept/inbox-router.ts";
import { replay } from "./run/replay.ts";
import { findSamples } from "./triggers/samples.ts";
import { ledgerOf } from "./triggers/ledger.ts";
import { pollPlan, reconcilePlan } from "./triggers/plan.ts";
import type { EventDetails } from "./triggers/acceptance.ts";
import { createPoller, type Reading, type WatchReading } from "./triggers/poller.ts";
import { webhookReportOf, reconcilingOf } from "./triggers/reconcile.ts";
import { createScheduler } from "./triggers/scheduler.ts";
import { createTimekeeper } from "./triggers/timekeeper.ts";
import { TriggerLocks } from "./triggers/trigger-locks.ts";
import type { Acceptance, AcceptedRuns } from "./types/acceptance.ts";
import type { DueRun, Lane, Run, RunContext, RunState } from "./types/runs.ts";
import type { Event } from "./types/events.ts";
import type { ExecutionMarks } from "./ports/execution-marks.ts";
import type { FlowStore } from "./ports/flow-store.ts";
import type { RunQueue } from "./ports/queue.ts";
import type { RunStore } from "./ports/run-store.ts";
import type { StepCaller } from "./ports/caller.ts";
import type { Trigger } from "./types/triggers.ts";
import type { TriggerStore } from "./ports/trigger-store.ts";
import { createSuspects, noMarks } from "./run/suspects.ts";
import { behindWaiting, onHoldWaiting, placeWaiting, settlingWaiting } from "./run/waiting.ts";
import { watchPages, watchPlan } from "./watch/list-poll.ts";
import { observationOfEvent, observationOfRow, watchingOf } from "./watch/watcher.ts";
import { Ownership } from "./run/ownership.ts";
import { StateGuard } from "./run/states.ts";
import { createWorker } from "./run/worker.ts";

export interface EngineParts {
  runs: RunStore;
  flows: FlowStore;
  triggers: TriggerStore;
  queue: RunQueue;
  caller: StepCaller;
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
  /** Where there are none, nothing comes to an inbox. */
  inboxes?: InboxParts;
  onCommit?: (ms: number, rows: number) => void;
  /** Without them no run is blamed for a crash. */
  marks?: ExecutionMarks;
  /** No other process executes runs of this store. Whoever owned one is gone, and its runs are continued at once. */
  alone: boolean;
  /** What becomes of an illegal change of a run's state, beside its refusal. Without it, it is logged. */
  illegalMove?: (error: MillraceError) => void;
}

/** What polling needs of the catalog and of the way out. */
export interface PollParts {
  operation(workspaceId: string, app: string, id: string): Operation | null;
  /** A login by its name: its id tells two of one name apart. Null when there is none. */
  connection(workspaceId: string, name: string): Promise<{ id: string; locationId?: string } | null>;
  /** Reads a list (or one record) to its end, page by page. */
  pages(request: PageRequest): AsyncIterable<{ rows: readonly unknown[] }>;
  /** An operation's input made ready: names turned into ids. Throws where one means nothing. */
  prepared(request: PageRequest): Promise<Record<string, unknown>>;
}
export interface PageRequest {
  workspaceId: string;
  app: string;
  operation: string;
  connection?: string;
  input: Record<string, unknown>;
  /** How the flow means times and phone numbers in it. */
  settings: { zone?: string; country?: string };
  lane: Lane;
  signal: AbortSignal;
}

const usualCalls = 256;
/** What the runs of all calls in flight may hold together. */
const heldBytes = 16 * 1024 * 1024;
/** With more runs than this under way or in the queue, what can wait does. */
const busyRuns = 16;
/** A key that stands for one content came again: with another, its event would be lost as a repeat. */
async function refuseOtherContent(event: Event, store: Pick<RunStore, "eventByKey">): Promise<void> {
  const first = await store.eventByKey(event.workspaceId, event.triggerId, event.key);
  if (first && contentHash(posted(first)) !== contentHash(posted(event)))
    throw new MillraceError("HOOK_KEY_REUSED", { details: { key: event.key } });
}

/** What was posted: without the headers, which may be others each time. */
function posted({ payload }: Event): unknown {
  if (!isObject(payload)) return payload;
  const { _headers: _, ...rest } = payload;
  return rest;
}

const sweepMs = 30_000;
const sweepPage = 5_000;
/** The time that writing gets at the end, however long the runs took to finish. */
const leastWritingMs = 1_000;
/** Dry runs at a time. Each holds its payload and all its results. */
const mostDryRuns = 16;
/** Passes without a call that one flow may execute at a time, beside its calls. */
const sparePasses = 8;

/** The engine: what is accepted becomes runs, runs become effects, and every row tells where they stand. */
export function createEngine(parts: EngineParts): Engine {
  const { runs: store, queue, caller, clock, log } = parts;
  const guard = new StateGuard(parts.illegalMove ?? ((error) => log("A run was about to make an illegal move, which was refused", error)));
  const journal = createJournal({
    store,
    clock,
    log,
    next: (runs) => queue.add(runs),
    allows: (write) => guard.allows(write),
    refused({ stale, toCancel }) {
      worker.lose(stale);
      cancelAsked(toCancel.map((id) => ({ id })));
    },
  });
  if (parts.onCommit) journal.onCommit(parts.onCommit);
  const listeners = new Set<(change: RunChange) => void>();
  const stats = { accepted: 0, repeats: 0, finished: {} as Partial<Record<RunState, number>> };
  const closing = new AbortController();
  let dryRuns = 0;
  const pace = createPace();

  const locks = new TriggerLocks();
  const flows = createFlowRegistry({
    flows: parts.flows,
    triggers: parts.triggers,
    knowledge: parts.knowledge,
    clock,
    locks,
  });
  const inboxes: InboxParts = parts.inboxes ?? { rules: () => null, events: () => [], connections: async () => [], onConnections() {} };
  const eventsOf = (workspaceId: string, app: string, operation: string) =>
    parts.polls.operation(workspaceId, app, operation)?.watch?.events ?? [operation];
  const subscribers = createSubscriberIndex({ flows: flows.all, connections: inboxes.connections, eventsOf });
  inboxes.onConnections(subscribers.forget);
  flows.onForget(subscribers.forget);
  const tell = (change: RunChange) => {
    for (const listener of listeners) listener(change);
  };
  const calls = parts.concurrency ?? usualCalls;
  const share = Math.ceil(calls / 4);
  const places = new Places({ calls, share, bytes: heldBytes });
  const marks = parts.marks ?? noMarks;
  const suspects = createSuspects({ store, journal, queue, marks, clock, log });
  const worker = createWorker({
    marks,
    suspects,
    isOwner: () => ownership.isCurrent(),
    store,
    journal,
    queue,
    flows,
    caller,
    places,
    changeFacts,
    clock,
    pace,
    random: parts.random ?? Math.random,
    log,
    changed(change) {
      people.soon();
      stats.finished[change.state] = (stats.finished[change.state] ?? 0) + 1;
      tell(change);
    },
  });

  const ownership = new Ownership({
    store,
    clock,
    log,
    alone: parts.alone,
    executing: (longerThanMs) => worker.executing(longerThanMs),
    lost: (runIds) => worker.lose(runIds),
    cancel: (runs) => cancelAsked(runs),
    lapsed: () => worker.forget(),
    ownerGone: () => sweep(),
  });

  const people = createPeopleIndexer({
    store,
    clock,
    busy: () => worker.running() + queue.depth().live > busyRuns,
    log,
    signal: closing.signal,
  });

  /** A time, and an id of the delivery alone, differ with each event and are no change. A key of several parts tells more than that. */
  function changeFacts(workspaceId: string, { app, operation }: { app: string; operation: string }): ChangeFacts {
    const hook = parts.webhook(workspaceId, app, operation);
    if (hook)
      return { volatile: ["_headers", ...(hook.at ? [hook.at] : []), ...(hook.key.length === 1 ? hook.key : [])], at: hook.at ?? null };
    const read = parts.polls.operation(workspaceId, app, operation);
    return { volatile: [...(read?.changed ? [read.changed] : []), ...(read?.volatile ?? [])], at: null };
  }

  /** A version that cannot be read makes a run that fails where a person sees it: the event is kept, and nobody else's is turned away for it. */
  async function prepare(
    binding: TriggerBinding,
    payload: unknown,
    options: AcceptOptions & Partial<EventDetails>,
    facts: WebhookTrigger | null = factsOf(binding),
  ): Promise<Acceptance> {
    const { flow } = binding;
    const compiled =
      flow.version === null ? null : await flows.readable({ workspaceId: flow.workspaceId, flowId: flow.id, version: flow.version });
    const watch = options.key === undefined && facts ? watchOf(binding) : null; // what a person starts by hand brings a key
    if (watch && facts) return observationOfEvent({ binding, facts: watch, compiled }, facts, payload, clock.now(), options);
    const chosen = await chosenBy(compiled, facts, payload, pace);
    const acceptance = acceptanceOf(binding, facts, compiled, payload, clock.now(), options, chosen);
    const webhookReport = options.key === undefined ? webhookReportOf(factsOf(binding), binding.definition.trigger, acceptance) : null; // polls and people bring a key
    return webhookReport ? { ...acceptance, webhookReport } : acceptance;
  }
  const watchOf = ({ flow, definition: { trigger } }: TriggerBinding) =>
    parts.polls.operation(flow.workspaceId, trigger.app, trigger.operation)?.watch ?? null;
  function changeExample(workspaceId: string, app: string, operation: string): Json | undefined {
    const match = parts.polls.operation(workspaceId, app, operation);
    return match?.watch && Array.isArray(match.example?.output) ? match.example.output[0] : undefined;
  }
  const factsOf = ({ flow, definition: { trigger } }: TriggerBinding) => parts.webhook(flow.workspaceId, trigger.app, trigger.operation);

  /** After the commit: the runs go to the workers, and whoever watches is notified. */
  function launched(acceptance: Acceptance): void {
    const { event, runs } = acceptance;
    stats.accepted++;
    people.soon();
    for (const run of runs) {
      if (run.finishedAt !== null) continue;
      if (run.eventId === event.id && ownership.hasOwnedSince(run.createdAt)) worker.remember(event, run);
      queue.add([beginsWithCall(run) ? { ...queuedRun(run), call: "" } : queuedRun(run)]);
      if (listeners.size) tell({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: "queued" });
    }
  }

  /** Whether a run's first step is a call, so that a pass without a place would achieve nothing. One of a record may have to wait for its turn first. */
  const beginsWithCall = (run: Run) => run.record === null && flows.cached(run)?.steps[0]?.calls === true;

  function onAccepted(event: Event, runs: AcceptedRuns): void {
    if (runs) launched({ event, runs });
    else stats.repeats++;
  }
  const deliver = createInboxRouter({
    inboxes,
    subscribers,
    prepare,
    acceptAll: journal.acceptAll,
    eventsOf: store.events,
    onAccepted,
    clock,
  });

  async function accept(trigger: Trigger, payload: unknown, options: AcceptOptions & Partial<EventDetails> = {}): Promise<Accepted> {
    const acceptance = await prepare(await flows.bindingOf(trigger), payload, options);
    const { event } = acceptance;
    const runs = await journal.accept(acceptance);
    if (!runs && options.oneContent && event.key === options.deliveryId) await refuseOtherContent(event, store);
    onAccepted(event, runs);
    return { eventId: event.id, repeat: !runs, runIds: runs?.map((r) => r.id) ?? [], sample: acceptance.runs.length === 0 };
  }

  /** A poll or schedule asks for its event; null when the flow is off, and then nothing may be remembered. */
  async function makeAcceptance(trigger: Trigger, payload: unknown, details: EventDetails): Promise<Acceptance | null> {
    const acceptance = await prepare(await flows.bindingOf(trigger), payload, details);
    return acceptance.runs.length ? acceptance : null;
  }

  async function read(trigger: Trigger, signal: AbortSignal): Promise<Reading | null> {
    const binding = await flows.bindingOf(trigger);
    return binding.flow.status === "on" ? readList(binding, signal) : null;
  }

  /** Begins to read the list that a trigger watches, whether its flow is on or not. */
  async function readList(binding: TriggerBinding, signal: AbortSignal): Promise<Reading | null> {
    const { trigger, definition, flow } = binding;
    const { app, connection } = definition.trigger;
    const watch = watchOf(binding);
    if (watch) return readWatched(binding, watch, signal);
    const hook = trigger.kind === "webhook" ? parts.webhook(flow.workspaceId, app, definition.trigger.operation) : null;
    const operation = hook ? hook.reconcile?.operation : definition.trigger.operation;
    const match = operation === undefined ? null : parts.polls.operation(flow.workspaceId, app, operation);
    if (operation === undefined || !match) return null;
    const facts = hook ? match : describedBy(match, definition.trigger.input ?? {});
    const login = connection === undefined ? null : await parts.polls.connection(flow.workspaceId, connection);
    const plan = hook?.reconcile
      ? reconcilePlan(definition.trigger, hook.reconcile, facts, login?.id ?? null)
      : pollPlan(definition.trigger, facts, login?.id ?? null);
    const request = {
      workspaceId: flow.workspaceId,
      app,
      operation,
      input: plan.input,
      settings: homeOf(definition),
      lane: "sync" as const,
      signal,
      ...defined({ connection }),
    };
    const pages = parts.polls.pages(request);
    return hook?.reconcile ? { plan, pages, reconciling: reconcilingOf(hook, hook.reconcile, login?.locationId ?? null) } : { plan, pages };
  }

  /** The list of a change trigger. Its settings are resolved at each poll, so that a name still matches after a rename. */
  async function readWatched(binding: TriggerBinding, facts: WatchFacts, signal: AbortSignal): Promise<Reading | null> {
    const { definition, flow } = binding;
    const { app, operation, connection, input = {} } = definition.trigger;
    const list = parts.polls.operation(flow.workspaceId, app, facts.list);
    const compiled = await flows.readable({ workspaceId: flow.workspaceId, flowId: flow.id, version: flow.version ?? 0 }).catch(() => null);
    if (!list) return null;
    const request = {
      workspaceId: flow.workspaceId,
      app,
      settings: homeOf(definition),
      lane: "sync" as const,
      signal,
      ...defined({ connection }),
    };
    const written = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== "" && value !== null));
    const prepared = await parts.polls.prepared({ ...request, operation, input: written });
    const chosen = Object.fromEntries(Object.keys(written).map((name) => [name, (prepared[name] ?? null) as Json]));
    const login = connection === undefined ? null : await parts.polls.connection(flow.workspaceId, connection);
    const plan = watchPlan(definition.trigger, facts, list, login?.id ?? null);
    const read = (more: JsonObject) => parts.polls.pages({ ...request, operation: list.id, input: { ...plan.input, ...more } });
    const each = facts.each?.operation;
    const all = () => parts.polls.pages({ ...request, operation: each ?? list.id, input: {} });
    const hook = parts.webhook(flow.workspaceId, app, facts.events[0] ?? "");
    const acceptanceOf: WatchReading["acceptanceOf"] = (subject, poll, now) =>
      observationOfRow({ binding, facts, compiled }, hook, subject, poll, now);
    const watching = { ...watchingOf({ facts, binding }), chosen, acceptanceOf };
    return { plan, pages: watchPages(facts, chosen, read, all), watching };
  }

  const payloadOf = async ({ workspaceId }: Trigger, eventId: string) => (await store.event(workspaceId, eventId))?.payload ?? null;
  const watching = { triggers: parts.triggers, makeAcceptance, payloadOf, accepted: (made: Acceptance[]) => made.forEach(launched), clock };
  const scheduler = createScheduler({
    triggers: parts.triggers,
    poller: createPoller({ ...watching, read }),
    timekeeper: createTimekeeper(watching),
    locks,
    clock,
    log,
  });
  flows.onForget(scheduler.poke);

  /** Thousands may wait behind one run of their record, so they are not queued only to find that it is not their turn. */
  const standsInLine = async (run: DueRun): Promise<boolean> => run.behind && (await flows.keepsOrder(run));

  async function sweep(after?: { dueAt: number; seq: number }): Promise<void> {
    const due = await store.due(clock.now(), sweepPage, after);
    for (const run of due) if (!(await standsInLine(run))) queue.add([queuedRun(run)]);
    if (due.length === sweepPage) await sweep(due.at(-1)!);
  }

  async function keepSweeping(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(clock, sweepMs, closing.signal);
      if (!closing.signal.aborted)
        await sweep().catch((error: unknown) => log("The sweep for due runs failed; it is tried again shortly", error));
    }
  }

  const found = async (workspaceId: string, id: string): Promise<RunContext> => {
    const context = await store.get(workspaceId, id);
    if (!context) throw new MillraceError("NOT_FOUND", { details: { what: "run", id } });
    return { ...context, run: await asItStands(context.run) };
  };

  let isHeld = false;
  /** The row; of a run of this process also what is not worth a write: that it is executing since a moment ago, or why it pauses for one. */
  async function asItStands(run: Run): Promise<Run> {
    if (run.finishedAt !== null) return run;
    if (ownership.isAlive(run.lease.owner)) return run; // that process says in the row what it does
    if (worker.isRunning(run.id)) return { ...run, state: "running", waiting: null };
    const pause = worker.pausedFor(run.id);
    if (pause) return { ...run, state: "waiting", waiting: pause.waiting, dueAt: pause.until };
    if (run.state === "waiting") return run;
    // The row of a run of a record says running from its first pass on, even while it waits for a place.
    return { ...run, state: "queued", waiting: await queuedFor(run) };
  }

  async function queuedFor(run: Run) {
    if (isHeld) return onHoldWaiting;
    if (run.settling) return settlingWaiting;
    const ahead = run.record === null || !(await flows.keepsOrder(run)) ? null : await store.ahead(run);
    return ahead === null ? placeWaiting(run, clock.now(), worker.running()) : behindWaiting(ahead);
  }

  function work(): void {
    // Beside the calls there is always room for passes that make none.
    queue.work((id) => worker.handle(id), {
      atOnce: calls + 2 * sparePasses,
      perGroup: share + sparePasses,
      admit: places.take.bind(places),
    });
    scheduler.start();
    suspects
      .takeUp(closing.signal)
      .catch((error: unknown) => log("Runs that were executing in a crash could not be continued; the next start continues them", error));
  }
  const cancelling = { store, journal, worker, clock, pace, changed: tell };
  /** Somebody asked for it at another process, and this one owns the runs. */
  function cancelAsked(runs: readonly { id: string }[]): void {
    for (const { id } of runs)
      cancelOwn(id).catch((error: unknown) => log(`Run ${id} could not be cancelled; it is tried again shortly`, error));
  }
  async function cancelOwn(id: string): Promise<void> {
    const context = await store.load(id);
    if (context) await cancelRuns(cancelling, context.run.workspaceId, { ids: [id] });
  }
  return {
    async start({ held = false } = {}) {
      await ownership.start();
      await suspects.judge();
      await sweep();
      isHeld = held;
      if (!held) work();
      void keepSweeping();
      void ownership.keep(closing.signal);
      people.soon();
    },
    release() {
      if (!isHeld) return;
      isHeld = false;
      work();
    },
    isHeld: () => isHeld,
    async close(graceMs = 10_000) {
      const began = performance.now();
      closing.abort();
      await Promise.all([scheduler.close(graceMs), Promise.race([queue.close(), sleep(clock, graceMs)])]);
      worker.abort();
      await suspects.clear();
      await journal.close(Math.max(leastWritingMs, graceMs - (performance.now() - began)));
      await ownership.release();
    },
    accept,
    deliver,
    subscribers: (workspaceId, app) => subscribers.all(workspaceId, app),
    async triggerByToken(token) {
      return (await flows.bindingByToken(token))?.trigger ?? null;
    },
    flowChanged: flows.forget,
    triggerDefinition: async (trigger) => (await flows.bindingOf(trigger)).definition.trigger,
    flows: {
      ...flows,
      async runNow(workspaceId, id, payload) {
        const flow = await flows.get(workspaceId, id);
        if (flow.version === null || flow.status !== "on") throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
        const trigger = await flows.trigger(flow);
        return accept(trigger, payload, { key: `by-hand:${clock.now()}:${Math.floor((parts.random ?? Math.random)() * 1e9)}` });
      },
    },
    async runs(workspaceId, filter, page) {
      return Promise.all((await store.list(workspaceId, filter, page)).map(asItStands));
    },
    run: found,
    async runPage(workspaceId, id, page) {
      const context = await store.page(workspaceId, id, page);
      if (!context) throw new MillraceError("NOT_FOUND", { details: { what: "run", id } });
      return { ...context, run: await asItStands(context.run) };
    },
    flowTotals: (workspaceId, from) => store.flowTotals(workspaceId, from),
    outages: (workspaceId) => store.outages(workspaceId),
    peopleProgress: () => store.peopleProgress(),
    async change(context) {
      const { workspaceId } = context.run;
      const flow = await flows.readable(context.run);
      if (flow && parts.polls.operation(workspaceId, flow.trigger.app, flow.trigger.operation)?.watch) return watchedChange(context.event);
      if (context.run.record === null) return null;
      return flow?.changes ? changeOf(context, changeFacts(workspaceId, flow.trigger)) : null;
    },
    counts: (workspaceId, filter) => store.counts(workspaceId, filter),
    replay: (workspaceId, request) => replay({ store, journal, queue, flows, clock, guard }, workspaceId, request),
    async cancel(workspaceId, runId) {
      const { refused } = await cancelRuns(cancelling, workspaceId, { ids: [runId] });
      if (refused[0]) throw new MillraceError(refused[0].error.code, { details: refused[0].error.details });
    },
    cancelMany: (workspaceId, request) => cancelRuns(cancelling, workspaceId, request),
    async dismiss(workspaceId, runId) {
      const { run } = await found(workspaceId, runId);
      const write = { was: run, patch: { attention: false } };
      if (run.attention && guard.allows(write)) await store.commit({ accept: [], steps: [], runs: [write] });
    },
    async dryRun(workspaceId, { definition, triggerId }, payload) {
      const parsed = flows.parse(workspaceId, definition);
      const facts = parts.webhook(workspaceId, parsed.trigger.app, parsed.trigger.operation);
      if (dryRuns >= mostDryRuns) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 5 } });
      dryRuns++;
      try {
        const tools = { caller, clock, pace, knowledge: parts.knowledge(workspaceId) };
        return await dryRun(tools, workspaceId, triggerId ?? "flow_dry", parsed, withAliases(facts?.aliases, payload));
      } finally {
        dryRuns--;
      }
    },
    async ledger(workspaceId, flowId) {
      const trigger = await flows.trigger(await flows.get(workspaceId, flowId));
      return ledgerOf(parts.triggers, parts.knowledge(workspaceId), { ...(await flows.bindingOf(trigger)), trigger });
    },
    async samples(workspaceId, flowId, limit) {
      const flow = await flows.get(workspaceId, flowId);
      const binding = { flow, trigger: await flows.trigger(flow), definition: flow.draft };
      const asking = { events: store.events, flows: flows.all, webhook: parts.webhook, changeExample, read: readList, clock };
      return findSamples(asking, binding, limit);
    },
    async prune(workspaceId, olderThanMs) {
      const before = clock.now() - olderThanMs;
      let total = 0;
      for (let n = -1; n !== 0; total += n) n = await store.prune(workspaceId, before, 500);
      for (let n = -1; n !== 0;) n = await parts.triggers.pruneLedger(workspaceId, before, 500);
      return total;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    depth: () => queue.depth(),
    waiting: (workspaceId) => worker.waiting(workspaceId),
    healthy: () => journal.healthy(),
    stats: () => ({ ...stats, stepAttempts: worker.attempts(), commits: journal.commits(), running: worker.running() }),
  };
}
