import { Cron } from "croner";
import { DateTime } from "luxon";
import { isZone } from "#catalog/moments.ts";
import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject, type JsonObject } from "#kernel/json.ts";
import type { TriggerDefinition } from "../types/triggers.ts";

/** When a schedule fires. Pure: times in, times out. */
export interface ScheduleSpec {
  /** Five fields (or six, with seconds first), read in `zone`. */
  cron: string | null;
  /** Instead of cron: every so many milliseconds. */
  everyMs: number | null;
  zone: string;
  /** What becomes of times missed while Millrace was down: one event for all of them, or none. */
  catchUp: "once" | "none";
}

const shortestEveryMs = 10_000;

/** Reads and checks a schedule trigger: `cron` or `every` (in the trigger or its input), `zone`, `catchUp`. */
export function parseSchedule(definition: TriggerDefinition, flowZone = "UTC"): ScheduleSpec {
  const { cron, every = definition.every, zone = flowZone, catchUp = "once" } = definition.input ?? {};
  if (!isZone(zone)) throw bad("zone", `${JSON.stringify(zone)} is not a time zone; write it like Europe/Berlin`);
  if (catchUp !== "once" && catchUp !== "none") throw bad("catchUp", "choose once or none");
  if (typeof cron === "string" && cron.trim() !== "" && every === undefined)
    return checked({ cron: cron.trim(), everyMs: null, zone, catchUp });
  if (typeof every === "string" && cron === undefined) return { cron: null, everyMs: everyOf(every), zone, catchUp };
  throw bad("cron", "give either cron, like '0 9 * * 1-5', or every, like 15m");
}

/** The first time after `after`; an interval counts from `after`. */
export function firstTime(spec: ScheduleSpec, after: number): number | null {
  return spec.everyMs !== null ? after + spec.everyMs : cronAfter(spec, after);
}

/** The newest time that is due, from `due` on: what was missed in between counts as one. */
export function newestDue(spec: ScheduleSpec, due: number, now: number): number {
  if (spec.everyMs !== null) return due + Math.floor((now - due) / spec.everyMs) * spec.everyMs;
  // Nearest spans first, so that a month of missed minutes is not walked through one by one.
  for (const span of [3_600_000, 86_400_000, 32 * 86_400_000]) {
    const missed = now - span > due ? lastBetween(spec, now - span, now) : null;
    if (missed !== null) return missed;
  }
  return lastBetween(spec, due, now) ?? due;
}

/** The time after one that was fired; later than `now`. Null: never again. */
export function nextTime(spec: ScheduleSpec, fired: number, now: number): number | null {
  return spec.everyMs !== null ? newestDue(spec, fired, now) + spec.everyMs : cronAfter(spec, Math.max(fired, now));
}

/** What a scheduled event carries: the time meant, and its fields as a clock on the wall of that zone shows them. */
export function schedulePayload({ zone }: Pick<ScheduleSpec, "zone">, scheduledFor: number): JsonObject {
  const local = DateTime.fromMillis(scheduledFor, { zone, locale: "en" });
  return {
    scheduledFor: new Date(scheduledFor).toISOString(),
    zone,
    local: {
      date: local.toFormat("yyyy-MM-dd"),
      time: local.toFormat("HH:mm:ss"),
      offset: local.toFormat("ZZ"),
      weekday: local.toFormat("cccc"),
      year: local.year,
      month: local.month,
      day: local.day,
      hour: local.hour,
      minute: local.minute,
    },
  };
}

/** The scheduled time is the event's key, so a restart between the event and the next due time cannot double it. */
export const scheduleKey = (scheduledFor: number): string => `at:${new Date(scheduledFor).toISOString()}`;

/** A spec as it is kept in its trigger's state; null when there is none in it. */
export function storedSchedule(state: JsonObject): ScheduleSpec | null {
  return isObject(state.schedule) ? (state.schedule as unknown as ScheduleSpec) : null;
}

/**
 * A time of day that the clock skips in spring fires once, at the first moment after the gap; one that comes twice in autumn
 * fires once, the first time. `no-wildcard` makes that hold for lists and ranges of hours too; patterns with a star or a step
 * (every half hour) follow the real hours instead.
 */
const cronOf = ({ cron, zone }: ScheduleSpec) =>
  new Cron(cron ?? "", { timezone: zone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard", paused: true });

const cronAfter = (spec: ScheduleSpec, after: number): number | null => cronOf(spec).nextRun(new Date(after))?.getTime() ?? null;

/** The last time in [from, to]; null when there is none. */
function lastBetween(spec: ScheduleSpec, from: number, to: number): number | null {
  const cron = cronOf(spec);
  let last: number | null = null;
  for (let at = cron.nextRun(new Date(from - 1)); at && at.getTime() <= to; at = cron.nextRun(at)) last = at.getTime();
  return last;
}

function checked(spec: ScheduleSpec): ScheduleSpec {
  let next: Date | null;
  try {
    next = cronOf(spec).nextRun(new Date(0));
  } catch (cause) {
    throw bad("cron", `'${spec.cron}' is not a cron pattern; write it like '0 9 * * 1-5'`, cause);
  }
  if (!next) throw bad("cron", `'${spec.cron}' never comes`);
  return spec;
}

function everyOf(every: string): number {
  const ms = parseDuration(every, "every");
  if (ms < shortestEveryMs) throw bad("every", `'${every}' is shorter than ten seconds`);
  return ms;
}

const bad = (field: string, problem: string, cause?: unknown) => new MillraceError("BAD_INPUT", { cause, details: { field, problem } });
