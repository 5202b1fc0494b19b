import type { RecordType } from "#catalog/record-types.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import { capital, listed as inWords } from "#kernel/words.ts";
import type { CompiledSync } from "./compile.ts";
import { takesPlace } from "./deletes.ts";
import type { Side } from "./format.ts";
import type { Link, SyncWrite } from "./types.ts";
import { readValue, sameValue } from "./values.ts";

/** What puts back what was written, as far as nobody has changed it since. */

export interface Undo {
  side: Side;
  linkId: string;
  /** Ids of the writes that it takes back. */
  undoes: string[];
  kind: SyncWrite["kind"];
  /** Null: the record is made again. */
  recordId: string | null;
  before: JsonObject;
  after: JsonObject;
}

export interface UndoPlan {
  undo: Undo[];
  /** What is left as it is, and why. */
  left: { side: Side; linkId: string; recordId: string | null; why: string }[];
}

/** What undoes some writes. `current` gives the record as it is now; null: it is gone. Writes that were undone before are left out. */
export function planUndo(
  sync: CompiledSync,
  writes: readonly SyncWrite[],
  current: (side: Side, recordId: string) => JsonObject | null,
): UndoPlan {
  const plan: UndoPlan = { undo: [], left: [] };
  for (const group of byRecord(writes.filter(({ undoneBy }) => undoneBy === null))) {
    const { side, linkId, recordId } = group[0]!;
    const record = recordId === null ? null : current(side, recordId);
    const undo = recordId === null ? "It is not certain that it was made." : undoOf(sync, group, recordId, record);
    if (typeof undo === "string") plan.left.push({ side, linkId, recordId, why: undo });
    else if (undo !== null) plan.undo.push({ side, linkId, undoes: group.map(({ id }) => id), ...undo });
  }
  return plan;
}

/** The writes of each record, oldest first. */
function byRecord(writes: readonly SyncWrite[]): SyncWrite[][] {
  const groups = new Map<string, SyncWrite[]>();
  for (const write of writes.toSorted((one, other) => one.at - other.at)) {
    const key = `${write.side} ${write.recordId ?? write.id}`;
    groups.set(key, [...(groups.get(key) ?? []), write]);
  }
  return [...groups.values()];
}

type How = Pick<Undo, "kind" | "recordId" | "before" | "after">;

/** How a record is put back; a text: why it is not; null: it is as it was before. */
function undoOf(sync: CompiledSync, group: readonly SyncWrite[], recordId: string, record: JsonObject | null): How | string | null {
  const { side, kind, before } = group.at(-1)!;
  const type = sync.types[side];
  const made = group.some((write) => write.kind === "create");
  if (kind === "delete") return record === null ? (made ? null : makeAgain(type, before)) : `The ${type.title} is there again.`;
  if (record === null) return made ? null : `The ${type.title} was deleted since.`;
  const after = Object.assign({}, ...group.map((write) => write.after)) as JsonObject;
  const changed = changedSince(sync, type, record, after);
  if (changed.length > 0) return `${inWords(changed)} ${changed.length === 1 ? "was" : "were"} changed since.`;
  if (made) return unmake(type, recordId, record);
  if (kind === "archive" && Object.keys(before).length === 0) return `What archiving changed in this ${type.title} is not known.`;
  return putBack(sync, type, recordId, record, group);
}

function changedSince({ settings }: CompiledSync, type: RecordType, record: JsonObject, after: JsonObject): string[] {
  const changed = type.fields.filter(
    (field) => field.name in after && !sameValue(field.kind, readValue(field, record), after[field.name]!, settings),
  );
  return changed.map(({ label }) => label);
}

function unmake(type: RecordType, recordId: string, record: JsonObject): How | string {
  if (type.remove) return { kind: "delete", recordId, before: record, after: {} };
  return type.archive ? { kind: "archive", recordId, before: {}, after: {} } : `${capital(type.many)} cannot be deleted here.`;
}

function putBack(
  { settings }: CompiledSync,
  type: RecordType,
  recordId: string,
  record: JsonObject,
  group: readonly SyncWrite[],
): How | null {
  const first = Object.assign({}, ...group.toReversed().map((write) => write.before)) as JsonObject;
  const [before, after]: [JsonObject, JsonObject] = [{}, {}];
  for (const field of type.fields) {
    const wanted = first[field.name];
    const now = readValue(field, record);
    if (wanted === undefined || sameValue(field.kind, now, wanted, settings)) continue;
    before[field.name] = now;
    after[field.name] = wanted;
  }
  return Object.keys(after).length === 0 ? null : { kind: "update", recordId, before, after };
}

function makeAgain(type: RecordType, record: JsonObject): How | string {
  if (!type.create) return `${capital(type.many)} cannot be made here.`;
  const values = type.fields.flatMap((field): [string, Json][] => {
    const value = field.write === null ? null : readValue(field, record);
    return value === null ? [] : [[field.name, value]];
  });
  return { kind: "create", recordId: null, before: {}, after: Object.fromEntries(values) };
}

/**
 * The pair after an undo was written. The value that was put back counts as agreed on, so that it does not look like an edit and is not carried
 * to the other side; a record that was taken back is not made again.
 */
export function linkAfterUndo(link: Link, sync: CompiledSync, { side, kind, after }: Undo, recordId: string, now: number): Link {
  if (kind === "delete" || kind === "archive") return apart(link, side, recordId, now);
  if (kind === "create") return takesPlace(link, side, recordId);
  const agreed = { ...link.agreed };
  for (const row of sync.rows) {
    const value = after[row[side].name];
    const was = agreed[row.key];
    if (value !== undefined && was !== undefined) agreed[row.key] = { ...was, [side]: value };
  }
  return { ...link, agreed };
}

/**
 * The record that a sync had made is gone again, by somebody's wish: that is no deletion to carry over, and no reason to make it anew. The
 * other record stays, and takes no part until a person says so.
 */
const apart = (link: Link, side: Side, recordId: string, now: number): Link => ({
  ...link,
  [side]: null,
  was: { ...link.was, [side]: link.was[side].filter((id) => id !== recordId) },
  agreed: {},
  gone: null,
  conflicts: [],
  problem: null,
  ignored: true,
  updatedAt: now,
});
