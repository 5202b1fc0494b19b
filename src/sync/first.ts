import type { RecordType } from "#catalog/record-types.ts";
import { recordName, isListed } from "#catalog/record-values.ts";
import { digest } from "#kernel/digest.ts";
import { canonicalJson, type Json, type JsonObject } from "#kernel/json.ts";
import { carried, matchKeys, sourceOf, takesPart, type CompiledSync, type Row } from "./compile.ts";
import { matchLists, type MatchedLists } from "./match.ts";
import { otherSide, sides } from "./sides.ts";
import type { SideRow } from "./store.ts";
import type { Agreed, Link, Side, SideRecord } from "./types.ts";
import { readValue, valueKey } from "./values.ts";

/** What a first sync makes of two lists. Pure: the job around it reads and writes. */

/** What is kept of a record that was read in a list; null where it takes no part. */
export function rowOfRecord(sync: CompiledSync, side: Side, { id, record, readAt }: SideRecord): SideRow | null {
  if (!takesPart(sync, side, record)) return null;
  return {
    recordId: id,
    name: recordName(sync.types[side], record, id),
    keys: keysWithParent(sync, side, record),
    digest: comparableDigest(sync, side, id, record),
    seenAt: readAt,
  };
}

/** Beside the keys of the rules, under a number that no rule has: the id of the record's parent, without which it could not be read. */
const parentKey = -1;

/** By what a record is found again, and whose it is. */
export function keysWithParent(sync: CompiledSync, side: Side, record: JsonObject): SideRow["keys"] {
  const parent = parentOf(sync, side, record);
  const keys: SideRow["keys"] = matchKeys(sync, side, record);
  return parent === null ? keys : { ...keys, [parentKey]: parent };
}

/** The keys of a record for its counterpart that was made of these values, which has a parent of its own. */
export function keysUnder({ of }: RecordType, keys: SideRow["keys"], values: JsonObject): SideRow["keys"] {
  const { [parentKey]: _, ...rest } = keys;
  const parent = of && values[of.field];
  return typeof parent === "string" ? { ...rest, [parentKey]: parent } : rest;
}

/** The keys of the rules alone. */
export const ruleKeys = (keys: SideRow["keys"]): [rule: number, key: string][] =>
  Object.entries(keys).flatMap(([rule, key]) => (Number(rule) === parentKey ? [] : [[Number(rule), key]]));

function parentOf(sync: CompiledSync, side: Side, record: JsonObject): string | null {
  const { of, fields } = sync.types[side];
  const field = of && fields.find(({ name }) => name === of.field);
  const id = field && readValue(field, record);
  return typeof id === "string" ? id : null;
}

/** What is known of a record before it is read: as much as its run needs to read it. */
export function payloadOfRow({ types }: Pick<CompiledSync, "types">, side: Side, { recordId, keys }: SideRow): JsonObject {
  const { of, fields } = types[side];
  const field = of && fields.find(({ name }) => name === of.field);
  const parent = keys[parentKey];
  return { id: recordId, ...(field && parent !== undefined && { [field.read]: parent }) };
}

/**
 * A digest that two records share when nothing is to be written to either: each row of fields as the other side would have it. Where a list does not
 * tell, it is equal to no other.
 */
function comparableDigest(sync: CompiledSync, side: Side, id: string, record: JsonObject): string {
  if (!sync.rows.every(isComparable)) return `${side}:${id}`;
  return digest(canonicalJson(sync.rows.map((row) => [row.key, comparable(sync, row, side, record)])));
}

const isComparable = (row: Row): boolean => isListed(row.a) && isListed(row.b) && !hasTwoTemplates(row);
const isTemplated = (row: Row): boolean => row.to.a !== null || row.to.b !== null;
/** What goes both ways through templates has to be read whole: neither value follows from the other. */
const hasTwoTemplates = (row: Row): boolean => isTemplated(row) && sourceOf(row) === null;

function comparable(sync: CompiledSync, row: Row, side: Side, record: JsonObject): string {
  const own = readValue(row[side], record);
  const value = isTemplated(row) && sourceOf(row) === side ? carriedOr(row, side, own, record) : own;
  return valueKey(row.kind, value, sync.settings);
}

/** A template that fails for this record makes it equal to none; its run says why. */
function carriedOr(row: Row, side: Side, value: Json, record: JsonObject): Json {
  try {
    return carried(row, side, value, record);
  } catch {
    return { unmade: [row.key, value] };
  }
}

/** The pairs of two lists. `taken`: records that are in a pair already. */
export function matchRows(
  sync: CompiledSync,
  rows: Record<Side, readonly SideRow[]>,
  taken: Record<Side, ReadonlySet<string>>,
): MatchedLists {
  const of = (side: Side) => rows[side].map(({ recordId, keys }) => ({ id: recordId, keys, taken: taken[side].has(recordId) }));
  return matchLists(of("a"), of("b"), sync.rules.length);
}

export interface Matched {
  a: SideRow;
  /** b's record as it was read just now. */
  b: SideRecord;
}

/** Whether nothing differs between two records of a pair. */
export const isSamePair = (sync: CompiledSync, { a, b }: Matched): boolean => comparableDigest(sync, "b", b.id, b.record) === a.digest;

/** The link of a matched pair. Where nothing differs both sides agree, and no run has to look at it. */
export const linkOfPair = (sync: CompiledSync, pair: Matched, base: LinkBase): Link => ({
  ...blankLink(base),
  a: pair.a.recordId,
  b: pair.b.id,
  agreed: isSamePair(sync, pair) ? agreedOf(sync, pair.b.record) : {},
});

/** The values of one side, by the key of the row. */
export const valuesOf = (sync: CompiledSync, side: Side, record: JsonObject): Record<string, Json> =>
  Object.fromEntries(sync.rows.map((row) => [row.key, readValue(row[side], record)]));

/** The link of a pair that stays as different as it is until one of its records changes. */
export function linkAsItIs(
  a: { id: string; values: Record<string, Json> },
  b: { id: string; values: Record<string, Json> },
  base: LinkBase,
): Link {
  const agreed = Object.fromEntries(Object.keys(a.values).map((key) => [key, { a: a.values[key]!, b: b.values[key] ?? null }]));
  return { ...blankLink(base), a: a.id, b: b.id, agreed };
}

/** What plain rows agree on. Rows with a template are settled when the pair is looked at next. */
function agreedOf(sync: CompiledSync, record: JsonObject): Agreed {
  const plain = sync.rows.filter((row) => !isTemplated(row));
  return Object.fromEntries(plain.map((row) => [row.key, bothSay(readValue(row.b, record))]));
}
const bothSay = (value: Json) => ({ a: value, b: value });

/** Links with one id for records that several could be: a person says which. */
export function ambiguousLinks(
  sync: CompiledSync,
  { ambiguous }: MatchedLists,
  names: Record<Side, ReadonlyMap<string, string>>,
  base: () => LinkBase,
): Link[] {
  return ambiguous.flatMap((group) =>
    sides.flatMap((side) =>
      group[side].map((id) => {
        const others = group.taken?.side === otherSide(side) ? group.taken.ids : group[otherSide(side)];
        const called = others.slice(0, 3).map((other) => `"${names[otherSide(side)].get(other) ?? other}"`);
        const problem = `Several ${sync.types[otherSide(side)].many} could be this one: ${called.join(", ")}${others.length > 3 ? " …" : ""}.`;
        return { ...blankLink(base()), [side]: id, problem };
      }),
    ),
  );
}

export interface LinkBase {
  id: string;
  syncId: string;
  now: number;
}

const blankLink = ({ id, syncId, now }: LinkBase): Link => ({
  id,
  syncId,
  a: null,
  b: null,
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

/** Whether a first sync has to look at a record: its pair has not agreed yet, or it has none and the other side gets one. */
export function needsRun(sync: CompiledSync, side: Side, link: Link | null): boolean {
  if (link === null) return sync.definition.create[otherSide(side)];
  if (link.ignored || link.gone !== null || link.problem !== null) return false;
  if (link.a === null || link.b === null) return sync.definition.create[otherSide(side)];
  return side === "a" && Object.keys(link.agreed).length === 0;
}
