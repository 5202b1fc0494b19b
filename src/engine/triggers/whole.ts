import { dayMs, parseDuration } from "#kernel/durations.ts";
import type { Trigger } from "../types/triggers.ts";
import { type PollPlan, usualEveryMs } from "./plan.ts";
import { pollStateOf, type PollState } from "./poll-state.ts";

/** Pure: how often a list is read to its end where that costs many calls and is wanted for certainty. */

/** Readings to the end take so many calls a day at most: 3 % of the 200,000 that a sub-account of HighLevel has. */
export const wholeCallsADay = 6_000;
/** However long it is: certainty comes once a day. */
const longestWholeMs = dayMs;

/** The time from one reading to the end to the next, by what the last one took. */
export const wholeEveryMs = (asked: number, { wholePages }: Pick<PollState, "wholePages">): number =>
  Math.max(asked, Math.min(longestWholeMs, Math.ceil((wholePages * dayMs) / wholeCallsADay)));

/** Whether a reading has to go to the end. What the last one missed is made sure of at once: a deletion does not wait for the next hour. */
export function isWholeDue(plan: PollPlan, state: PollState, now: number, usually: number): boolean {
  if (state.wholeAt === null) return true;
  if (plan.wholeEveryMs === undefined) return now - state.wholeAt >= usually;
  return state.doubts || now - state.wholeAt >= wholeEveryMs(plan.wholeEveryMs, state);
}

/** How long a poll of which each reading goes to the end has to rest after one: nothing where it can stop sooner. */
export const restMs = (plan: Pick<PollPlan, "wholeEveryMs">, state: PollState): number =>
  plan.wholeEveryMs === undefined || state.stops || state.doubts ? 0 : wholeEveryMs(0, state);

/** How often a trigger's list is looked at, and how often it is read to its end. `whole`: as its flow says. Null before the first reading. */
export function readingEvery({ state: stored, everyMs }: Pick<Trigger, "state" | "everyMs">, whole: string) {
  const state = pollStateOf(stored);
  if (state.readAt === null) return null;
  const asked = everyMs ?? usualEveryMs;
  return {
    everyMs: asked,
    wholeEveryMs: wholeEveryMs(state.stops ? parseDuration(whole, "whole") : asked, state),
    wholeAt: state.wholeAt,
    pages: state.wholePages,
    stops: state.stops,
  };
}
