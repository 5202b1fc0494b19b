import { MillraceError } from "#kernel/errors.ts";
import { sizeUpTo } from "#kernel/json.ts";
import type { CompiledStep, Loop } from "../flow/compiled.ts";
import { answerBytes } from "./step-answer.ts";
import type { StepRecord } from "../types/steps.ts";

/** Steps of one run at most, those of all its loops together. */
export const mostSteps = 20_000;
/** What the results of one run's steps may take in memory, as the length of their JSON. */
export const mostBytes = 64 * 1024 * 1024;
/** Results that may wait to be written before the run waits for them: what one commit writes must not hold the event loop. */
const unwrittenBytes = 512 * 1024;

/** Counts the steps and bytes of one run, and ends it before it takes more than its share. */
export class RunBounds {
  #steps: number;
  #bytes = 0;
  #unwritten = 0;
  /** The loops that the run is in, outermost first. */
  readonly #loops: { id: string; items: number }[] = [];

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** Counts one more step and returns its number, from 0. */
  nextStep(): number {
    if (this.#steps >= mostSteps) throw tooLong(this.#loops.map(loopInWords).join(", inside it "));
    return this.#steps++;
  }

  /** Counts a result. The bound is checked before the next step, because this one has to be recorded first. */
  addResult(step: StepRecord): void {
    if (step.output === undefined) return;
    const bytes = sizeUpTo(step.output, mostBytes) + answerBytes(step);
    this.#bytes += bytes;
    this.#unwritten += bytes;
  }

  checkBytes(): void {
    if (this.#bytes <= mostBytes) return;
    const where = this.#loops.length === 0 ? "" : `; ${this.#loops.map(loopInWords).join(", inside it ")}`;
    throw new MillraceError("RUN_TOO_LARGE", { details: { limit: `${mostBytes / 1024 / 1024} MiB`, loops: where } });
  }

  /** Whether so much waits to be written that the run has to wait too. A true answer resets the count. */
  mustWait(): boolean {
    if (this.#unwritten < unwrittenBytes) return false;
    this.#unwritten = 0;
    return true;
  }

  /** Enters a loop. One that certainly needs too many steps is refused before its first, so that nothing is left half done. */
  enter({ id, body, isNew }: Loop, items: number): void {
    this.#loops.push({ id, items });
    const least = leastSteps(body);
    if (isNew && this.#steps + items * least > mostSteps)
      throw tooLong(`${this.#loops.map(loopInWords).join(", inside it ")} of at least ${count(least, "step")} each`);
  }

  leave(): void {
    this.#loops.pop();
  }
}

/** Steps that every pass through a loop's body takes. A filter or a stop may end the run in the first pass: then nothing is certain. */
function leastSteps(body: readonly CompiledStep[]): number {
  return body.some((step) => step.mayEnd) ? 0 : body.length;
}

const loopInWords = ({ id, items }: { id: string; items: number }): string => `the loop '${id}' has ${count(items, "item")}`;
const count = (n: number, thing: string): string => `${n.toLocaleString("en-US")} ${thing}${n === 1 ? "" : "s"}`;

const tooLong = (loops: string): MillraceError =>
  new MillraceError("RUN_TOO_LONG", { details: { limit: mostSteps.toLocaleString("en-US"), loops: loops || "it has no loop" } });
