import { minuteMs } from "#kernel/durations.ts";
import type { Json } from "#kernel/json.ts";
import type { CompiledSync, Row } from "./compile.ts";
import type { Side } from "./format.ts";
import { valueIfAny, type Stale } from "./merge.ts";
import { otherSide } from "./sides.ts";
import type { Link, SideRecord, SyncWrite } from "./types.ts";
import { sameValue } from "./values.ts";

/** What our own writes explain: reads that are older than they are, creates without an answer, and loops. */

/** For so long a list may show what was before. */
export const lagMs = 5 * minuteMs;
/** Clocks that were set by each other are this close. */
const skewMs = 2_000;

/**
 * Rows of which a read that may lag is not believed. Shortly after a write of ours to a row, or after we carried a change of this side over, another
 * value may be an edit or what was there before: nobody can tell, unless the record was changed after the last write. The value that was agreed on
 * stands meanwhile; null where it is not known either, since the write was not settled. The pair is looked at again once the list has caught up.
 */
export function staleRows(
  sync: CompiledSync,
  side: Side,
  read: SideRecord,
  { agreed, updatedAt }: Pick<Link, "agreed" | "updatedAt">,
  writes: readonly SyncWrite[],
): Stale {
  const recent = writes.filter(({ at }) => at > read.readAt - lagMs);
  const stale = new Map<string, { value: Json } | null>();
  if (recent.every(({ at }) => read.changedAt !== null && read.changedAt > at + skewMs)) return stale;
  for (const row of sync.rows) {
    const last = recent.findLast((write) => tells(row, side, write));
    const value = valueIfAny(row, side, read.record);
    if (last === undefined || value === undefined) continue;
    const was = agreed[row.key];
    const isSettled = was !== undefined && last.at < updatedAt;
    const current = isSettled ? was[side] : last.after[row[last.side].name]!;
    if (!sameValue(row.kind, value, current, sync.settings)) stale.set(row.key, isSettled ? { value: current } : null);
  }
  return stale;
}

/** Whether a write says what a side has. What a plain row writes to one side the other one had then. */
const tells = (row: Row, side: Side, write: SyncWrite): boolean =>
  Object.hasOwn(write.after, row[write.side].name) && (write.side === side || (row.to.a === null && row.to.b === null));

/**
 * Whether a record may be made now. After a create whose answer was lost this takes a look at the whole side first, begun when its list has to
 * show the record if it is there: what is made meanwhile could be the second one. `lookedAt`: when the last full read of the side began.
 */
export const mayCreate = (writes: readonly SyncWrite[], side: Side, lookedAt: number | null): boolean =>
  writes.every((write) => {
    if (write.kind !== "create" || write.side !== side || write.recordId !== null) return true;
    return lookedAt !== null && lookedAt >= write.at + lagMs;
  });

/** This many writes of ours in answer to our own, with nobody else between, are a loop. */
export const mostHops = 6;
const hopMs = 10 * minuteMs;

/**
 * The hops of a pair once `planned` is written. A write is one where it answers our own: the same row was written on the other side within ten
 * minutes, or the event that asks for it came from the side that is written again.
 */
export function hopsAfter(
  sync: CompiledSync,
  hops: number,
  planned: readonly { side: Side; rows: readonly string[] }[],
  { writes, event, now }: { writes: readonly SyncWrite[]; event: Side; now: number },
): number {
  if (planned.length === 0) return hops;
  const recent = writes.filter(({ at }) => at > now - hopMs);
  const answers = planned.some(({ side, rows }) =>
    sync.rows.some((row) => {
      if (!rows.includes(row.key)) return false;
      const wasWritten = (on: Side) => recent.some((write) => write.side === on && Object.hasOwn(write.after, row[on].name));
      return wasWritten(otherSide(side)) || (event === side && wasWritten(side));
    }),
  );
  // Six slow ones are no loop: only those within the ten minutes count.
  return answers ? Math.min(hops, recent.length) + 1 : 0;
}
