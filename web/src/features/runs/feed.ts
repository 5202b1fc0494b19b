import type { RunList, RunView } from "#api/schemas.ts";
import type { RunChange } from "../../lib/events.ts";
import { runLooks } from "../../components/status.tsx";

export interface Arrivals {
  /** Runs that are not in the list yet. */
  runs: RunView[];
  /** More arrived than one look shows: between these and the list some are missing. */
  gap: boolean;
}

export const noArrivals: Arrivals = { runs: [], gap: false };

/** Compares the list with a fresh look at its head: what is known is brought up to date in place, what is new waits. */
export function settleHead(pages: RunList[], head: RunList): { pages: RunList[]; arrivals: Arrivals } {
  const fresh = new Map(head.runs.map((run) => [run.id, run]));
  const shown = new Set(pages.flatMap((page) => page.runs.map((run) => run.id)));
  const runs = head.runs.filter((run) => !shown.has(run.id));
  return {
    pages: mapRuns(pages, (run) => fresh.get(run.id) ?? run),
    arrivals: { runs, gap: shown.size > 0 && runs.length === head.runs.length && head.next !== null },
  };
}

/** Brings the states of known runs up to date from what the stream told; the rest of each row follows with the next look. */
export function patchStates(pages: RunList[], changed: readonly RunChange[]): RunList[] {
  if (changed.length === 0) return pages;
  const states = new Map(changed.map((change) => [change.id, change.state]));
  return mapRuns(pages, (run) => {
    const state = states.get(run.id);
    return state === undefined || state === run.state ? run : { ...run, state, label: runLooks[state].word };
  });
}

/** The list with the waiting runs in it, newest first. */
export function reveal(pages: RunList[], arrivals: readonly RunView[]): RunList[] {
  const [first, ...rest] = pages;
  if (first === undefined) return pages;
  const waiting = new Set(arrivals.map((run) => run.id));
  const runs = [...arrivals, ...first.runs.filter((run) => !waiting.has(run.id))].sort(newestFirst);
  return [{ ...first, runs }, ...rest];
}

function newestFirst(a: RunView, b: RunView): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
}

/** Pages in which nothing changed keep their identity, so that their rows are not drawn again. */
function mapRuns(pages: RunList[], change: (run: RunView) => RunView): RunList[] {
  return pages.map((page) => {
    const runs = page.runs.map(change);
    return runs.every((run, index) => run === page.runs[index]) ? page : { ...page, runs };
  });
}
