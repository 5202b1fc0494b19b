import { minuteMs } from "#kernel/durations.ts";
import type { Json } from "#kernel/json.ts";
import { sourceOf, type CompiledSync, type Row } from "./compile.ts";
import type { Side } from "./format.ts";
import { valueIfAny } from "./merge.ts";
import { otherSide } from "./sides.ts";
import type { Agreed, Link, SideRecord, SyncWrite } from "./types.ts";
import { isSetKind, itemKey, itemsOf, sameValue, type ValueSettings } from "./values.ts";

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
  const isStale = (row: Row): boolean => {
    const was = agreed[row.key];
    if (was === undefined) return false;
    const value = valueIfAny(row, side, read.record);
    if (value === undefined) return false;
    const same = (other: Json | undefined) => other !== undefined && sameValue(row.kind, value, other, sync.settings);
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
 * What both sides agreed on, with the writes in it of which nobody heard whether they were done: a side that shows such a value has it from us,
 * and was changed by nobody else. Of a create, what was sent and is there is what both sides had then; where something else is there, it may be
 * another record, and the two meet.  `writes` have their time from after the plan, so those of a settled plan add nothing.
 */
export function agreedWithWrites(
  sync: CompiledSync,
  { agreed, updatedAt }: Pick<Link, "agreed" | "updatedAt">,
  records: Record<Side, SideRecord>,
  writes: readonly SyncWrite[],
): Agreed {
  const create = writes.find(({ kind, recordId, at }) => kind === "create" && (recordId === null || at >= updatedAt));
  const unsettled = writes.filter(({ kind, at }) => kind === "update" && at >= updatedAt);
  if (create === undefined && unsettled.length === 0) return agreed;
  const amended = { ...agreed };
  for (const row of sync.rows) {
    const was = agreed[row.key];
    const now = (side: Side) => valueIfAny(row, side, records[side].record);
    if (was !== undefined) amended[row.key] = withUnsettled(sync, row, was, now, unsettled);
    else if (create) Object.assign(amended, sentBy(create, row, now, sync.settings));
  }
  return amended;
}

/** The last write to a row is the one that counts: what was sent before it is overwritten, or old news. */
function withUnsettled(
  sync: CompiledSync,
  row: Row,
  was: Agreed[string],
  now: (side: Side) => Json | undefined,
  unsettled: readonly SyncWrite[],
): Agreed[string] {
  const last = unsettled.findLast(({ side, after }) => Object.hasOwn(after, row[side].name));
  const value = last && now(last.side);
  if (last === undefined || value === undefined) return was;
  const sent = last.after[row[last.side].name]!;
  return sameValue(row.kind, value, sent, sync.settings) ? { ...was, [last.side]: value } : was;
}

function sentBy({ side, after }: SyncWrite, row: Row, now: (side: Side) => Json | undefined, settings: ValueSettings): Agreed {
  const isPlain = row.to[otherSide(side)] === null && (row.to[side] === null || sourceOf(row) === otherSide(side));
  const [sent, value] = [after[row[side].name] ?? null, now(side)];
  if (!isPlain || !row.creates[side] || value === undefined) return {};
  if (sameValue(row.kind, sent, value, settings)) return { [row.key]: { a: sent, b: sent } };
  if (!isSetKind(row.kind)) return {};
  const there = new Set(itemsOf(value).map(itemKey));
  const both = itemsOf(sent).filter((item) => there.has(itemKey(item)));
  return { [row.key]: { a: both, b: both } };
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
  // Six slow ones are no loop: only those within the ten minutes count.
  return answers ? Math.min(hops, recent.length) + 1 : 0;
}
