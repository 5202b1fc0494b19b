import { readRecordField } from "#catalog/record-values.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import { takesPart, type CompiledSync } from "./compile.ts";
import { afterDeletion, goneOn, takesPlace } from "./deletes.ts";
import { hopsAfter, mayCreate, mostHops, staleRows } from "./echo.ts";
import type { Side } from "./format.ts";
import { makeRecord, mergePair, templateProblem, type RowOutcome, type Stale } from "./merge.ts";
import { otherSide, sides } from "./sides.ts";
import { agreedWithWrites } from "./unheard.ts";
import type { Conflict, Link, SideRecord, SyncWrite } from "./types.ts";
import { readValue, sameValue } from "./values.ts";

/** What has to be done to bring a pair into step, and what the pair is once it is done. */

export interface PairInput {
  sync: CompiledSync;
  link: Link;
  /** The records as they are now; null: the side has none, or it is gone. */
  a: SideRecord | null;
  b: SideRecord | null;
  event: Side;
  now: number;
  /** Writes of ours to this pair of the last ten minutes, and its creates without an answer; the oldest first. */
  writes: readonly SyncWrite[];
  /** Sides whose record was not read alone, but comes from a list, which may lag. */
  mayLag?: Partial<Record<Side, boolean>>;
  /** When the last full read of each side began. */
  lookedAt?: Partial<Record<Side, number | null>>;
  choose?: Readonly<Record<string, Side>>;
  repair?: boolean;
  /** The id that a parent of this side's record has on the other side, by the number of the parents' row; null: it has no counterpart yet. */
  parent?: (row: number, id: string) => string | null;
}

/** One write. Values are by the names of the side's fields. */
export interface PlannedWrite extends Pick<SyncWrite, "side" | "kind" | "recordId" | "before" | "after"> {
  /** Keys of the rows that it brings into step. */
  rows: string[];
}

/**
 * Why nothing is written. `filtered`: a record does not take part. `gone`: a record was deleted, and nothing follows. `lone`: the side makes no
 * records. `parent`: its parent has no counterpart yet. `unsure`: a create was not answered, and a full read has to show whether it was done.
 */
export type Left = "ignored" | "looping" | "filtered" | "gone" | "lone" | "parent" | "unsure";

export interface Plan {
  writes: PlannedWrite[];
  rows: RowOutcome[];
  /** The pair once everything is written; null: it is over, since both records are gone. (One without any record is over as well, and is kept for `lagMs`.) */
  link: Link | null;
  left: Left | null;
  /** Some values were old news: the pair has to be looked at again once its lists have caught up. */
  lookAgain: boolean;
}

/** Decides what is done to a pair. Writes nothing itself, and gives nothing to write where nothing differs. */
export function planPair(input: PairInput): Plan {
  const { link, sync } = input;
  const isAsked = input.repair === true || input.choose !== undefined;
  if (link.ignored) return rests(link, "ignored");
  if (link.hops >= mostHops && !isAsked) return rests({ ...link, problem: loopProblem }, "looping");
  if (input.a === null && input.b === null) return { ...rests(link, "gone"), link: ended(input) };
  try {
    if (sides.some((side) => input[side] !== null && !takesPart(sync, side, input[side].record))) return rests(link, "filtered");
  } catch (thrown) {
    return rests({ ...link, problem: `Whether it takes part is not clear: ${templateProblem(thrown)}` }, "filtered");
  }
  const plan = planRecords({ ...input, link: asFound(link, input) });
  if (plan.link === null) return plan;
  const hops = isAsked ? 0 : hopsAfter(sync, link.hops, plan.writes, input);
  // A value that is not known is settled later: the writes that left it unknown stay newer than the pair.
  return { ...plan, link: { ...plan.link, hops, updatedAt: plan.lookAgain ? link.updatedAt : input.now } };
}

const loopProblem =
  "The two sides keep changing each other's value, so this pair rests. Look at what each makes of it, then bring it into step again.";
const rests = (link: Link, left: Left): Plan => ({ writes: [], rows: [], link, left, lookAgain: false });

/** The pair with the records that were found: one that was gone may be back, or have come anew. */
function asFound(link: Link, records: Pick<PairInput, "a" | "b">): Link {
  const id = { a: records.a?.id ?? null, b: records.b?.id ?? null };
  return sides.reduce((found, side) => {
    const now = id[side];
    if (now === null || now === found[side]) return found;
    return found[side] === null && found.gone?.side !== side ? { ...found, [side]: now } : takesPlace(found, side, now);
  }, link);
}

function planRecords(input: PairInput): Plan {
  const { a, b, link } = input;
  if (a !== null && b !== null) return planMerge(input, { a, b });
  const [there, kept] = a !== null ? (["a", a] as const) : (["b", b!] as const);
  const lacks = otherSide(there);
  if (link[lacks] !== null) return planGone(input, lacks, kept);
  return link.gone ? rests(link, "gone") : planCreate(input, there, kept);
}

// ---------------------------------------------------------------- both are there

function planMerge(input: PairInput, records: Record<Side, SideRecord>): Plan {
  const { sync, link, event } = input;
  const stale = { a: staleOf(input, "a", records.a), b: staleOf(input, "b", records.b) };
  const agreed = agreedWithWrites(sync, link, records, input.writes);
  const { rows, conflicts } = mergePair({ ...records, sync, agreed, event, stale, ...asked(input) });
  const isUnknown = (key: string) => sides.some((side) => stale[side].get(key) === null);
  const waiting = link.conflicts.filter(({ field }) => isUnknown(field));
  const writes = sides.flatMap((side) => updateOf(sync, side, records[side], rows));
  return {
    writes,
    rows,
    link: {
      ...link,
      agreed: agreedAfter(input, rows),
      conflicts: [...dated(conflicts, link.conflicts, input), ...waiting],
      problem: problemOf(rows),
    },
    left: null,
    lookAgain: stale.a.size + stale.b.size > 0,
  };
}

const asked = ({ choose, repair }: PairInput) => ({ ...(choose && { choose }), ...(repair !== undefined && { repair }) });

const staleOf = ({ sync, link, writes, mayLag }: PairInput, side: Side, record: SideRecord): Stale =>
  mayLag?.[side] ? staleRows(sync, side, record, link, writes) : new Map();

/** The one write that takes all values of a side. */
function updateOf(sync: CompiledSync, side: Side, { id, record }: SideRecord, rows: readonly RowOutcome[]): PlannedWrite[] {
  const [before, after]: [JsonObject, JsonObject] = [{}, {}];
  const written: string[] = [];
  const values = new Map(rows.map(({ key, write }) => [key, write[side]]));
  for (const row of sync.rows) {
    const value = values.get(row.key);
    if (value === undefined) continue;
    before[row[side].name] = readValue(row[side], record);
    after[row[side].name] = value;
    written.push(row.key);
  }
  return written.length === 0 ? [] : [{ side, kind: "update", recordId: id, before, after, rows: written }];
}

/** What is agreed on after this: rows that rest keep what they had. */
function agreedAfter({ sync, link }: PairInput, rows: readonly RowOutcome[]): Link["agreed"] {
  const agreed: Link["agreed"] = {};
  for (const key of Object.keys(sync.resting)) if (link.agreed[key]) agreed[key] = link.agreed[key];
  for (const { key, agreed: values } of rows) if (values !== null) agreed[key] = values;
  return agreed;
}

/** A conflict that was there before, with the same values, keeps its time. */
function dated(conflicts: readonly Omit<Conflict, "at">[], before: readonly Conflict[], { sync, now }: PairInput): Conflict[] {
  return conflicts.map((conflict) => {
    const kind = sync.rows.find(({ key }) => key === conflict.field)!.kind;
    const same = (left: Json, right: Json) => sameValue(kind, left, right, sync.settings);
    const old = before.find(({ field, a, b }) => field === conflict.field && same(a, conflict.a) && same(b, conflict.b));
    return { ...conflict, at: old?.at ?? now };
  });
}

const problemOf = (rows: readonly RowOutcome[]): string | null => {
  const failed = rows.filter(({ problem }) => problem !== undefined);
  return failed.length === 0 ? null : failed.map(({ key, problem }) => `${key.replace("=", " and ")}: ${problem}`).join(" ");
};

// ---------------------------------------------------------------- one is there

/**
 * A pair of which both records are gone is over. Where a list may still show one of them, the pair has to be kept until it has caught up: without
 * it the record would look new, and be made again on the other side.
 */
function ended({ link, mayLag, now }: PairInput): Link | null {
  if (!sides.some((side) => mayLag?.[side])) return null;
  return { ...goneOn(goneOn(link, "a", now), "b", now), conflicts: [], problem: null };
}

function planGone(input: PairInput, gone: Side, kept: SideRecord): Plan {
  const { sync, link } = input;
  const bereft = goneOn({ ...link, conflicts: [] }, gone, input.now);
  const what = afterDeletion(sync, gone, kept, link);
  if ("kept" in what) return rests({ ...bereft, problem: what.kept }, "gone");
  const side = otherSide(gone);
  return {
    writes: [{ side, recordId: kept.id, rows: [], ...what }],
    rows: [],
    link: what.kind === "delete" ? ended(input) : { ...bereft, problem: null },
    left: null,
    lookAgain: false,
  };
}

function planCreate(input: PairInput, from: Side, source: SideRecord): Plan {
  const { sync, link } = input;
  const to = otherSide(from);
  if (!sync.definition.create[to] || sync.types[to].create === undefined) return rests(link, "lone");
  if (!mayCreate(input.writes, to, input.lookedAt?.[to] ?? null)) return rests(link, "unsure");
  const parents = parentsOf(input, from, source);
  if (parents === null) return rests(link, "parent");
  const { values, rows } = makeRecord(sync, from, source.record);
  const after = { ...values, ...parents };
  const keys = rows.filter(({ write }) => write[to] !== undefined).map(({ key }) => key);
  return {
    writes: [{ side: to, kind: "create", recordId: null, before: {}, after, rows: keys }],
    rows,
    link: { ...link, agreed: agreedAfter(input, rows), problem: problemOf(rows) },
    left: null,
    lookAgain: false,
  };
}

/** The parents of a record that is made, as the other side calls them; null: one has no counterpart yet. */
function parentsOf({ sync, parent }: PairInput, from: Side, { record }: SideRecord): JsonObject | null {
  const values: JsonObject = {};
  for (const [i, row] of sync.parents.entries()) {
    const id = readRecordField(row[from], record);
    if (typeof id !== "string" && typeof id !== "number") continue;
    const there = parent?.(i, String(id)) ?? null;
    if (there === null) return null;
    values[row[otherSide(from)].name] = there;
  }
  return values;
}

// ---------------------------------------------------------------- after the writes

/** What became of a write: done, with the record's id and, where the answer has it, the record as it is now; or not, with the reason. */
export type WriteOutcome = { recordId: string; record?: JsonObject } | { problem: string };

/**
 * The pair after the writes of a plan. What was refused is not agreed on, and so is tried again with the next event. What the app made of a
 * value is taken as its own, so that it does not look like an edit; `gone` and deletions count once they were done.
 */
export function settlePair(before: Link, plan: Plan, sync: CompiledSync, outcomes: Partial<Record<Side, WriteOutcome>>): Link | null {
  const failed = plan.writes.flatMap(({ side, rows }) => {
    const outcome = outcomes[side];
    return outcome !== undefined && "recordId" in outcome ? [] : [{ rows, problem: outcome?.problem ?? "It was not written." }];
  });
  const ends = plan.writes.find(({ kind }) => kind === "delete" || kind === "archive");
  if (failed.length > 0 && (ends || plan.link === null)) return { ...before, problem: failed[0]!.problem };
  if (plan.link === null) return null;
  const link = { ...plan.link, agreed: { ...plan.link.agreed } };
  for (const write of plan.writes) {
    const outcome = outcomes[write.side];
    if (outcome !== undefined && "recordId" in outcome) written(link, write, outcome, sync);
    else forget(link, plan, write);
  }
  return failed.length === 0 ? link : { ...link, problem: failed[0]!.problem };
}

function written(
  link: Link,
  { side, kind, rows, before }: PlannedWrite,
  { recordId, record }: { recordId: string; record?: JsonObject },
  sync: CompiledSync,
): void {
  if (kind === "create") link[side] = recordId;
  if (record === undefined) return;
  for (const row of sync.rows) {
    const agreed = link.agreed[row.key];
    if (agreed === undefined || !rows.includes(row.key) || readRecordField(row[side], record) === undefined) continue;
    const value = readValue(row[side], record);
    // An answer that shows what was before was made before the write.
    if (!sameValue(row.kind, value, before[row[side].name] ?? null, sync.settings)) link.agreed[row.key] = { ...agreed, [side]: value };
  }
}

function forget(link: Link, plan: Plan, { kind, rows }: PlannedWrite): void {
  if (kind === "create") link.agreed = {};
  for (const { key, was } of plan.rows) {
    if (!rows.includes(key)) continue;
    if (was === undefined) delete link.agreed[key];
    else link.agreed[key] = was;
  }
}

/** A pair that begins. */
export const newLink = (id: string, syncId: string, ids: Record<Side, string | null>, now: number): Link => ({
  id,
  syncId,
  ...ids,
  was: { a: [], b: [] },
  agreed: {},
  gone: null,
  conflicts: [],
  problem: null,
  ignored: false,
  revision: 0,
  hops: 0,
  updatedAt: now,
});
