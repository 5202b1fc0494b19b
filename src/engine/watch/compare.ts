import type { Json, JsonObject } from "#kernel/json.ts";
import { fold, textOf } from "#catalog/text.ts";
import type { WatchBound, WatchedChange } from "#catalog/types.ts";
import type { ObservationOutcome, ObservationSource, WatchedRecord } from "../types/observations.ts";
import { isSame, missingFrom, textsIn, type Values } from "./values.ts";

/** Pure: whether a record really changed, and in the way a trigger watches for. docs/decisions/0007 says why these rules. */

/** The state of a record at one moment, as it was seen. */
export interface Seen {
  values: Values;
  /** As of when. */
  at: number;
  by: ObservationSource;
  /** Whether the record was created since the watching began. */
  isNew: boolean;
  /** Whether the settings include it. */
  isMeant: boolean;
  /** So many changes at once are enough: each is an event of its own, with the whole record. */
  mostChanges: number;
}

/** One change, as the flow receives it. */
export interface Changed {
  kind: "added" | "removed" | "changed" | "made";
  /** Distinguishes it from other changes of the same observation. */
  name: string;
  fields: string[];
  old: Values;
  new: Values;
  /** The text that a list gained or lost. */
  tag?: string;
  /** Where one value is compared: as it was and as it is. */
  from?: Json;
  to?: Json;
}

export interface Comparison {
  outcome: ObservationOutcome;
  changes: Changed[];
  /** The new state of the record; null: the last one is kept. */
  keep: Pick<WatchedRecord, "values" | "at" | "by"> | null;
  /** Explains to users why nothing started. */
  note: string;
}

export interface ComparisonInput {
  change: WatchedChange;
  chosen: JsonObject;
  before: Pick<WatchedRecord, "values" | "at" | "by"> | null;
  seen: Seen;
  /** The last poll read every record, so anything older than this is outdated. */
  knownUntil: number | null;
}

const nothing = (outcome: ObservationOutcome, note: string, keep: Comparison["keep"] = null): Comparison => ({
  outcome,
  note,
  keep,
  changes: [],
});

export function compareObservation(question: ComparisonInput): Comparison {
  const { change, before, seen } = question;
  const { values, at, by } = seen;
  if (change.kind !== "made" && Object.keys(values).length === 0)
    return nothing("silent", "Contains none of the watched values, or more of them than are compared");
  if (!before) return firstObservation(question);
  const differing = Object.keys(values).filter((name) => Object.hasOwn(before.values, name) && !isSame(before.values[name], values[name]));
  const isAsBefore = differing.length === 0;
  const keep = { values: { ...before.values, ...values }, at: Math.max(at, before.at), by };
  if (isAsBefore) return nothing("same", "No watched value changed", at >= before.at ? keep : null);
  if (isOld(question, before)) return by === "webhook" ? nothing("late", "Older than the last known state") : waiting;
  return changed(question, before.values, differing, keep);
}

const waiting = nothing("waiting", "The list disagrees with a newer webhook and may lag behind");

/**
 * Whether a newer state is already known. A later poll is always newer than an earlier one. Two webhooks with the same time count in the order
 * of arrival. A webhook with the time of the polled state may be its cause, so it counts as old and the next poll decides.
 */
function isOld({ seen, knownUntil }: ComparisonInput, before: NonNullable<ComparisonInput["before"]>): boolean {
  if (seen.by === "poll") return before.by === "webhook" && seen.at <= before.at;
  const newestKnown = Math.max(before.at, knownUntil ?? -Infinity);
  return seen.at < newestKnown || (seen.at === newestKnown && before.by === "poll");
}

/** There is nothing to compare with. A new record had no values before; for any other the old values are not known. */
function firstObservation(question: ComparisonInput): Comparison {
  const { change, seen } = question;
  const keep = { values: seen.values, at: seen.at, by: seen.by };
  if (!seen.isNew) return nothing("first", "The first state seen of this record", keep);
  if (change.kind === "value" && !change.fresh) return nothing("first", "The record was just created", keep);
  return changed(question, {}, Object.keys(seen.values), keep);
}

function changed(question: ComparisonInput, old: Values, differing: string[], keep: NonNullable<Comparison["keep"]>): Comparison {
  const note = noteOf(question, old, differing);
  if (!question.seen.isMeant) return nothing("other", `${note}, but the settings exclude this record`, keep);
  const changes = changesIn(question, old, differing);
  const rest = changes.slice(question.seen.mostChanges);
  if (rest.length === 0) return { outcome: changes.length > 0 ? "changed" : "other", changes, keep, note };
  const values = { ...keep.values, ...withoutRest(question, rest) };
  return {
    outcome: "changed",
    changes: changes.slice(0, question.seen.mostChanges),
    keep: { ...keep, values },
    note: `${rest.length} more changes of it follow. ${note}`,
  };
}

/** The state as far as it was reported: the next observation of the record finds the rest. */
function withoutRest({ change, seen: { values } }: ComparisonInput, rest: readonly Changed[]): Values {
  if (change.kind !== "member") return {};
  const list = textsIn(values[change.path]);
  const left = new Set(rest.map(({ name }) => name));
  const reported =
    change.side === "added" ? list.filter((tag) => !left.has(fold(tag))) : [...list, ...rest.flatMap(({ tag }) => tag ?? [])];
  return { [change.path]: reported };
}

function changesIn({ change, chosen, seen: { values } }: ComparisonInput, before: Values, differing: string[]): Changed[] {
  if (change.kind === "made") return [{ kind: "made", name: "made", fields: [], old: {}, new: {} }];
  const old = pick(before, differing);
  const parts = { fields: differing, old, new: pick(values, differing) };
  if (change.kind === "member") {
    const [a, b] = [before[change.path], values[change.path]];
    const wanted = fold(textOf(chosen[change.setting]));
    const members = change.side === "added" ? missingFrom(a, b) : missingFrom(b, a);
    return members
      .filter((tag) => wanted === "" || fold(tag) === wanted)
      .map((tag) => ({ kind: change.side, name: fold(tag), tag, ...parts, old: { [change.path]: a ?? [] } }));
  }
  const [name] = differing;
  if (name === undefined) return [];
  const [from, to] = [before[name] ?? null, values[name] ?? null];
  if (!isWithin(change.from, chosen, from) || !isWithin(change.to, chosen, to)) return [];
  return [{ kind: "changed", name: "value", ...parts, from, to }];
}

/** Whether a value is one of those the settings allow; an empty setting allows any. */
function isWithin(bound: WatchBound | undefined, chosen: JsonObject, value: Json): boolean {
  if (!bound) return true;
  const allowed = "values" in bound ? bound.values : [textOf(chosen[bound.setting])].filter((text) => text !== "");
  return allowed.length === 0 || allowed.some((one) => isSame(one, value));
}

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]!]));

const shown = (value: Json | undefined): string => {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return "nothing";
  return Array.isArray(value) ? value.map(textOf).join(", ") : textOf(value);
};

const noteOf = ({ seen }: ComparisonInput, old: Values, differing: readonly string[]): string =>
  differing.map((name) => `${name} went from ${shown(old[name])} to ${shown(seen.values[name])}`).join("; ") || "The record was created";
