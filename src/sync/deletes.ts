import { readRecordField } from "#catalog/record-values.ts";
import type { JsonObject } from "#kernel/json.ts";
import { capital } from "#kernel/words.ts";
import type { CompiledSync } from "./compile.ts";
import { lagMs } from "./echo.ts";
import type { Side } from "./format.ts";
import { valueIfAny } from "./merge.ts";
import { otherSide } from "./sides.ts";
import type { Link, SideRecord } from "./types.ts";
import { readValue, sameValue } from "./values.ts";

/** Records that are gone, came back, or became one with another. */

/**
 * Ids of the records that a full read of a side misses. One that was first seen shortly before the read began may only be late in the list, so
 * it is not missed yet.
 */
export function missingIn(listed: ReadonlySet<string>, seen: Iterable<{ recordId: string; seenAt: number }>, readBegan: number): string[] {
  const missing: string[] = [];
  for (const { recordId, seenAt } of seen) if (!listed.has(recordId) && seenAt < readBegan - lagMs) missing.push(recordId);
  return missing;
}

/** Whether a list that may lag can still show a record that was deleted a short while ago. */
export const mayBeGhost = (link: Link, side: Side, { id, readAt }: SideRecord): boolean =>
  link.gone !== null && link[side] === null && link.was[side].includes(id) && readAt < link.gone.at + lagMs;

const fewest = 10;

/**
 * Whether deletions wait for a person: at least ten, and more than the share `most` of all links. A read that misses everything there was is
 * more likely a fault than the wish of somebody, also where it was little.
 */
export function asksFirst(gone: number, links: number, most: number): boolean {
  if (gone >= links && gone > 1) return true;
  return gone >= fewest && gone > links * most;
}

export interface GoneWrite {
  kind: "archive" | "delete";
  before: JsonObject;
  after: JsonObject;
}

/** What a deletion on one side means for the record of the other: a write, nothing, or why it was kept. */
export function afterDeletion(
  sync: CompiledSync,
  gone: Side,
  kept: SideRecord,
  link: Pick<Link, "agreed">,
): GoneWrite | { kept: string | null } {
  const side = otherSide(gone);
  const policy = sync.definition.deletes[side];
  if (policy === "nothing") return { kept: null };
  const type = sync.types[side];
  if (hasNews(sync, side, kept, link))
    return { kept: `Its ${sync.types[gone].title} was deleted, but this ${type.title} was changed since, so it was kept.` };
  if (policy === "delete" && type.remove) return { kind: "delete", before: kept.record, after: {} };
  if (policy === "archive" && type.archive) return { kind: "archive", ...archived(sync, side, kept.record) };
  return { kept: `${capital(type.many)} cannot be ${policy === "delete" ? "deleted" : "archived"} here, so it was kept.` };
}

/** Whether a side has changes that the other one never got: deleting it would lose them. */
const hasNews = (sync: CompiledSync, side: Side, { record }: SideRecord, { agreed }: Pick<Link, "agreed">): boolean =>
  sync.rows.some((row) => {
    const was = agreed[row.key];
    if (!row.updates[otherSide(side)] || was === undefined) return false;
    const value = valueIfAny(row, side, record);
    return value === undefined || !sameValue(row.kind, value, was[side], sync.settings);
  });

/** What archiving changes, by the fields that show it. */
function archived(sync: CompiledSync, side: Side, record: JsonObject): Pick<GoneWrite, "before" | "after"> {
  const before: JsonObject = {};
  const after: JsonObject = {};
  for (const field of sync.types[side].fields) {
    const value = field.write === null || field.row ? undefined : sync.types[side].archive?.input[field.write];
    if (value === undefined) continue;
    before[field.name] = readRecordField(field, record) === undefined ? null : readValue(field, record);
    after[field.name] = value;
  }
  return { before, after };
}

/** A record was deleted, and nothing became of it on the other side. */
export const goneOn = (link: Link, side: Side, at: number): Link => ({
  ...link,
  [side]: null,
  was: wasToo(link, side),
  gone: { side, at },
});

/** A record takes the place of the one that a side had: it was made anew, or is what that one was merged into. The two meet as if for the first time. */
export const takesPlace = (link: Link, side: Side, recordId: string): Link => ({
  ...link,
  [side]: recordId,
  was: wasToo(link, side, recordId),
  gone: link.gone?.side === side ? null : link.gone,
  agreed: {},
  conflicts: [],
});

/**
 * The record of `loser` was merged into another one of its side. That one takes its place, unless it has a counterpart already: then the pair
 * takes no more part, and its other record is left as it is, since two records there now stand for one here.
 */
export function mergedInto(loser: Link, side: Side, winner: { recordId: string; link: Link | null }, at: number): Link {
  if (winner.link === null || winner.link.id === loser.id) return takesPlace(loser, side, winner.recordId);
  return { ...goneOn(loser, side, at), ignored: true, problem: mergedProblem, conflicts: [] };
}
const mergedProblem =
  "The other record was merged into one that has its own counterpart. Merge the two on this side as well, or delete this one.";

function wasToo(link: Link, side: Side, now: string | null = null): Link["was"] {
  const before = link[side] === null || link[side] === now ? link.was[side] : [...link.was[side], link[side]];
  return { ...link.was, [side]: before.filter((id) => id !== now).slice(-mostFormer) };
}
const mostFormer = 20;
