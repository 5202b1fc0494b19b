import { getPath, isObject, sizeUpTo, type Json, type JsonObject } from "#kernel/json.ts";
import { textOf } from "#catalog/text.ts";
import type { WatchFacts } from "#catalog/types.ts";
import { clockSkewMs, lagMs } from "../triggers/cover.ts";
import { momentMs } from "#catalog/moments.ts";
import { pollStateOf, watchedFrom, type PollState } from "../triggers/poll-state.ts";
import type { Acceptance, Observation, ObservationResult } from "../types/acceptance.ts";
import type { ObservationSource, WatchedRecord } from "../types/observations.ts";
import { isSame, valuesOf } from "./values.ts";
import { compareObservation, type Changed, type Comparison, type Seen } from "./compare.ts";
import type { WatchMemory } from "./memory.ts";

/** What an event or a row contains of one record. */
export interface Subject {
  /** The record's id. */
  record: string;
  /** The record itself, as event or row has it. */
  content: unknown;
  by: ObservationSource;
  at: number;
}

export interface Watching {
  facts: WatchFacts;
  /** Hash of the current settings. */
  asked: string;
}

/** Makes the event of a change, with its run. */
export type MakeChange = (change: Changed) => Acceptance;

/** An observation, compared in the commit with the last state of the record and the last poll of the trigger. */
export function observationOf(triggerId: string, { facts, asked }: Watching, subject: Subject, make: MakeChange): Observation {
  const { record, by } = subject;
  return {
    record,
    by,
    compare(before, trigger): ObservationResult {
      const state = pollStateOf(trigger.state);
      if (!trigger.active || state.fingerprint === null || state.watch?.asked !== asked) return early;
      const last = before?.epoch === state.epoch ? before : null;
      const { outcome, note, keep, changes } = compareSubject(facts, state, state.watch, subject, last);
      return {
        outcome,
        note,
        keep: keep && { triggerId, record, epoch: state.epoch, ...keep },
        accept: changes.map((change) => make(change)),
      };
    },
  };
}

const early: ObservationResult = { outcome: "early", note: "Arrived before the first check", keep: null, accept: [] };

export function compareSubject(
  facts: WatchFacts,
  state: Pick<PollState, "epoch">,
  { chosen, lookedAt }: WatchMemory,
  subject: Subject,
  before: WatchedRecord | null,
): Comparison {
  const knownUntil = lookedAt === null ? null : lookedAt - lagMs;
  return compareObservation({ change: facts.change, chosen, before, seen: seenOf(facts, chosen, state.epoch, subject), knownUntil });
}

function seenOf(facts: WatchFacts, chosen: JsonObject, epoch: string, { content, by, at }: Subject): Seen {
  const madeAt = facts.made.map((path) => momentMs(getPath(content, path))).find((time) => time !== null);
  return {
    values: valuesOf(facts.change, chosen, content, by),
    at,
    by,
    isNew: madeAt === undefined || madeAt >= watchedFrom(epoch) - clockSkewMs,
    mostChanges: mostChangesOf(content),
    isMeant: Object.entries(facts.where ?? {}).every(([setting, path]) => isChosen(chosen[setting], getPath(content, path))),
  };
}

/** Changes of one observation are accepted in one commit, each with the whole record. */
const mostAtOnce = 50;
const mostBytesAtOnce = 1024 * 1024;
const mostChangesOf = (content: unknown): number =>
  Math.max(1, Math.min(mostAtOnce, Math.floor(mostBytesAtOnce / sizeUpTo(content, mostBytesAtOnce))));

const isChosen = (wanted: Json | undefined, value: unknown): boolean => textOf(wanted) === "" || isSame(wanted, value as Json);

/** A row is as old as its record's last change, and a list never lags by more than `lagMs`. */
export const rowTime = ({ updated }: WatchFacts, row: unknown, lookedAt: number): number =>
  Math.min(Math.max((updated === undefined ? null : momentMs(getPath(row, updated))) ?? -Infinity, lookedAt - lagMs), lookedAt);

/** The record of an event, without its envelope. */
export function contentOf({ wrap }: WatchFacts, payload: unknown): Record<string, unknown> | null {
  const content = wrap === undefined ? payload : getPath(payload, wrap);
  if (!isObject(content)) return null;
  const place = getPath(payload, "locationId");
  return wrap === undefined || place === undefined ? content : { locationId: place, ...content };
}

/** What a flow gets: the record's fields, with what changed beside them. */
export const changePayload = (
  content: unknown,
  { record, by, at }: Omit<Subject, "content">,
  { name: _, ...change }: Changed,
): unknown => ({
  ...(isObject(content) ? content : {}),
  _change: { ...change, id: record, at: new Date(at).toISOString(), by, known: true, merged: 0, late: false },
});
