import { canonicalJson, getPath, isObject, type Json } from "#kernel/json.ts";
import { timeOf, without } from "./triggers/observe.ts";
import type { RunContext } from "./types.ts";

/** Pure: what a flow that asks for old values is told of a change, as `trigger._change`. */

/** The members that such a flow finds in `trigger._change`. */
export const changeMembers: readonly string[] = ["old", "new", "fields", "known", "merged", "late"];
/** What a poll puts there by itself. */
export const pollMembers: readonly string[] = ["kind", "id", "readAt"];

/** A payload without what Millrace or a poll put beside its fields; null for a record that is gone. */
export function withoutChange(payload: unknown): Json {
  if (!isObject(payload)) return payload as Json;
  const { _change: change, ...fields } = payload;
  return isGone(change) ? null : (fields as Json);
}

/** What the catalog knows of a trigger's payload that matters when two are compared. */
export interface ChangeFacts {
  /** Paths that differ each time and say nothing: times, ids of the delivery. */
  volatile: readonly string[];
  /** Path of the time it happened. */
  at: string | null;
}

type Fields = Record<string, unknown>;

/**
 * The event's payload with what changed beside its fields. A record seen for the first time has no old values: `known` is false and
 * nothing counts as changed. `late`: what was known is newer than this event. A payload that is no object stays as it is.
 */
export function withChange({ run, event }: Pick<RunContext, "run" | "event">, { volatile, at }: ChangeFacts): unknown {
  if (!isObject(event.payload)) return event.payload;
  const { _change: given, ...present } = event.payload;
  const before: Fields = isObject(run.previous) ? run.previous : {};
  const known = run.previous !== undefined;
  const now = isGone(given) ? {} : present;
  const fields = known ? changed(before, now, volatile) : [];
  const late =
    known && at !== null && event.happenedAt !== null && Math.min(timeOf(getPath(before, at)) ?? 0, event.receivedAt) > event.happenedAt;
  const told = { old: isGone(given) ? before : pick(before, fields), new: pick(now, fields), fields, known, merged: run.merged, late };
  return { ...present, _change: { ...(isObject(given) && given), ...told } };
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
