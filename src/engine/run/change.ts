import { momentMs } from "#catalog/moments.ts";
import { canonicalJson, getPath, isObject, type Json } from "#kernel/json.ts";
import { without } from "../triggers/observe.ts";
import type { Event } from "../types/events.ts";
import type { RunContext } from "../types/runs.ts";

/** Pure: the change that a flow which asks for old values reads as `trigger._change`. */

/** The members of `trigger._change` in such a flow. */
export const changeMembers: readonly string[] = ["old", "new", "fields", "known", "merged", "late"];
/** The members that a poll adds. */
export const pollMembers: readonly string[] = ["kind", "id", "readAt", "recovered"];

/** A payload without what Millrace or a poll put beside its fields; null for a record that is gone. */
export function withoutChange(payload: unknown): Json {
  if (!isObject(payload)) return payload as Json;
  const { _change: change, ...fields } = payload;
  return isGone(change) ? null : (fields as Json);
}

/** What the catalog says of a trigger's payload for comparing two of them. */
export interface ChangeFacts {
  /** Paths that differ on every event and are ignored: timestamps, delivery ids. */
  volatile: readonly string[];
  /** Path of the time it happened. */
  at: string | null;
}

type Fields = Record<string, unknown>;

/** A change, as a flow that asks for old values reads it. */
export interface Change {
  /** Names of the top-level fields that changed. */
  fields: string[];
  /** These fields as they were; of a deleted record all of it. */
  old: Fields;
  new: Fields;
  /** Whether an earlier state of the record is stored. If not, nothing counts as changed. */
  known: boolean;
  /** How many further events the run stands for. */
  merged: number;
  /** The stored state is newer than this event. */
  late: boolean;
}

/** The change in the event of a change trigger; null if the run was started by hand without one. */
export function watchedChange({ payload }: Pick<Event, "payload">): Change | null {
  const change = isObject(payload) && isObject(payload._change) ? payload._change : {};
  const { fields, old, new: present } = change;
  if (!Array.isArray(fields) || !isObject(old) || !isObject(present)) return null;
  return { fields: fields.map(String), old, new: present, known: true, merged: 0, late: false };
}

/** Compares the event with the state stored before it; null for a payload that is no object. */
export function changeOf({ run, event }: Pick<RunContext, "run" | "event">, { volatile, at }: ChangeFacts): Change | null {
  if (!isObject(event.payload)) return null;
  const { _change: own, ...present } = event.payload;
  const before: Fields = isObject(run.previous) ? run.previous : {};
  const hasPrevious = run.previous !== undefined;
  const now = isGone(own) ? {} : present;
  const fields = hasPrevious ? changed(before, now, volatile) : [];
  const old = isGone(own) ? before : pick(before, fields);
  return { old, new: pick(now, fields), fields, known: hasPrevious, merged: run.merged, late: hasPrevious && isLate(event, at, before) };
}

/** The event's payload with what changed beside its fields. A payload that is no object stays as it is. */
export function withChange(context: Pick<RunContext, "run" | "event">, facts: ChangeFacts): unknown {
  const { payload } = context.event;
  const change = changeOf(context, facts);
  if (!change || !isObject(payload)) return payload;
  return { ...payload, _change: { ...(isObject(payload._change) && payload._change), ...change } };
}

/** By the sender's own time; a state that is dated in the future counts as of when the event came. */
function isLate({ happenedAt, receivedAt }: Event, at: string | null, before: Fields): boolean {
  const lastTime = at === null ? null : momentMs(getPath(before, at));
  return lastTime !== null && happenedAt !== null && Math.min(lastTime, receivedAt) > happenedAt;
}

/** Top-level fields whose content differs. One that is missing and one that is null are the same. */
function changed(before: Fields, now: Fields, volatile: readonly string[]): string[] {
  const [a, b] = [without(before, volatile) as Fields, without(now, volatile) as Fields];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => canonicalJson(own(a, name)) !== canonicalJson(own(b, name)));
}

const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : null);
const pick = (fields: Fields, names: string[]): Fields =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
const isGone = (change: unknown): boolean => isObject(change) && change.kind === "deleted";
