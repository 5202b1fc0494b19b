import { MillraceError } from "#kernel/errors.ts";
import { isObject, sizeUpTo } from "#kernel/json.ts";
import type { SeenItem } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import { isMissedOnce, judgeAbsent, judgeRow, type DiffContext, type Finding, type Verdict } from "./diff.ts";
import { idOf, type Observed } from "./observe.ts";
import type { PollPlan } from "./plan.ts";
import type { PollState } from "./poll-state.ts";
import { prune, rememberedLimit } from "./prune.ts";
import { isWholeDue } from "./whole.ts";
import { readPages, type Page, type ReadEnd } from "./reading.ts";

export interface SurveyLimits {
  /** A list is not read beyond this many pages. */
  maxPages: number;
  /** How far behind the cursor a newest-first read goes on: longer than the vendor's index lags. */
  overlapMs: number;
  /** How often a newest-first list is read to its end all the same: finds what lagged longer, and what is gone. */
  wholeEveryMs: number;
  rememberedLimit: number;
  /** Of what is new so much is held at once, as the length of its JSON. The rest is still new at the next poll. */
  mostBytes: number;
}
export const mostBytesHeld = 32 * 1024 * 1024;
export const surveyLimits: SurveyLimits = {
  mostBytes: mostBytesHeld,
  maxPages: 1000,
  overlapMs: 10 * 60_000,
  wholeEveryMs: 86_400_000,
  rememberedLimit,
};

/** What one poll comes to, ready to be settled. */
export interface Survey {
  baseline: boolean;
  findings: Finding[];
  remember: SeenItem[];
  forget: string[];
  state: PollState;
  /** Something a person should know although the poll went well. */
  warning: MillraceError | null;
}

export interface SurveyRequest {
  triggerId: string;
  plan: PollPlan;
  pages: AsyncIterable<Page>;
  state: PollState;
  store: Pick<TriggerStore, "seen" | "allSeen">;
  now: number;
  limits: SurveyLimits;
}

/**
 * Reads the pages and compares them with what is remembered. Writes nothing: whatever fails here leaves the trigger as it was.
 * It goes page by page, so that a large list is not held in memory: rows that say nothing are let go.
 */
export async function takeSurvey(request: SurveyRequest): Promise<Survey> {
  const { triggerId, plan, pages, state, store, now, limits } = request;
  const context = contextOf(plan, state, now);
  const stopBefore = context.baseline ? null : stopTime(plan, state, now, limits);
  const all = stopBefore === null ? new Map((await store.allSeen(triggerId)).map((item) => [item.key, item])) : null;
  const tally = createTally(context);
  const ids = countIds(plan);
  const end = await readPages(plan, pages, { stopBefore, maxPages: limits.maxPages }, async (rows) => {
    ids.add(rows);
    tally.add(
      rows,
      all ??
        (await store.seen(
          triggerId,
          rows.map((row) => row.key),
        )),
    );
    return tally.bytes() > limits.mostBytes;
  });
  if (end.whole && all) tally.close(all.values(), plan.list && !end.notFound && (end.pages > 1 || tally.times.size === 0));

  const before = context.baseline
    ? { cursor: null, wholeAt: null, wholeBefore: null, wholePages: 0, doubts: false, stops: plan.newestFirst }
    : state;
  const cursor = end.truncated ? before.cursor : newestTime(before.cursor, tally.times, now); // what was not read is still to come
  const pruned = end.whole ? prune(plan, { times: tally.times, cursor, floor: context.floor, limit: limits.rememberedLimit }) : null;
  return {
    ...tally.outcome(pruned?.forget.filter((key) => tally.remembered(key) || all?.has(key)) ?? [], plan.newestFirst),
    baseline: context.baseline,
    state: {
      fingerprint: plan.fingerprint,
      epoch: context.epoch,
      polls: context.poll,
      cursor,
      wholeAt: end.whole ? now : before.wholeAt,
      wholeBefore: end.whole ? before.wholeAt : before.wholeBefore,
      readAt: now,
      wholePages: end.whole ? end.pages + (before.doubts ? before.wholePages : 0) : before.wholePages,
      stops: canStop(plan, before.stops, { stopBefore, whole: end.whole, times: tally.times }),
      doubts: end.whole ? tally.doubts() : before.doubts,
      floor: pruned ? pruned.floor : context.floor,
      failures: 0,
    },
    warning: warningOf(end, all?.size === 0) ?? ids.warning(),
  };
}

/** A floor belongs to mode `changed`; a flow that has left that mode has forgotten items it would need, and begins again. */
function contextOf(plan: PollPlan, state: PollState, now: number): DiffContext {
  const baseline = state.fingerprint !== plan.fingerprint || (state.floor !== null && plan.mode !== "changed");
  const poll = state.polls + 1;
  // Time and number name an epoch: the number tells two of one millisecond apart, the time two of a state that was lost.
  const begun = baseline ? { epoch: `${now.toString(36)}.${poll}`, floor: null } : { epoch: state.epoch, floor: state.floor };
  const [since, sinceBefore] = baseline ? [null, null] : [state.wholeAt, state.wholeBefore];
  return { ...begun, poll, mode: plan.mode, baseline, now, since, sinceBefore, confirmAbsence: false };
}

function stopTime(plan: PollPlan, state: PollState, now: number, limits: SurveyLimits): number | null {
  return plan.newestFirst && state.cursor !== null && !isWholeDue(plan, state, now, limits.wholeEveryMs)
    ? state.cursor - limits.overlapMs
    : null;
}

/** Whether readings can stop: not where one went on past rows that are old enough, since then they do not come in the order that was asked for. */
function canStop(
  plan: PollPlan,
  before: boolean,
  { stopBefore, whole, times }: { stopBefore: number | null; whole: boolean; times: ReadonlyMap<string, number | null> },
): boolean {
  if (!plan.newestFirst) return false;
  return stopBefore === null ? before : !whole || [...times.values()].every((time) => time !== null && time >= stopBefore);
}

/** The cursor never passes our own present: a row dated in the future would hide what comes after it. */
function newestTime(cursor: number | null, times: ReadonlyMap<string, number | null>, now: number): number | null {
  let newest = cursor;
  for (const time of times.values()) if (time !== null && (newest === null || time > newest)) newest = Math.min(time, now);
  return newest;
}

function warningOf(end: ReadEnd, nothingKnown: boolean): MillraceError | null {
  if (end.truncated) return new MillraceError("POLL_TOO_LONG", { details: { pages: end.pages } });
  return nothingKnown ? end.notFound : null; // a record never seen is more likely a mistyped id than a deletion
}

const mostFields = 12;

/** Counts the rows of a described list that have no id: only the user has checked the description. */
function countIds(plan: PollPlan): { add(rows: readonly Observed[]): void; warning(): MillraceError | null } {
  let rows = 0;
  let without = 0;
  let first: unknown;
  return {
    add(page) {
      if (!plan.described) return;
      rows += page.length;
      for (const { row } of page) if (idOf(plan, row) === undefined && without++ === 0) first = row;
    },
    warning() {
      if (without === 0) return null;
      const fields = isObject(first) ? Object.keys(first).slice(0, mostFields).join(", ") : "no fields";
      return new MillraceError("POLL_WITHOUT_IDS", { details: { without, rows, id: plan.identity, fields } });
    },
  };
}

interface Tally {
  /** Row times of the items shown so far. */
  readonly times: ReadonlyMap<string, number | null>;
  add(rows: readonly Observed[], seen: ReadonlyMap<string, SeenItem>): void;
  /** The read was whole: what was remembered and not shown is absent. */
  close(seen: Iterable<SeenItem>, confirmAbsence: boolean): void;
  remembered(key: string): boolean;
  /** How large what it found is, about. */
  bytes(): number;
  /** Whether something is missed that one more reading makes sure of. */
  doubts(): boolean;
  outcome(pruned: readonly string[], newestFirst: boolean): Pick<Survey, "findings" | "remember" | "forget">;
}

/** Gathers verdicts by item. An item shown twice in one read (pages shift while they are read) counts as it was read last. */
function createTally(context: DiffContext): Tally {
  const times = new Map<string, number | null>();
  const verdicts = new Map<string, Verdict>();
  let bytes = 0;
  const put = (key: string, verdict: Verdict) => {
    if (verdict.finding || verdict.remember || verdict.forget) verdicts.set(key, verdict);
    else verdicts.delete(key);
  };
  return {
    times,
    add(rows, seen) {
      for (const row of rows) {
        times.set(row.key, row.time);
        const verdict = judgeRow(context, seen.get(row.key), row);
        if (verdict.finding) bytes += sizeUpTo(row.row, mostBytesHeld);
        put(row.key, verdict);
      }
    },
    close(seen, confirmAbsence) {
      for (const item of seen) if (!times.has(item.key)) put(item.key, judgeAbsent({ ...context, confirmAbsence }, item));
    },
    bytes: () => bytes,
    doubts: () => [...verdicts.values()].some(({ remember }) => remember !== null && isMissedOnce(remember)),
    remembered: (key) => verdicts.get(key)?.remember != null,
    outcome(pruned, newestFirst) {
      const dropped = new Set(pruned);
      const all = [...verdicts];
      const findings = all.flatMap(([, v]) => v.finding ?? []);
      return {
        findings: newestFirst ? findings.reverse() : findings, // oldest first, as things happened
        remember: all.flatMap(([key, v]) => (v.remember && !dropped.has(key) ? v.remember : [])),
        forget: [...dropped, ...all.flatMap(([key, v]) => (v.forget ? key : []))],
      };
    },
  };
}
