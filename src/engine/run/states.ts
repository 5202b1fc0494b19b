import { MillraceError } from "#kernel/errors.ts";
import type { RunState, RunWrite } from "../types/runs.ts";

const ends = ["succeeded", "filtered", "failed", "held", "cancelled"] as const satisfies readonly RunState[];

/** Every move that a run may make from one state to another. It may also stay where it is. */
export const moves: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ["running", "waiting", ...ends],
  running: ["waiting", ...ends],
  waiting: ["running", ...ends],
  succeeded: [],
  filtered: [],
  failed: ["queued"], // a person lets it go on from the step that failed
  held: ["queued", "cancelled"], // cancelled: it was set aside, and had not ended by itself
  cancelled: [],
};

/** Whether a run in this state has ended. */
export const isEnd = (state: RunState): boolean => (ends as readonly RunState[]).includes(state);

/** Why a change of a run must not be written; null where it may. */
export function illegalMove({ was, patch }: RunWrite): string | null {
  const { state = was.state, finishedAt = was.finishedAt, attention = was.attention } = patch;
  if (state !== was.state && !moves[was.state].includes(state)) return `from ${was.state} to ${state}`;
  if (isEnd(state) !== (finishedAt !== null)) return `to ${state} ${finishedAt === null ? "without an end" : "with an end"}`;
  if (attention && !isEnd(state)) return `to ${state}, in need of attention`;
  return null;
}

/** Looks at every change of a run before it is noted. One that is not legal is a fault of Millrace's own: it is refused and reported. */
export class StateGuard {
  readonly #report: (error: MillraceError) => void;

  constructor(report: (error: MillraceError) => void) {
    this.#report = report;
  }

  allows(write: RunWrite): boolean {
    const move = illegalMove(write);
    if (move === null) return true;
    this.#report(new MillraceError("INTERNAL", { details: { problem: `run ${write.was.id} cannot go ${move}` } }));
    return false;
  }
}
