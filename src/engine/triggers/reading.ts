import { MillraceError } from "#kernel/errors.ts";
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
  /** Cut off at `maxPages`. */
  truncated: boolean;
  /** The other side says there is no such record; for a single-record read that is an answer. */
  notFound: MillraceError | null;
}

/** Reads page after page, hands each to `take`, and knows when it may stop. */
export async function readPages(
  plan: PollPlan,
  pages: AsyncIterable<Page>,
  { maxPages, stopBefore }: ReadBounds,
  take: (rows: Observed[]) => Promise<void>,
): Promise<ReadEnd> {
  const mayStop = stopBefore === null ? () => false : stopRule(stopBefore);
  let count = 0;
  try {
    for await (const page of pages) {
      const rows = presentRows(page.rows).map((row) => observe(plan, row));
      await take(rows);
      if (mayStop(rows)) return { pages: count + 1, whole: false, truncated: false, notFound: null };
      if (++count >= maxPages) return { pages: count, whole: false, truncated: true, notFound: null };
    }
  } catch (error) {
    if ((plan.list && !plan.lone) || !isNotFound(error)) throw error;
    return { pages: count, whole: true, truncated: false, notFound: error };
  }
  return { pages: count, whole: true, truncated: false, notFound: null };
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
