import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "#kernel/clock.ts";
import { TestClock } from "#kernel/clock.ts";

/** More than anything under way needs to come to its rest. */
const usualTurns = 100;
/** A test that waits for something in vain ends by its count of turns, not by the time they took. */
const mostTurns = 50_000;

/** Lets what is under way come to its rest. No time passes on the clock, and however busy the machine is, the turns are as many. */
export async function rest(clock?: Clock, turns = usualTurns): Promise<void> {
  for (let i = 0; i < turns; i++) await next(clock);
}

/** Goes on, turn by turn, until the condition holds. */
export async function turnsUntil(what: string, holds: () => boolean | Promise<boolean>, clock?: Clock): Promise<void> {
  for (let i = 0; i < mostTurns; i++) {
    if (await holds()) return;
    await next(clock);
  }
  throw new Error(`Waited ${mostTurns} turns in vain for this: ${what}`);
}

/** What a timer of no delay and a write to the disk wait for. */
const next = (clock?: Clock): Promise<unknown> => (clock instanceof TestClock ? clock.advance(0) : turn());
