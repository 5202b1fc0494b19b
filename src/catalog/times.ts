import { cutText } from "#kernel/characters.ts";
import { DateTime } from "luxon";
import { systemClock } from "#kernel/clock.ts";
import { beginsLikeDate, epochUnit, readIso, readMoment, type Moment } from "./moments.ts";
import { textOf } from "./text.ts";
import type { JsonSchema } from "./types.ts";

/**
 * How a time is written on the wire. A schema carries it as its `format`. `date-time` is ISO 8601 with an offset, `date` a day without one,
 * `loose-date` a day that may also have its month first (`09/25/1990`), as HighLevel reads a date of birth.
 */
export type TimeFormat = "date-time" | "date" | "loose-date" | "epoch-ms" | "epoch-s" | "mm-dd-yyyy";

/** In which zone a time is meant that names none. `lacks` is called when no zone is set and one would have made a difference. */
export interface TimeSettings {
  now?: number;
  zone?: string;
  lacks?: (what: "zone") => void;
}

const formats: ReadonlySet<string> = new Set<TimeFormat>(["date-time", "date", "loose-date", "epoch-ms", "epoch-s", "mm-dd-yyyy"]);
const days: ReadonlySet<string> = new Set<TimeFormat>(["date", "loose-date", "mm-dd-yyyy"]);

export const isTimeFormat = (format: string | undefined): format is TimeFormat => format !== undefined && formats.has(format);

/** A time as people and systems write it, in the wire's way. What is no time stays as it is, and the check refuses it. */
export function fitTime(format: TimeFormat, type: JsonSchema["type"], value: unknown, settings: TimeSettings): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  if (typeof value === "string" && isDayOnWire(format, value.trim())) return value.trim();
  if (format === "date-time" && typeof value === "string" && isPlainTime(value)) return value;
  const moment = readMoment(value, { zone: settings.zone ?? "UTC", now: settings.now ?? systemClock.now() });
  if (moment === null) return value;
  const wire = write(format, moment, settings);
  return type === "string" || (Array.isArray(type) && !type.includes("number")) ? wire : Number(wire);
}

/** What is wrong with a time that is about to be sent, in words that finish "dueDate: …"; null when nothing is. */
export function timeProblem(format: TimeFormat, value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  if (isOnWire(format, value)) return null;
  const text = textOf(value).trim();
  const example = days.has(format) ? "a date such as 2026-01-31" : "a time such as 2026-01-31T09:00:00Z";
  const unreal = beginsLikeDate(text) ? "; there is no such day or time" : "";
  return `must be ${example} or now+7d, but is ${typeof value === "string" ? `the text '${cutText(text, 40)}'` : text}${unreal}`;
}

/** A time as it goes on the wire, the way most systems write one: seen without the reading of all the others. */
function isPlainTime(text: string): boolean {
  const iso = plainTime.test(text) ? readIso(text) : null;
  return iso !== null && !Number.isNaN(iso.wall);
}
const plainTime = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/;

function isOnWire(format: TimeFormat, value: string | number): boolean {
  const text = textOf(value);
  if (format === "epoch-ms") return epochUnit(text) === "ms";
  if (format === "epoch-s") return epochUnit(text) === "s";
  if (typeof value === "number") return false;
  if (format === "date-time") return isPlainTime(text) || (beginsLikeDate(text) && readMoment(text, { zone: "UTC", now: 0 }) !== null);
  return isDayOnWire(format, text);
}

// ---------------------------------------------------------------- writing

function write(format: TimeFormat, moment: Moment, settings: TimeSettings): string {
  if (days.has(format)) return dayOf(moment, settings).toFormat(format === "mm-dd-yyyy" ? "MM-dd-yyyy" : "yyyy-MM-dd");
  if (moment.kind !== "exact" && settings.zone === undefined) settings.lacks?.("zone");
  if (format === "epoch-ms") return String(moment.at.toMillis());
  if (format === "epoch-s") return String(Math.floor(moment.at.toSeconds()));
  return moment.at.startOf("second").toISO({ suppressMilliseconds: true })!;
}

/**
 * The day of a moment is that of the flow's zone. Midnight is how systems write a day that has no time at all (`1990-05-17T00:00:00.000Z`, as
 * HighLevel itself gives a date of birth): it stays the day it names.
 */
function dayOf({ at, kind }: Moment, { zone, lacks }: TimeSettings): DateTime {
  if (kind !== "exact" || at.toMillis() === at.startOf("day").toMillis()) return at;
  if (zone === undefined) lacks?.("zone");
  return zone === undefined ? at : at.setZone(zone);
}

const spelledDays: Partial<Record<TimeFormat, RegExp[]>> = {
  date: [/^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/],
  "loose-date": [/^(?<year>\d{4})([/\-._])(?<month>\d{2})\2(?<day>\d{2})$/, /^(?<month>\d{2})([/\-._])(?<day>\d{2})\2(?<year>\d{4})$/],
  "mm-dd-yyyy": [/^(?<month>\d{2})-(?<day>\d{2})-(?<year>\d{4})$/],
};

/** Whether a text is a day as the format has it on the wire, and one of the calendar. */
function isDayOnWire(format: TimeFormat, text: string): boolean {
  const { year, month, day } = spelledDays[format]?.map((spelling) => spelling.exec(text)?.groups).find(Boolean) ?? {};
  return year !== undefined && DateTime.fromObject({ year: Number(year), month: Number(month), day: Number(day) }).isValid;
}
