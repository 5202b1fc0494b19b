import { DateTime, IANAZone, type DateTimeOptions } from "luxon";
import { systemClock } from "#kernel/clock.ts";
import { parseDuration } from "#kernel/durations.ts";
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
/** Whether the IANA database has the zone. */
export const isZone = (zone: unknown): zone is string => typeof zone === "string" && IANAZone.isValidZone(zone);

/**
 * A time as people and systems write it (`2026-02-01T09:00:00+01:00`, `2026-02-01`, epoch seconds, milliseconds or microseconds, `now+7d`)
 * in the wire's way. What is no time stays as it is, and the check refuses it.
 */
export function fitTime(format: TimeFormat, type: JsonSchema["type"], value: unknown, settings: TimeSettings): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  if (typeof value === "string" && isDayOnWire(format, value.trim())) return value.trim();
  if (format === "date-time" && typeof value === "string" && isPlainTime(value)) return value;
  const moment = momentOf(value, settings);
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
  const unreal = isoStart.test(text) ? "; there is no such day or time" : "";
  return `must be ${example} or now+7d, and is ${typeof value === "string" ? `the text '${text.slice(0, 40)}'` : text}${unreal}`;
}

/** A time as it goes on the wire, the way most systems write one: seen without the reading of all the others. */
function isPlainTime(text: string): boolean {
  const [, year, month, day] =
    /^(\d{4})-(0[1-9]|1[0-2])-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(text) ?? [];
  return day !== undefined && Number(day) >= 1 && Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

function isOnWire(format: TimeFormat, value: string | number): boolean {
  const text = textOf(value);
  if (format === "epoch-ms") return epochUnit(text) === "ms";
  if (format === "epoch-s") return epochUnit(text) === "s";
  if (typeof value === "number") return false;
  if (format === "date-time") return isPlainTime(text) || (isoStart.test(text) && parsed(text, "UTC") !== null);
  return isDayOnWire(format, text);
}

// ---------------------------------------------------------------- reading

interface Moment {
  at: DateTime;
  /** `day`: a date alone; `local`: a time that names no zone; `exact`: a moment, whatever the zone. */
  kind: "day" | "local" | "exact";
}

const isoStart = /^\d{4}-?\d{2}-?\d{2}(?!\d)/;
const dayAlone = /^(\d{4}-\d{2}-\d{2}|\d{8})$/;
const ownOffset = /(Z|[+-]\d{2}(:?\d{2})?)$/i;

/** Null when the value is no time, or one that does not exist (30 February). */
function momentOf(value: string | number, { now = systemClock.now(), zone }: TimeSettings): Moment | null {
  const text = textOf(value).trim();
  const relative = /^now(?:\s*([+-])\s*(.+))?$/i.exec(text);
  if (relative) return exact(relative[2] ? shifted(now, relative[1] === "-" ? -1 : 1, relative[2]) : now, zone);
  if (typeof value === "string" && dayAlone.test(text)) {
    const at = parsed(text, zone ?? "UTC");
    if (at) return { at, kind: "day" };
  }
  if (epochUnit(text) !== null) return exact(epochMs(text), "UTC");
  if (typeof value === "number") return null;
  const at = parsed(text, zone ?? "UTC");
  return at && { at, kind: hasOwnZone(text) ? "exact" : "local" };
}

const exact = (ms: number | null, zone = "UTC"): Moment | null => {
  const at = ms === null ? null : DateTime.fromMillis(ms, { zone });
  return at?.isValid ? { at, kind: "exact" } : null;
};

/** ISO and SQL carry a zone at their end; the texts of e-mails and of HTTP always name one. */
const hasOwnZone = (text: string): boolean => !isoStart.test(text) || ownOffset.test(text.slice(10)) || /[A-Za-z]{3,}/.test(text.slice(10));

type Parse = (text: string, options: DateTimeOptions) => DateTime;
const spellings: Parse[] = [
  (text, options) => DateTime.fromISO(text, options),
  (text, options) => DateTime.fromSQL(text, options),
  (text, options) => DateTime.fromRFC2822(text, options),
  (text, options) => DateTime.fromHTTP(text, options),
];

function parsed(text: string, zone: string): DateTime | null {
  const tried = isoStart.test(text) ? spellings.slice(0, 2) : spellings.slice(2);
  for (const parse of tried) {
    const at = parse(text, { zone, setZone: true });
    if (at.isValid) return at.getPossibleOffsets()[0]!; // an hour that the night has twice is its first, in any season
  }
  return null;
}

type EpochUnit = "s" | "ms" | "us";
const perSecond: Record<EpochUnit, number> = { s: 1, ms: 1_000, us: 1_000_000 };
const [from1973, to2100] = [94_694_400, 4_102_444_800];

/** The unit in which a number is a moment of the years 1973 to 2099: their ranges do not meet. Null where it is in none. */
function epochUnit(text: string): EpochUnit | null {
  if (!/^\d{8,16}(\.\d+)?$/.test(text)) return null;
  const number = Number(text);
  const units: EpochUnit[] = ["s", "ms", "us"];
  return units.find((unit) => number >= from1973 * perSecond[unit] && number < to2100 * perSecond[unit]) ?? null;
}

const epochMs = (text: string): number => Math.floor((Number(text) * 1_000) / perSecond[epochUnit(text)!]);

function shifted(now: number, sign: 1 | -1, by: string): number | null {
  try {
    return now + sign * parseDuration(by);
  } catch {
    return null;
  }
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
