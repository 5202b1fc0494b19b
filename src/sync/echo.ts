import { minuteMs } from "#kernel/durations.ts";
import type { CompiledSync } from "./compile.ts";
import type { Side } from "./format.ts";
import { valueOf } from "./merge.ts";
import { otherSide } from "./sides.ts";
import type { Agreed, SideRecord, SyncWrite } from "./types.ts";
import { sameValue } from "./values.ts";

/** What our own writes explain: reads that are older than they are, creates without an answer, and loops. */

/** For so long a list may show what was before. */
export const lagMs = 5 * minuteMs;
/** Clocks that were set by each other are this close. */
const skewMs = 2_000;

/**
 * Keys of the rows of which a read that may lag shows what was before a write of ours, or before the change that we carried over from this
 * side. Such a value is old news: what was agreed on stands. A record that was changed after the last write is never old.
 */
export function staleRows(sync: CompiledSync, side: Side, read: SideRecord, agreed: Agreed, writes: readonly SyncWrite[]): Set<string> {
  const recent = writes.filter(({ at }) => at > read.readAt - lagMs);
  const last = Math.max(...recent.map(({ at }) => at));
  if (recent.length === 0 || (read.changedAt !== null && read.changedAt > last + skewMs)) return new Set();
  const isStale = (row: CompiledSync["rows"][number]): boolean => {
    const was = agreed[row.key];
    if (was === undefined) return false;
    const value = valueOf(row, side, read.record);
    const same = (other: SyncWrite["before"][string] | undefined) =>
      other !== undefined && sameValue(row.kind, value, other, sync.settings);
    if (same(was[side])) return false;
    const isPlain = row.to.a === null && row.to.b === null;
    return recent.some(({ side: written, before, after }) => {
      const name = row[written].name;
      if (written !== side) return isPlain && same(before[name]);
      return same(before[name]) || same(after[name]);
    });
  };
  return new Set(sync.rows.filter(isStale).map(({ key }) => key));
}

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
  return answers ? hops + 1 : 0;
}
