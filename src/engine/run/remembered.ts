import { memoryUpTo } from "#kernel/json.ts";
import { answerBytes } from "./step-answer.ts";
import type { Event } from "../types/events.ts";
import type { RunContext } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";

/** What an entry costs beside its payload: ids, times, the entry itself. */
const entryBytes = 1024;
/** Sizes are counted up to this: nothing larger is kept. */
const measuredBytes = 4 * 1024 * 1024;

/** About how many bytes an event takes: the length of its text if it has one, so that nothing is encoded again. */
export const eventSize = ({ text, payload }: Event): number => entryBytes + (text?.length ?? memoryUpTo(payload, measuredBytes));

/** What one attempt may take: its request and answer are kept cut. */
const attemptBytes = 8 * 1024;

/** About how many bytes a step takes. */
export const stepSize = (step: StepRecord): number =>
  entryBytes +
  memoryUpTo(step.input, measuredBytes) +
  memoryUpTo(step.output, measuredBytes) +
  answerBytes(step) +
  attemptBytes * Math.max(0, step.attempts.length - 1);

/** About how many bytes a run takes. */
export function sizeOf({ event, run, steps }: RunContext): number {
  let bytes = eventSize(event);
  if (run.previous !== undefined) bytes += memoryUpTo(run.previous, measuredBytes);
  for (const step of steps) bytes += stepSize(step);
  return bytes;
}

/** Contexts of runs between two passes, as many as fit into a number of bytes. What is not kept is read back from its rows. */
export class Remembered {
  readonly #mostBytes: number;
  readonly #entries = new Map<string, { context: RunContext; bytes: number }>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether it was kept. */
  keep(context: RunContext, bytes: number): boolean {
    this.drop(context.run.id);
    if (this.#bytes + bytes > this.#mostBytes) return false;
    this.#entries.set(context.run.id, { context, bytes });
    this.#bytes += bytes;
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  has(runId: string): boolean {
    return this.#entries.has(runId);
  }

  /** Returns it and keeps it no longer. */
  take(runId: string): RunContext | undefined {
    const entry = this.#entries.get(runId);
    if (entry) this.drop(runId);
    return entry?.context;
  }

  drop(runId: string): void {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    this.#entries.delete(runId);
    this.#bytes -= entry.bytes;
  }

  /** What is kept at present. */
  get bytes(): number {
    return this.#bytes;
  }
}
