import { setMaxListeners } from "node:events";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { RunChange } from "./api.ts";
import type { ChangeFacts } from "./change.ts";
import type { CompiledFlow } from "./flow.ts";
import type { FlowBook } from "./flows.ts";
import type { Journal } from "./journal.ts";
import { advance, type Ending } from "./runner.ts";
import { summarise } from "./summary.ts";
import { keysOfStep } from "./people/extract.ts";
import type { Event, Run, RunContext, RunPatch, RunQueue, RunStore, StepCaller, StepRecord, Waiting } from "./types.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  flows: FlowBook;
  caller: StepCaller;
  changeFacts: (trigger: CompiledFlow["trigger"]) => ChangeFacts;
  clock: Clock;
  random: () => number;
  log: (message: string, error: unknown) => void;
  changed: (change: RunChange) => void;
}

export interface Worker {
  /** Spares the first pass its look-up: the run was just written and is as given. Not one that settles: its event may be another by then. */
  remember(event: Event, run: Run): void;
  handle(runId: string): Promise<void>;
  /** Ends a run between two steps, if it is being worked on. False: it is not. */
  cancel(runId: string): boolean;
  running(): number;
  isRunning(runId: string): boolean;
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

/** What was worked on it in earlier passes; of a run that an earlier release began, as far as its attempts tell. */
const workedBefore = ({ run, steps }: RunContext): number =>
  run.workedMs ?? steps.reduce((sum, step) => sum + step.attempts.reduce((ms, attempt) => ms + attempt.durationMs, 0), 0);

/** A store that takes nothing decided nothing either: the run asks again. */
function refused(error: unknown): null {
  if (error instanceof MillraceError && error.code === "STORE_UNAVAILABLE") return null;
  throw error;
}

export function createWorker(parts: Parts): Worker {
  const { store, journal, queue, flows, caller, clock } = parts;
  const fresh = new Map<string, RunContext>();
  const paused = new Map<string, { waiting: Waiting; until: number }>();
  const inHand = new Map<string, Hand>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every request in flight listens
  let attempts = 0;

  const titleOf = (app: string, operation: string) => caller.facts(app, operation)?.title ?? null;

  async function handle(runId: string): Promise<void> {
    // A row that is behind what is known, or a store that takes nothing: the run waits a moment rather than do again what was done.
    if (!journal.healthy() || (journal.isBehind(runId) && !fresh.has(runId))) return later(runId);
    const context = take(runId) ?? (await store.load(runId));
    paused.delete(runId);
    if (!context || context.run.finishedAt !== null || stopping.signal.aborted) return;
    const hand: Hand = { cancelled: false };
    inHand.set(runId, hand);
    try {
      const flow = await flows.compiled(context.run.flowId, context.run.version);
      const begun = mustAsk(context.run, flow) ? await turn(context.run, flow, hand) : context;
      if (begun) await pass(begun, flow, hand);
    } catch (thrown) {
      // The runner turns what fails into endings; what still comes out is ours, and the run must rest where it is seen.
      parts.log(`Run ${runId} met a fault of Millrace's own`, thrown);
      end(context.run, context.steps, { kind: "failed", error: toMillraceError(thrown).toJSON() });
    } finally {
      inHand.delete(runId);
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
    if (hand.cancelled && claimed?.kind !== "over") end(run, [], { kind: "cancelled" });
    else if (!claimed) later(run.id);
    else if (claimed.kind === "settling") queue.add([{ id: run.id, dueAt: claimed.dueAt, lane: run.lane, group: run.flowId }]);
    return null;
  }

  async function pass(context: RunContext, flow: CompiledFlow, hand: Hand): Promise<void> {
    const steps = new Map<string, StepRecord>(context.steps.map((s) => [s.path, s]));
    const people = [...(context.run.people ?? [])];
    for (const step of context.steps) people.push(...keysOfStep(step, people)); // they are written with the end; a crash may have come before
    const began = clock.now();
    const ending = await advance(context, flow, {
      caller,
      clock,
      random: parts.random,
      ...(flow.changes && { change: parts.changeFacts(flow.trigger) }),
      signal: stopping.signal,
      cancelled: () => hand.cancelled || stopping.signal.aborted,
      recorder: {
        put(step) {
          steps.set(step.path, step);
          attempts++;
          journal.note(step);
          people.push(...keysOfStep(step, people));
        },
        begin: (step) => journal.durable(step),
      },
    });
    if (stopping.signal.aborted && ending.kind !== "succeeded") return; // the next start goes on from the rows
    const run = { ...context.run, workedMs: workedBefore(context) + clock.now() - began };
    const found = people.length > (run.people?.length ?? 0) ? { people } : {};
    if (ending.kind !== "paused") return end(run, steps.values(), ending, found);
    if (hand.cancelled) return end(run, steps.values(), { kind: "cancelled" }, found);
    pause({ ...context, run, steps: [...steps.values()] }, ending, found);
  }

  function end(run: Run, steps: Iterable<StepRecord>, ending: Exclude<Ending, { kind: "paused" }>, found: Found = {}): void {
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

  /** A short pause keeps what is known in memory; a long one will be read back from its rows. */
  function pause(context: RunContext, { dueAt, durable, waiting }: Extract<Ending, { kind: "paused" }>, found: Found): void {
    const { run } = context;
    const short = dueAt - clock.now() <= shortPauseMs;
    const patch: RunPatch = durable || !short ? { state: "waiting", dueAt, waiting, ...found } : {};
    if (!patch.state && paused.size < rememberedLimit) paused.set(run.id, { waiting, until: dueAt });
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
      paused.delete(runId);
      const hand = inHand.get(runId);
      if (hand) hand.cancelled = true;
      return hand !== undefined;
    },
    running: () => inHand.size,
    isRunning: (runId) => inHand.has(runId),
    pausedFor: (runId) => paused.get(runId) ?? null,
    attempts: () => attempts,
    abort: () => stopping.abort(new MillraceError("INTERNAL", { details: { problem: "stopping" } })),
  };
}
