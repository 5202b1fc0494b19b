import type { ReplayReply } from "../lib/api.ts";
import { plural } from "../lib/words.ts";

interface ReplayWords {
  title: string;
  /** What happens next. */
  next: string;
  /** The label of the link. */
  open: string;
  /** The run to open, where there is but one. */
  runId: string | null;
}

/** What was begun by a replay, and what happens next. A run that goes on from where it failed stays the same run. */
export function replayWords(replayed: ReplayReply["replayed"]): ReplayWords | null {
  const [first, ...more] = replayed;
  if (first === undefined) return null;
  if (more.length > 0)
    return {
      title: `Replaying ${plural(replayed.length, "run")}`,
      next: "They run one after the other. What fails again comes back to Needs attention.",
      open: "Open Runs",
      runId: null,
    };
  return first.as === first.run
    ? {
        title: "The run goes on",
        next: "From the step that failed. If it fails again, it comes back to Needs attention.",
        open: "Open the run",
        runId: first.as,
      }
    : {
        title: "A new run has started",
        next: "It does the work of the earlier one, which stays as it was. If it fails, it comes to Needs attention.",
        open: "Open the new run",
        runId: first.as,
      };
}
