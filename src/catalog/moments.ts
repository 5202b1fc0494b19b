import { DateTime, IANAZone, type DateTimeOptions } from "luxon";
import { minuteMs, parseDuration } from "#kernel/durations.ts";
import { textOf } from "./text.ts";

/** The only reader of times: request fields, filters, conditions, waits and polls all use it. */
export interface Moment {
  at: DateTime;
  /** `day`: a date alone; `local`: a time without a zone; `exact`: a moment. */
  kind: "day" | "local" | "exact";
}

/** Nobody writes a longer one; text that comes with an event or a list may be of any length. */
const longestTime = 200;

/** The zone of times without one, and the value of `now`. */
export interface MomentSettings {
  zone: string;
  now: number;
}

/** Whether the IANA database has the zone. */
export const isZone = (zone: unknown): zone is string => typeof zone === "string" && IANAZone.isValidZone(zone);

/**
 * A time as people and systems write it: ISO, SQL, the date of an e-mail, epoch seconds, milliseconds or microseconds of 1973 to 2099, `now`,
 * `now+7d`, `today`. Null for anything else, and for a time that does not exist (30 February). Numbers are in UTC.
 */
export function readMoment(value: string | number, { zone, now }: MomentSettings): Moment | null {
  const text = textOf(value).trim();
  if (text.length > longestTime) return null;
  const relative = /^now(?:\s*([+-])\s*(.+))?$/i.exec(text);
  if (relative) return exact(relative[2] ? shifted(now, relative[1] === "-" ? -1 : 1, relative[2]) : now, zone);
  if (/^today$/i.test(text)) return today(now, zone);
  if (typeof value === "string" && dayAlone.test(text)) {
    const at = parsed(text, zone);
    if (at) return { at, kind: "day" };
  }
  const epoch = epochMs(text);
  if (epoch !== null) return exact(epoch, "UTC");
  if (typeof value === "number") return null;
  const at = parsed(text, zone);
  return at && { at, kind: hasOwnZone(text) ? "exact" : "local" };
}

/** A time as epoch milliseconds, in UTC if it has no zone; null if it is not a time. */
export function momentMs(value: unknown): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const iso = typeof value === "string" ? readIso(value.trim()) : null;
  if (iso) return Number.isNaN(iso.wall) ? null : Math.floor(utcOf(iso));
  return readMoment(value, { zone: "UTC", now: Number.NaN })?.at.toMillis() ?? null;
}

/** Whether two texts are the same moment; one with an offset and one without are not, since the zone of the other is not known here. */
export function sameMoment(left: unknown, right: unknown): boolean {
  if (typeof left !== "string" || typeof right !== "string") return false;
  const [a, b] = [readIso(left), readIso(right)];
  return a !== null && b !== null && (a.offset === null) === (b.offset === null) && utcOf(a) === utcOf(b);
}

const exact = (ms: number | null, zone: string): Moment | null => {
  const at = ms === null ? null : DateTime.fromMillis(ms, { zone });
  return at?.isValid ? { at, kind: "exact" } : null;
};

function today(now: number, zone: string): Moment | null {
  const at = DateTime.fromMillis(now, { zone }).startOf("day");
  return at.isValid ? { at: firstOf(at), kind: "day" } : null;
}

/** A time on the clock that the night has twice is its first, in any season. (One that it skips has moved forward by then.) */
export const firstOf = (at: DateTime): DateTime => at.getPossibleOffsets()[0]!;

const isoStart = /^\d{4}-?\d{2}-?\d{2}(?!\d)/;
const dayAlone = /^(\d{4}-\d{2}-\d{2}|\d{8})$/;
const ownOffset = /(Z|[+-]\d{2}(:?\d{2})?)$/i;

/** Whether a text begins like a date, so that one that cannot be read is a day or a time that does not exist. */
export const beginsLikeDate = (text: string): boolean => isoStart.test(text.trim());

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
  if (Number.isNaN(readIso(text)?.wall)) return null;
  const tried = isoStart.test(text) ? spellings.slice(0, 2) : spellings.slice(2);
  for (const parse of tried) {
    const at = parse(text, { zone, setZone: true });
    if (at.isValid) return firstOf(at);
  }
  return null;
}

function shifted(now: number, sign: 1 | -1, by: string): number | null {
  try {
    return now + sign * parseDuration(by);
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- figures

type EpochUnit = "s" | "ms" | "us";
const perSecond: Record<EpochUnit, number> = { s: 1, ms: 1_000, us: 1_000_000 };
const [from1973, to2100] = [94_694_400, 4_102_444_800];

/** The unit in which a figure is a moment of the years 1973 to 2099: their ranges do not meet. Null where it is in none. */
export function epochUnit(text: string): EpochUnit | null {
  if (!/^\d{8,16}(\.\d+)?$/.test(text)) return null;
  const number = Number(text);
  const units: EpochUnit[] = ["s", "ms", "us"];
  return units.find((unit) => number >= from1973 * perSecond[unit] && number < to2100 * perSecond[unit]) ?? null;
}

/** A number of seconds, milliseconds or microseconds as epoch milliseconds; null if it is outside those years. */
export function epochMs(text: string): number | null {
  const unit = epochUnit(text);
  return unit && Math.floor((Number(text) * 1_000) / perSecond[unit]);
}

// ---------------------------------------------------------------- ISO at a glance

/** A date or time in ISO's usual spelling, read without any look at a zone. */
export interface IsoTime {
  /** What the clock on the wall shows, in milliseconds as if it were UTC's. NaN where there is no such day or time. */
  wall: number;
  /** Minutes ahead of UTC; null where none are written. */
  offset: number | null;
  /** A date without a time of day. */
  day: boolean;
}

const isoText = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(?:(Z)|([+-]\d{2})(?::?(\d{2}))?))?)?$/i;
const mostOffset = 15 * 60;

/** `2026-01-15`, `2026-01-15 09:30`, `2026-01-15T09:30:00.000+01:00`; null for every other text. */
export function readIso(text: string): IsoTime | null {
  const parts = isoText.exec(text);
  if (!parts) return null;
  const [, year, month, date, hour = "0", minute = "0", second = "0", fraction = "", utc, ahead, aheadMinutes = "0"] = parts;
  const clock = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) + Number(`0.${fraction}`);
  const onClock = Number(hour) <= 24 && Number(minute) < 60 && Number(second) < 60 && clock <= 86_400;
  const offset = utc ? 0 : ahead ? offsetOf(ahead, Number(aheadMinutes)) : null;
  const real = onClock && (offset === null || Math.abs(offset) < mostOffset);
  const wall = real ? dayMs(Number(year), Number(month), Number(date)) + Math.round(clock * 1_000_000) / 1_000 : Number.NaN;
  return { wall, offset, day: parts[4] === undefined };
}

/** The moment of a time, in UTC if it has no offset. */
export const utcOf = ({ wall, offset }: IsoTime): number => wall - (offset ?? 0) * minuteMs;

const offsetOf = (hours: string, minutes: number): number => Number(hours) * 60 + (hours.startsWith("-") ? -minutes : minutes);

function dayMs(year: number, month: number, date: number): number {
  const at = new Date(0);
  const ms = at.setUTCFullYear(year, month - 1, date);
  return at.getUTCMonth() === month - 1 && date > 0 ? ms : Number.NaN;
}
