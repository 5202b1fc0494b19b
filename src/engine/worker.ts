import { setMaxListeners } from "node:events";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { RunChange } from "./api.ts";
import type { ChangeFacts } from "./change.ts";
import type { CompiledFlow } from "./flow.ts";
import type { FlowBook } from "./flows.ts";
import type { Journal } from "./journal.ts";
import type { Places } from "./places.ts";
import { Remembered, sizeOf, stepSize } from "./remembered.ts";
import { advance, withoutAttempts, type Barrier, type Ending, type Trouble } from "./runner.ts";
import { summarise } from "./summary.ts";
import type { Suspects } from "./suspects.ts";
import { keysOfStep } from "./people/extract.ts";
import type {
  Event,
  ExecutionMarks,
  QueuedRun,
  Run,
  RunContext,
  RunPatch,
  RunQueue,
  RunStore,
  StepCall,
  StepCaller,
  StepRecord,
  Waiting,
} from "./types.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  flows: FlowBook;
  caller: StepCaller;
  places: Places;
  changeFacts: (trigger: CompiledFlow["trigger"]) => ChangeFacts;
  clock: Clock;
  pace: Pace;
  random: () => number;
  log: (message: string, error: unknown) => void;
  changed: (change: RunChange) => void;
  marks: ExecutionMarks;
  suspects: Suspects;
}

export interface Worker {
  /** Spares the first pass its look-up: the run was just written and is as given. Not one that settles: its event may be another by then. */
  remember(event: Event, run: Run): void;
  handle(runId: string): Promise<void>;
  /**
   * A run is about to be cancelled: one that is executing stops before its next step and writes no end of its own, and none begins.
   * Resolves when it is let go.
   */
  cancel(runId: string): Promise<void>;
  /** The row of a run that was cancelled says so now, or it could not be cancelled. */
  cancelled(runId: string): void;
  running(): number;
  isRunning(runId: string): boolean;
  /** How many runs wait for a host that gives trouble, by host. */
  waiting(): ReadonlyMap<string, number>;
  /** What a run waits for that pauses so shortly that its row does not say so. */
  pausedFor(runId: string): { waiting: Waiting; until: number } | null;
  attempts(): number;
  abort(): void;
}

/** Whom the steps met, written with the run's end or its next wait. */
type Found = Pick<RunPatch, "people">;

/** A run that is being worked on. */
interface Hand {
  cancelled: boolean;
  /** What it holds: its event, and what its steps gave so far. */
  bytes: number;
  /** Where its last call went. */
  host?: string;
  /** It comes back to the queue for a place. */
  parked?: boolean;
  /** Called when it is let go. */
  left: (() => void)[];
}

/** Contexts kept between two passes; what is more than this is read back from its rows. Parsed, a payload may take ten times its text. */
const rememberedBytes = 16 * 1024 * 1024;
/** Short pauses whose reason is kept for those who look. */
const mostPaused = 10_000;
/** A pause shorter than this stays in memory; a longer one is a due time on the row. */
const shortPauseMs = 60_000;

/** Whether a run has to ask before it begins: it still gathers, or has to keep its place. One that has begun goes on. */
const mustAsk = ({ record, state, settling }: Run, { settings }: CompiledFlow): boolean =>
  record !== null && state === "queued" && (settling || settings.order);

/** What was worked on it in earlier passes; of a run that an earlier release began, as far as its attempts tell. */
const workedBefore = ({ run, steps }: RunContext): number =>
  run.workedMs ?? steps.reduce((sum, step) => sum + step.attempts.reduce((ms, attempt) => ms + attempt.durationMs, 0), 0);

/** A store that takes nothing decided nothing either: the run asks again. */
function refused(error: unknown): null {
  if (error instanceof MillraceError && error.code === "STORE_UNAVAILABLE") return null;
  throw error;
}

export function createWorker(parts: Parts): Worker {
  const { store, journal, queue, flows, caller, places, clock } = parts;
  const remembered = new Remembered(rememberedBytes);
  /** Runs whose last steps are on their way to the disk: until then their rows are behind. */
  const unwritten = new Set<string>();
  /** Runs that wait to call a host again, with their way back to the queue. */
  const waiting = new Map<string, { host: string; trouble: Trouble; next: QueuedRun }>();
  const paused = new Map<string, { waiting: Waiting; until: number }>();
  const inHand = new Map<string, Hand>();
  const cancelling = new Set<string>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every request in flight listens
  let attempts = 0;

  const titleOf = (app: string, operation: string) => caller.facts(app, operation)?.title ?? null;

  async function handle(runId: string): Promise<void> {
    const hand: Hand = { cancelled: false, bytes: 0, left: [] };
    waiting.delete(runId);
    try {
      await work(runId, hand);
    } finally {
      places.leave(runId, hand.parked ?? false);
    }
  }

  async function work(runId: string, hand: Hand): Promise<void> {
    // A row that is behind what is known, or a store that takes nothing: the run waits a moment rather than do again what was done.
    const isBehind = journal.isBehind(runId) || unwritten.has(runId);
    if (!journal.healthy() || (isBehind && !remembered.has(runId))) return later(runId);
    if (cancelling.has(runId) || parts.suspects.holds(runId)) return;
    inHand.set(runId, hand); // before the rows are read, so that whoever cancels it meanwhile is noticed
    const mark = parts.marks.begin(runId);
    try {
      await execute(runId, hand);
    } finally {
      parts.marks.end(mark);
      parts.suspects.left(runId);
      inHand.delete(runId);
      for (const left of hand.left) left();
    }
  }

  async function execute(runId: string, hand: Hand): Promise<void> {
    const context = remembered.take(runId) ?? (await store.load(runId));
    paused.delete(runId);
    if (!context || context.run.finishedAt !== null || stopping.signal.aborted || hand.cancelled) return;
    try {
      const flow = await flows.compiled(context.run.flowId, context.run.version);
      const begun = mustAsk(context.run, flow) ? await turn(context.run, flow, hand) : context;
      if (begun) await pass(begun, flow, hand);
    } catch (thrown) {
      // The runner turns what fails into endings; what still comes out is ours, and the run must rest where it is seen.
      parts.log(`Run ${runId} met a fault of Millrace's own`, thrown);
      if (!hand.cancelled) end(context.run, context.steps, { kind: "failed", error: toMillraceError(thrown).toJSON() });
    }
  }

  const later = (runId: string) => queue.add([{ id: runId, dueAt: clock.now() + 100, lane: "live", group: runId }]);

  /**
   * Begins a run of a record if its turn has come. If not, it stays in its row: one that settles comes back when it is due, one that
   * is behind another is called by the end of that other, and what a crash lost of this, the sweep finds.
   */
  async function turn(run: Run, flow: CompiledFlow, hand: Hand): Promise<RunContext | null> {
    const claimed = await journal.claim({ runId: run.id, now: clock.now(), inTurn: flow.settings.order }).catch(refused);
    if (claimed?.kind === "begun") return claimed.context;
    if (hand.cancelled) return null;
    if (!claimed) later(run.id);
    else if (claimed.kind === "settling") queue.add([{ id: run.id, dueAt: claimed.dueAt, lane: run.lane, group: run.flowId }]);
    return null;
  }

  async function pass(context: RunContext, flow: CompiledFlow, hand: Hand): Promise<void> {
    const steps = new Map<string, StepRecord>(context.steps.map((s) => [s.path, s]));
    hand.bytes = sizeOf(context);
    const people = [...(context.run.people ?? [])];
    for (const step of context.steps) people.push(...keysOfStep(step, people)); // they are written with the end; a crash may have come before
    const began = clock.now();
    const ending = await advance(context, flow, {
      caller,
      clock,
      pace: parts.pace,
      random: parts.random,
      ...(flow.changes && { change: parts.changeFacts(flow.trigger) }),
      signal: stopping.signal,
      cancelled: () => hand.cancelled || stopping.signal.aborted,
      barrier: (call) => barrier(context.run, hand, call),
      recorder: {
        put(step) {
          steps.set(step.path, withoutAttempts(step));
          hand.bytes += stepSize(step); // a little too much where it was put before
          attempts++;
          journal.note(step);
          people.push(...keysOfStep(step, people));
        },
        begin: (step) => journal.durable(step),
        written: () => journal.durable(null),
      },
    });
    if (stopping.signal.aborted && ending.kind !== "succeeded") return; // the next start goes on from the rows
    if (hand.cancelled) return; // its row says so already
    const run = { ...context.run, workedMs: workedBefore(context) + clock.now() - began };
    const found = people.length > (run.people?.length ?? 0) ? { people } : {};
    if (ending.kind !== "paused" && ending.kind !== "parked") return end(run, steps.values(), ending, found);
    const left = { ...context, run, steps: [...steps.values()] };
    if (ending.kind === "paused") return pause(left, ending, hand, found);
    hand.parked = true;
    const { id, lane, flowId } = run;
    comeBack(left, { id, dueAt: clock.now(), lane, group: flowId, call: ending.host }, hand);
  }

  /** Takes a place for a call of the run. A host that is down is not worth one. */
  function barrier({ id, flowId }: Run, hand: Hand, call: StepCall): Barrier | null {
    const { host, refusal } = caller.destination(call);
    const isElsewhere = hand.host !== undefined && hand.host !== host;
    hand.host = host;
    if (refusal) return { host, refusal };
    places.weigh(id, hand.bytes);
    const hasPlace = places.take(id, flowId, host);
    if (isElsewhere) queue.wake(); // the place at the other host is free
    return hasPlace ? null : { host };
  }

  function end(run: Run, steps: Iterable<StepRecord>, ending: Exclude<Ending, { kind: "paused" | "parked" }>, found: Found = {}): void {
    const attention = ending.kind === "failed" || ending.kind === "held";
    write(run, {
      state: ending.kind,
      finishedAt: clock.now(),
      waiting: null,
      ...found,
      attention,
      error: "error" in ending ? ending.error : null,
      summary: ending.kind === "filtered" && ending.reason ? `Filtered: ${ending.reason}` : summarise(steps, titleOf),
    });
    if (run.record !== null) void journal.durable(null); // another may wait for this to be on the disk
  }

  /** A short pause keeps what is known in memory, if there is room; a long one will be read back from its rows. */
  function pause(
    context: RunContext,
    { dueAt, durable, waiting: why, trouble }: Extract<Ending, { kind: "paused" }>,
    hand: Hand,
    found: Found,
  ): void {
    const { run } = context;
    const short = dueAt - clock.now() <= shortPauseMs;
    const patch: RunPatch = durable || !short ? { state: "waiting", dueAt, waiting: why, ...found } : {};
    if (!patch.state && paused.size < mostPaused) paused.set(run.id, { waiting: why, until: dueAt });
    if (patch.state) write(run, patch);
    const next: QueuedRun = { id: run.id, dueAt, lane: run.lane, group: run.flowId };
    if (trouble) waiting.set(run.id, { host: hand.host ?? "", trouble, next });
    if (short) comeBack({ ...context, run: { ...run, ...patch } }, next, hand);
    else queue.add([next]);
  }

  /** Queues the run for its next pass. Where its context is not kept, only once its rows tell all that was done. */
  function comeBack(context: RunContext, next: QueuedRun, { bytes }: Hand): void {
    if (remembered.keep(context, bytes)) return queue.add([next]);
    unwritten.add(next.id);
    void journal.durable(null).then(() => {
      unwritten.delete(next.id);
      queue.add([next]);
    });
  }

  /** Whoever was kept from the host goes on, as places come free. */
  caller.onHostBack((host) => {
    const now = clock.now();
    const kept = [...waiting.values()].filter((run) => run.trouble === "down" && run.host === host);
    queue.add(kept.map(({ next }) => ({ ...next, dueAt: now, call: host })));
  });

  function write(run: Run, patch: RunPatch): void {
    journal.note(null, { was: run, patch });
    parts.changed({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: patch.state ?? run.state });
  }

  return {
    remember(event, run) {
      const context = { run, event, steps: [] };
      const bytes = sizeOf(context);
      places.weigh(run.id, bytes);
      if (!run.settling) remembered.keep(context, bytes);
    },
    handle,
    cancel(runId) {
      remembered.drop(runId);
      waiting.delete(runId);
      paused.delete(runId);
      cancelling.add(runId);
      const hand = inHand.get(runId);
      if (!hand) return Promise.resolve();
      hand.cancelled = true;
      return new Promise((resolve) => hand.left.push(resolve));
    },
    cancelled: (runId) => void cancelling.delete(runId),
    running: () => inHand.size,
    isRunning: (runId) => inHand.has(runId),
    waiting() {
      const counts = new Map<string, number>();
      for (const { host } of waiting.values()) counts.set(host, (counts.get(host) ?? 0) + 1);
      return counts;
    },
    pausedFor: (runId) => paused.get(runId) ?? null,
    attempts: () => attempts,
    abort: () => stopping.abort(new MillraceError("INTERNAL", { details: { problem: "stopping" } })),
  };
}
