import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { Claim, ClaimOutcome } from "../ports/run-store.ts";
import type { RunWrite } from "../types/runs.ts";
import type { StepWrite } from "../types/steps.ts";
import { eventSize } from "./remembered.ts";

/** Something that a commit answers. */
export interface Waiting<T, R> {
  asked: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** What the next commit will hold. */
export interface Batch {
  waiting: Waiting<readonly Acceptance[], AcceptedRuns[]>[];
  claims: Waiting<Claim, ClaimOutcome>[];
  steps: StepWrite[];
  runs: RunWrite[];
  /** Called once the batch is on the disk. */
  written: (() => void)[];
}

export const emptyBatch = (): Batch => ({ waiting: [], claims: [], steps: [], runs: [], written: [] });
export const isEmpty = (b: Batch): boolean => !isPressing(b) && b.steps.length === 0 && b.runs.length === 0;
/** Whether somebody waits for it to be written. */
export const isPressing = (b: Batch): boolean => b.waiting.length > 0 || b.claims.length > 0 || b.written.length > 0;

export const asked = <T>(waiting: Waiting<T, never>[]): T[] => waiting.map((w) => w.asked);

/** The notes of two batches, without what was asked of them. */
export const notesOf = (first: Batch, second: Batch): Batch => ({
  waiting: [],
  claims: [],
  steps: first.steps.concat(second.steps),
  runs: first.runs.concat(second.runs),
  written: first.written.concat(second.written),
});

/** Bytes of the large events in one commit; a larger one goes alone. */
const commitBytes = 1024 * 1024;
/** A smaller event is not worth weighing. */
const lightEvent = 64 * 1024;

/** Splits events into those of this commit and those of the next: in the order in which they came, but large ones only up to a bound. */
export function lightFirst(waiting: Batch["waiting"]): [now: Batch["waiting"], later: Batch["waiting"]] {
  let room = commitBytes;
  const later: Batch["waiting"] = [];
  const now = waiting.filter((each) => {
    const bytes = each.asked[0] ? eventSize(each.asked[0].event) : 0;
    const fits = bytes < lightEvent || room === commitBytes || bytes <= room;
    if (!fits) later.push(each);
    else if (bytes >= lightEvent) room -= bytes;
    return fits;
  });
  return [now, later];
}
