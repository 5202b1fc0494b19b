import { MillraceError } from "#kernel/errors.ts";
import { createPace, eachAtPace, type Pace } from "#kernel/pace.ts";
import { observe, presentRows, type Observed } from "./observe.ts";
import type { PollPlan } from "./plan.ts";

export interface Page {
  rows: readonly unknown[];
}

export interface ReadBounds {
  maxPages: number;
  /** A newest-first list need not be read beyond rows older than this; null: to its end. */
  stopBefore: number | null;
}

/** How a read ended. */
export interface ReadEnd {
  pages: number;
  /** Everything there is was read. */
  whole: boolean;
  /** Cut off at `maxPages`, or because enough was held. */
  truncated: boolean;
  /** The other side says there is no such record; for a single-record read that is an answer. */
  notFound: MillraceError | null;
}

/**
 * Reads page after page, hands each to `take`, and knows when it may stop. `take` says whether it holds as much as may be held at once. A page may
 * have a hundred thousand rows, so others have their turn while they are looked at.
 */
export async function readPages(
  plan: PollPlan,
  pages: AsyncIterable<Page>,
  { maxPages, stopBefore }: ReadBounds,
  take: (rows: Observed[]) => Promise<boolean>,
): Promise<ReadEnd> {
  const mayStop = stopBefore === null ? () => false : stopRule(stopBefore);
  const pace = createPace();
  let count = 0;
  try {
    for await (const page of pages) {
      const rows = await observed(plan, page, pace);
      const enough = await take(rows);
      if (mayStop(rows)) return { pages: count + 1, whole: false, truncated: false, notFound: null };
      if (++count >= maxPages || enough) return { pages: count, whole: false, truncated: true, notFound: null };
    }
  } catch (error) {
    if ((plan.list && !plan.lone) || !isNotFound(error)) throw error;
    return { pages: count, whole: true, truncated: false, notFound: error };
  }
  return { pages: count, whole: true, truncated: false, notFound: null };
}

async function observed(plan: PollPlan, page: Page, pace: Pace): Promise<Observed[]> {
  const rows: Observed[] = [];
  await eachAtPace(presentRows(page.rows), pace, (row) => void rows.push(observe(plan, row)));
  return rows;
}

const isNotFound = (error: unknown): error is MillraceError => error instanceof MillraceError && error.code === "OUTBOUND_NOT_FOUND";

/**
 * Says when a page lies wholly behind the time to stop. Only while the rows really come newest first, and each with a time:
 * a server that ignores the order asked for is read to the end. Equal times are no disorder, and a row at the very time is still read.
 */
function stopRule(stopBefore: number): (rows: readonly Observed[]) => boolean {
  let last = Infinity;
  let inOrder = true;
  return (rows) => {
    for (const { time } of rows) {
      inOrder &&= time !== null && time <= last;
      last = time ?? last;
    }
    return inOrder && last < stopBefore;
  };
}
