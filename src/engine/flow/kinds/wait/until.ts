import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { toDateTime } from "../../../mapping/dates.ts";
import { MappingProblem, inField } from "../../../mapping/problem.ts";
import { isBlank, quote, toText } from "../../../mapping/text.ts";

const longestWaitMs = 366 * 86_400_000;

/** Until when a wait step waits, epoch ms: a duration from now (`2h`), or a moment (ISO, epoch seconds or milliseconds). */
export function resolveWait(value: unknown, now: number, zone: string): number {
  return inField("wait", () => {
    const until = moment(value, now, zone);
    if (until - now > longestWaitMs) throw new MappingProblem(`${quote(value)} is more than a year away`);
    return until;
  });
}

/** Checks a wait that is written without a template. How far away a moment is shows only when the step runs. */
export function checkWait(text: string): void {
  if (durationOf(text) !== undefined) resolveWait(text, 0, "UTC");
  else inField("wait", () => moment(text, 0, "UTC"));
}

function moment(value: unknown, now: number, zone: string): number {
  if (isBlank(value)) throw new MappingProblem("there is nothing to wait for: the duration or time is missing");
  const duration = typeof value === "string" ? durationOf(value) : undefined;
  if (duration !== undefined) return now + duration;
  const number = Number(toText(value));
  if (Number.isFinite(number) && Math.abs(number) < 1e9)
    throw new MappingProblem(`${quote(value)} has no unit; write it like 30m, 2h or 1d`);
  return toDateTime(value, { zone, now: () => now }).toMillis();
}

/** The milliseconds of `2h`; undefined for a moment, and for a template. */
export function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text, "wait");
  } catch (thrown) {
    if (thrown instanceof MillraceError) return undefined;
    throw thrown;
  }
}
