import { dayMs, hourMs, minuteMs } from "#kernel/durations.ts";

/** Pure: whether the machine's clock can be believed, judged by the newest time that the store has seen. */

/** Ahead by no more than this, a clock passes for right: machines rest over night. */
const mostAheadMs = dayMs;
/** Behind by no more than this, it was only set. */
const mostBehindMs = 10 * minuteMs;
/** A jump no longer than this is believed by itself once Millrace has run with it for `proofMs`: a machine that was off for some weeks. */
const believableAheadMs = 30 * dayMs;
const proofMs = dayMs;

/** What the store notes of the clock. */
export interface ClockMark {
  /** The newest time that was believed. While the clock is not, it goes on with the time that passes. */
  believedAt: number;
  /** How long Millrace has run with a clock that is not believed. */
  doubtedMs: number;
  /** What the clock said when it was looked at last, believed or not. */
  saidAt: number;
}

/** `ahead` and `behind` in milliseconds of what the store has seen; 0 when the clock is believed. */
export interface ClockState {
  aheadMs: number;
  behindMs: number;
}

export interface Observation {
  now: number;
  /** How much time really passed since the last observation, by a counter that nobody sets. 0 at a start. */
  passedMs: number;
  /** That a person says the clock is right. */
  confirmed: boolean;
}

/** Looks at the clock once. */
export function observeClock(mark: ClockMark, { now, passedMs, confirmed }: Observation): { mark: ClockMark; state: ClockState } {
  const expected = mark.believedAt + passedMs;
  const off = now - expected;
  if (off <= mostAheadMs && off >= -mostBehindMs) return believed(Math.max(mark.believedAt, now), now);
  const doubtedMs = mark.doubtedMs + passedMs;
  if (confirmed || (off <= believableAheadMs && doubtedMs >= proofMs)) return believed(now, now);
  return {
    mark: { believedAt: expected, doubtedMs, saidAt: now },
    state: { aheadMs: Math.max(0, off), behindMs: Math.max(0, -off) },
  };
}

const believed = (at: number, now: number) => ({ mark: { believedAt: at, doubtedMs: 0, saidAt: now }, state: { aheadMs: 0, behindMs: 0 } });

/** By how much the clock was set back since it was looked at last; 0 where it was not, or so little that nothing waits for long. */
export function setBackBy({ saidAt }: ClockMark, { now, passedMs }: Pick<Observation, "now" | "passedMs">): number {
  const back = saidAt + passedMs - now;
  return back > mostBehindMs ? back : 0;
}

/** How far ahead of the last pass the next may delete: history of one day with each. */
const mostHistoryMs = dayMs;

/** Up to which time finished runs may be deleted now; null while the clock is not believed. `last` is the bound of the pass before. */
export function pruneBound({ now, keepMs, last, state }: { now: number; keepMs: number; last: number; state: ClockState }): number | null {
  if (state.aheadMs > 0) return null;
  return Math.min(now - keepMs, last + mostHistoryMs);
}

/** What the operator reads about the clock; null when nothing is wrong with it. */
export function clockWarning({ aheadMs, behindMs }: ClockState): string | null {
  if (aheadMs > 0)
    return `The clock is ${span(aheadMs)} ahead of the newest entry of the store. No history is deleted until that is settled. If the clock is wrong, set it (and let NTP keep it). If it is right, because Millrace was off for so long, run: millrace doctor --clock-is-right`;
  if (behindMs > 0)
    return `The clock is ${span(behindMs)} behind the newest entry of the store. Set it (and let NTP keep it), then start Millrace again. If it is right, because it was ahead before, run: millrace doctor --clock-is-right`;
  return null;
}

function span(ms: number): string {
  const days = Math.round(ms / dayMs);
  if (days >= 2) return `${days} days`;
  const hours = Math.round(ms / hourMs);
  return hours >= 2 ? `${hours} hours` : `${Math.round(ms / minuteMs)} minutes`;
}
