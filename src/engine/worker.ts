import { setMaxListeners } from "node:events";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { RunChange } from "./api.ts";
import type { ChangeFacts } from "./change.ts";
import type { CompiledFlow } from "./flow.ts";
import type { FlowBook } from "./flows.ts";
import type { Journal } from "./journal.ts";
import { advance, withoutAttempts, type Ending } from "./runner.ts";
import { summarise } from "./summary.ts";
import type { Suspects } from "./suspects.ts";
import type { Event, ExecutionMarks, Run, RunContext, RunPatch, RunQueue, RunStore, StepCaller, StepRecord } from "./types.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  flows: FlowBook;
  caller: StepCaller;
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
  /** The row of a run that was cancelled says so now. */
  cancelled(runId: string): void;
  running(): number;
  isRunning(runId: string): boolean;
  attempts(): number;
  abort(): void;
}

/** A run that is being worked on. */
interface Hand {
  cancelled: boolean;
  /** Called when it is let go. */
  left: (() => void)[];
}

/** Contexts kept between acceptance and first pass; what is more than this is read back from its rows. */
const rememberedLimit = 10_000;
/** A pause shorter than this stays in memory; a longer one is a due time on the row. */
const shortPauseMs = 60_000;
/** By then a healthy journal has written what was noted, so that the rows can be read back. */
const writtenByMs = 1000;

/** Whether a run has to ask before it begins: it still gathers, or has to keep its place. One that has begun goes on. */
const mustAsk = ({ record, state, settling }: Run, { settings }: CompiledFlow): boolean =>
  record !== null && state === "queued" && (settling || settings.order);

/** A store that takes nothing decided nothing either: the run asks again. */
function refused(error: unknown): null {
  if (error instanceof MillraceError && error.code === "STORE_UNAVAILABLE") return null;
  throw error;
}

export function createWorker(parts: Parts): Worker {
  const { store, journal, queue, flows, caller, clock } = parts;
  const fresh = new Map<string, RunContext>();
  const inHand = new Map<string, Hand>();
  const cancelling = new Set<string>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every request in flight listens
  let attempts = 0;

  const titleOf = (app: string, operation: string) => caller.facts(app, operation)?.title ?? null;

  async function handle(runId: string): Promise<void> {
    // A row that is behind what is known, or a store that takes nothing: the run waits a moment rather than do again what was done.
    if (!journal.healthy() || (journal.isBehind(runId) && !fresh.has(runId))) return later(runId);
    if (cancelling.has(runId) || parts.suspects.holds(runId)) return;
    const hand: Hand = { cancelled: false, left: [] };
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
    const context = take(runId) ?? (await store.load(runId));
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

  function take(runId: string): RunContext | undefined {
    const context = fresh.get(runId);
    if (context) fresh.delete(runId);
    return context;
  }

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
    const ending = await advance(context, flow, {
      caller,
      clock,
      pace: parts.pace,
      random: parts.random,
      ...(flow.changes && { change: parts.changeFacts(flow.trigger) }),
      signal: stopping.signal,
      cancelled: () => hand.cancelled || stopping.signal.aborted,
      recorder: {
        put(step) {
          steps.set(step.path, withoutAttempts(step));
          attempts++;
          journal.note(step);
        },
        begin: (step) => journal.durable(step),
        written: () => journal.durable(null),
      },
    });
    if (stopping.signal.aborted && ending.kind !== "succeeded") return; // the next start goes on from the rows
    if (hand.cancelled) return; // its row says so already
    if (ending.kind !== "paused") return end(context.run, steps.values(), ending);
    pause({ ...context, steps: [...steps.values()] }, ending);
  }

  function end(run: Run, steps: Iterable<StepRecord>, ending: Exclude<Ending, { kind: "paused" }>): void {
    const attention = ending.kind === "failed" || ending.kind === "held";
    write(run, {
      state: ending.kind,
      finishedAt: clock.now(),
      attention,
      error: "error" in ending ? ending.error : null,
      summary: ending.kind === "filtered" && ending.reason ? `Filtered: ${ending.reason}` : summarise(steps, titleOf),
    });
    if (run.record !== null) void journal.durable(null); // another may wait for this to be on the disk
  }

  /** A short pause keeps what is known in memory; a long one will be read back from its rows. */
  function pause(context: RunContext, { dueAt, durable }: Extract<Ending, { kind: "paused" }>): void {
    const { run } = context;
    const short = dueAt - clock.now() <= shortPauseMs;
    const patch: RunPatch = durable || !short ? { state: "waiting", dueAt } : {};
    const kept = short && fresh.size < rememberedLimit;
    if (kept) fresh.set(run.id, { ...context, run: { ...run, ...patch } });
    const at = kept ? dueAt : Math.max(dueAt, clock.now() + writtenByMs);
    queue.add([{ id: run.id, dueAt: at, lane: run.lane, group: run.flowId }]);
    if (patch.state) write(run, patch);
  }

  function write(run: Run, patch: RunPatch): void {
    journal.note(null, { was: run, patch });
    parts.changed({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: patch.state ?? run.state });
  }

  return {
    remember(event, run) {
      if (!run.settling && fresh.size < rememberedLimit) fresh.set(run.id, { run, event, steps: [] });
    },
    handle,
    cancel(runId) {
      fresh.delete(runId);
      cancelling.add(runId);
      const hand = inHand.get(runId);
      if (!hand) return Promise.resolve();
      hand.cancelled = true;
      return new Promise((resolve) => hand.left.push(resolve));
    },
    cancelled: (runId) => void cancelling.delete(runId),
    running: () => inHand.size,
    isRunning: (runId) => inHand.has(runId),
    attempts: () => attempts,
    abort: () => stopping.abort(new MillraceError("INTERNAL", { details: { problem: "stopping" } })),
  };
}
