import type { Clock } from "#kernel/clock.ts";
import type { RunChange } from "../api.ts";
import type { StepCaller } from "../ports/caller.ts";
import type { QueuedRun, RunQueue } from "../ports/queue.ts";
import type { Run, RunContext, RunPatch } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";
import type { ActiveRun } from "./active-runs.ts";
import type { Journal } from "./journal.ts";
import type { Ending } from "./parts.ts";
import type { PeoplePatch } from "./pass-recorder.ts";
import type { PausedRuns } from "./paused-runs.ts";
import { queuedRun } from "./queued-run.ts";
import type { Remembered } from "./remembered.ts";
import { cancelledByHand, summarise } from "./summary.ts";

interface Parts {
  journal: Pick<Journal, "note" | "durable">;
  queue: Pick<RunQueue, "add">;
  caller: Pick<StepCaller, "facts">;
  remembered: Remembered;
  paused: PausedRuns;
  clock: Clock;
  /** Called with each run whose state was written. */
  changed: (change: RunChange) => void;
}

type Paused = Extract<Ending, { kind: "paused" }>;
type Final = Exclude<Ending, { kind: "paused" | "parked" }>;

/** A pause shorter than this stays in memory; a longer one is a due time on the row. */
const shortPauseMs = 60_000;
/** Long enough for a store that did not answer for a moment. */
const soonMs = 1_000;
const momentMs = 100;

/** How a pass ends: its run is over, or comes back to the queue. */
export class PassEndings {
  readonly #parts: Parts;
  /** Runs whose last steps are on their way to the disk: until then their rows are behind. */
  readonly #unwritten = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether its last steps are on their way to the disk, and nowhere else. */
  isUnwritten(runId: string): boolean {
    return this.#unwritten.has(runId);
  }

  /** `learnt`: what the pass adds to its run beside how it ended. */
  end(run: Run, steps: Iterable<StepRecord>, ending: Final, learnt: Pick<RunPatch, "people" | "workedMs"> = {}): void {
    const attention = ending.kind === "failed" || ending.kind === "held";
    const titleOf = (app: string, operation: string) => this.#parts.caller.facts(run.workspaceId, app, operation)?.title ?? null;
    this.#write(run, {
      state: ending.kind,
      finishedAt: this.#parts.clock.now(),
      waiting: null,
      attention,
      error: "error" in ending ? ending.error : null,
      summary: summaryOf(ending) ?? summarise(steps, titleOf),
      ...learnt,
    });
    if (run.record !== null) void this.#parts.journal.durable(null); // another may wait for this to be on the disk
  }

  /** A short pause keeps the run's context in memory, if there is room; after a long one it is read back from its rows. */
  pause(context: RunContext, { dueAt, durable, waiting, trouble }: Paused, active: ActiveRun, people: PeoplePatch): void {
    const { queue, clock, paused } = this.#parts;
    const { run } = context;
    const short = dueAt - clock.now() <= shortPauseMs;
    const patch: RunPatch = durable || !short ? { state: "waiting", dueAt, waiting, ...people } : {};
    if (patch.state) this.#write(run, patch);
    else paused.note(run.id, { waiting, until: dueAt });
    if (waiting.kind === "connection") return; // it rests in its row: for days, perhaps, and thousands of them
    const next = queuedRun(run, dueAt);
    if (trouble) paused.waitForHost(run, next, active.host ?? "", trouble);
    if (short) this.#comeBack({ ...context, run: { ...run, ...patch } }, next, active);
    else queue.add([next]);
  }

  /** There was no place for its next call: it goes back to the queue, which hands it out when one comes free. */
  park(context: RunContext, host: string, active: ActiveRun): void {
    active.parked = true;
    this.#comeBack(context, { ...queuedRun(context.run, this.#parts.clock.now()), call: host }, active);
  }

  /** The pass was broken off. */
  breakOff(context: RunContext, active: ActiveRun): void {
    this.#comeBack(context, queuedRun(context.run, this.#parts.clock.now() + soonMs), active);
  }

  /** Nothing was done: the run is tried again in a moment. */
  later(runId: string): void {
    this.#parts.queue.add([{ id: runId, dueAt: this.#parts.clock.now() + momentMs, lane: "live", group: runId }]);
  }

  /** A host answers again: the runs that were kept from it go on, as places come free. */
  requeue(host: string): void {
    const { queue, clock, paused } = this.#parts;
    const dueAt = clock.now();
    queue.add(paused.keptFrom(host).map((next) => ({ ...next, dueAt, call: host })));
  }

  /** Queues the run for its next pass. Where its context is not kept, only once its rows hold all that was done. */
  #comeBack(context: RunContext, next: QueuedRun, { bytes }: ActiveRun): void {
    const { journal, queue, remembered } = this.#parts;
    if (remembered.keep(context, bytes)) return queue.add([next]);
    this.#unwritten.add(next.id);
    void journal.durable(null).then(() => {
      this.#unwritten.delete(next.id);
      queue.add([next]);
    });
  }

  #write(run: Run, patch: RunPatch): void {
    this.#parts.journal.note(null, { was: run, patch });
    this.#parts.changed({ id: run.id, workspaceId: run.workspaceId, flowId: run.flowId, state: patch.state ?? run.state });
  }
}

function summaryOf(ending: Final): string | null {
  if (ending.kind === "cancelled") return cancelledByHand;
  return ending.kind === "filtered" && ending.reason ? `Filtered: ${ending.reason}` : null;
}
