import { MillraceError } from "#kernel/errors.ts";
import type { PersonKey } from "#kernel/person-key.ts";
import { keysOfStep } from "../people/extract.ts";
import type { Lease } from "../types/leases.ts";
import type { RunContext, RunPatch } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";
import type { ActiveRun } from "./active-runs.ts";
import type { Journal } from "./journal.ts";
import type { Recorder } from "./parts.ts";
import { stepSize } from "./remembered.ts";

/** Step attempts since the start. */
export interface AttemptCount {
  attempts: number;
}

/** The people a run's steps read or wrote, written with the run's end or its next wait. */
export type PeoplePatch = Pick<RunPatch, "people">;

/** Records the steps of one pass: in the journal, and in memory for what follows. */
export class PassRecorder implements Recorder {
  readonly steps: Map<string, StepRecord>;
  readonly #journal: Journal;
  readonly #active: ActiveRun;
  readonly #count: AttemptCount;
  readonly #lease: Lease;
  readonly #before: readonly PersonKey[];
  #people: readonly PersonKey[];

  constructor({ run, steps }: RunContext, active: ActiveRun, journal: Journal, count: AttemptCount) {
    this.steps = new Map(steps.map((s) => [s.path, s]));
    this.#journal = journal;
    this.#active = active;
    this.#count = count;
    this.#lease = run.lease;
    this.#people = this.#before = run.people ?? [];
    for (const step of steps) this.#learn(step); // they are written with the end; a crash may have come before
  }

  put(step: StepRecord, brief: StepRecord): void {
    this.steps.set(step.path, brief);
    this.#active.bytes += stepSize(step); // a little too much where it was put before
    this.#count.attempts++;
    this.#journal.note({ step, lease: this.#lease });
    this.#learn(step);
  }

  async begin(step: StepRecord): Promise<void> {
    await this.#journal.durable({ step, lease: this.#lease });
    if (this.#active.lost) throw new MillraceError("INTERNAL", { details: { problem: "another process has claimed the run" } });
  }

  written(): Promise<void> {
    return this.#journal.durable(null);
  }

  /** Empty where the pass met nobody new. */
  newPeople(): PeoplePatch {
    return this.#people === this.#before ? {} : { people: this.#people };
  }

  #learn(step: StepRecord): void {
    const keys = keysOfStep(step, this.#people);
    if (keys.length > 0) this.#people = [...this.#people, ...keys];
  }
}
