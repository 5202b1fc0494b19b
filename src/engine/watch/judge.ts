import type { Json, JsonObject } from "#kernel/json.ts";
import { fold, textOf } from "#catalog/text.ts";
import type { WatchBound, WatchedChange } from "#catalog/types.ts";
import type { SightOutcome, WatchDoor, WatchedRecord } from "../types.ts";
import { isSame, missingFrom, textsIn, type Values } from "./values.ts";

/** Pure: whether a record really changed, and in the way a trigger watches for. docs/decisions/0007 says why these rules. */

/** What was seen of a record at one moment. */
export interface Seen {
  values: Values;
  /** As of when. */
  at: number;
  by: WatchDoor;
  /** Whether the record came into being since the watching began. */
  isNew: boolean;
  /** Whether it is among those the settings choose. */
  isMeant: boolean;
  /** So many changes at once are enough: each is an event of its own, with the whole record. */
  mostChanges: number;
}

/** One change, as a flow is told of it. */
export interface Changed {
  kind: "added" | "removed" | "changed" | "made";
  /** Tells it from other changes of the same sight. */
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

export interface Judgement {
  outcome: SightOutcome;
  changes: Changed[];
  /** What is kept of the record; null: what was there stays. */
  keep: Pick<WatchedRecord, "values" | "at" | "by"> | null;
  /** In words, for whoever asks why nothing started. */
  note: string;
}

export interface Question {
  change: WatchedChange;
  chosen: JsonObject;
  before: Pick<WatchedRecord, "values" | "at" | "by"> | null;
  seen: Seen;
  /** The last look saw every record as it was then: what is older than this is known better. */
  knownUntil: number | null;
}

const nothing = (outcome: SightOutcome, note: string, keep: Judgement["keep"] = null): Judgement => ({ outcome, note, keep, changes: [] });

export function judgeSight(question: Question): Judgement {
  const { change, before, seen } = question;
  const { values, at, by } = seen;
  if (change.kind !== "made" && Object.keys(values).length === 0)
    return nothing("silent", "It does not carry what is watched, or more of it than is compared");
  if (!before) return firstSight(question);
  const differing = Object.keys(values).filter((name) => Object.hasOwn(before.values, name) && !isSame(before.values[name], values[name]));
  const isAsBefore = differing.length === 0;
  const keep = { values: { ...before.values, ...values }, at: Math.max(at, before.at), by };
  if (isAsBefore) return nothing("same", "The value is as it was", at >= before.at ? keep : null);
  if (isOld(question, before)) return by === "webhook" ? nothing("late", "It is older than what is known") : waiting;
  return told(question, before.values, differing, keep);
}

const waiting = nothing("waiting", "The list shows another state than a webhook said, and may be behind it");

/**
 * Whether a newer state is there already. A later look at the list is always newer than an earlier one. Two webhooks of one moment count
 * in the order in which they came; a webhook of the very moment that a look saw may be the one that led to it, and the next look tells.
 */
function isOld({ seen, knownUntil }: Question, before: NonNullable<Question["before"]>): boolean {
  if (seen.by === "poll") return before.by === "webhook" && seen.at <= before.at;
  const known = Math.max(before.at, knownUntil ?? -Infinity);
  return seen.at < known || (seen.at === known && before.by === "poll");
}

/** Nothing is there to compare with. A record that came into being had nothing before; of any other nobody can say. */
function firstSight(question: Question): Judgement {
  const { change, seen } = question;
  const keep = { values: seen.values, at: seen.at, by: seen.by };
  if (!seen.isNew) return nothing("first", "It is the first that is known of this record", keep);
  if (change.kind === "value" && !change.fresh) return nothing("first", "The record has just come into being", keep);
  return told(question, {}, Object.keys(seen.values), keep);
}

function told(question: Question, old: Values, differing: string[], keep: NonNullable<Judgement["keep"]>): Judgement {
  const note = noteOf(question, old, differing);
  if (!question.seen.isMeant) return nothing("other", `${note}, of a record that is not watched`, keep);
  const changes = changesIn(question, old, differing);
  const rest = changes.slice(question.seen.mostChanges);
  if (rest.length === 0) return { outcome: changes.length > 0 ? "changed" : "other", changes, keep, note };
  const values = { ...keep.values, ...withoutUntold(question, rest) };
  return {
    outcome: "changed",
    changes: changes.slice(0, question.seen.mostChanges),
    keep: { ...keep, values },
    note: `${rest.length} more changes of it follow. ${note}`,
  };
}

/** The state as far as it was told: the next sight of the record finds the rest. */
function withoutUntold({ change, seen: { values } }: Question, rest: readonly Changed[]): Values {
  if (change.kind !== "member") return {};
  const list = textsIn(values[change.path]);
  const untold = new Set(rest.map(({ name }) => name));
  const told = change.side === "added" ? list.filter((tag) => !untold.has(fold(tag))) : [...list, ...rest.flatMap(({ tag }) => tag ?? [])];
  return { [change.path]: told };
}

function changesIn({ change, chosen, seen: { values } }: Question, before: Values, differing: string[]): Changed[] {
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

/** Whether a value is one of those that are asked for; nothing asked is any. */
function isWithin(bound: WatchBound | undefined, chosen: JsonObject, value: Json): boolean {
  if (!bound) return true;
  const wanted = "values" in bound ? bound.values : [textOf(chosen[bound.setting])].filter((text) => text !== "");
  return wanted.length === 0 || wanted.some((one) => isSame(one, value));
}

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]!]));

const shown = (value: Json | undefined): string => {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return "nothing";
  return Array.isArray(value) ? value.map(textOf).join(", ") : textOf(value);
};

const noteOf = ({ seen }: Question, old: Values, differing: readonly string[]): string =>
  differing.map((name) => `${name} went from ${shown(old[name])} to ${shown(seen.values[name])}`).join("; ") ||
  "The record came into being";
