import type { DateTime, DateTimeUnit, DurationUnit } from "luxon";
import { firstOf, isZone } from "#catalog/moments.ts";
import { formatDate, parseFormatted, toDateTime, toIso } from "../dates.ts";
import type { DateSettings } from "../dates.ts";
import { MappingProblem } from "../problem.ts";
import { isBlank, isNil, quote, toText } from "../text.ts";
import type { Filter, Filters, MappingSettings } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

type Shift = (date: DateTime, count: number) => DateTime;
const dateOnly = /^(\d{4}-\d{2}-\d{2}|\d{8})$/;
const timeUnits = ["minutes", "hours"] as const;
const dayUnits = ["days", "weeks", "months", "years"] as const;

/** Filters of dates, with the flow's clock and zone. A missing date stays missing. */
export function dateFilters(settings: MappingSettings): Filters {
  const ofDate =
    (change: (date: DateTime, ...args: unknown[]) => unknown): Filter =>
    (value, ...args) =>
      isMissing(value) ? undefined : change(toDateTime(value, settings), ...args);
  return {
    date: ofDate((date, format, zone) => formatDate(inZone(date, zone, settings.zone), isNil(format) ? "%Y-%m-%d" : toText(format))),
    date_in_zone: ofDate((date, zone, format) => dateInZone(date, textArgument(zone, "the zone of date_in_zone"), format)),
    to_iso: ofDate((date) => toIso(date.toUTC())),
    parse_date: (value, format, zone) => (isMissing(value) ? undefined : parseDate(toText(value), format, zone, settings.zone)),
    to_epoch: ofDate((date) => Math.floor(date.toMillis() / 1000)),
    to_epoch_ms: ofDate((date) => date.toMillis()),
    start_of: ofDate((date, unit) => toIso(startOf(date.setZone(settings.zone), unitArgument(unit, "start_of")))),
    end_of: ofDate((date, unit) => toIso(date.setZone(settings.zone).endOf(unitArgument(unit, "end_of")))),
    age: ofDate((date) => wholeUnits(birthday(date, settings.zone), settings, "years")),
    days_since: ofDate((date) => wholeUnits(date.setZone(settings.zone), settings, "days")),
    ...liquidsOwn(ofDate, settings.zone),
    ...shiftFilters(settings),
  };
}

/** An empty list counts as a missing date. */
const isMissing = (value: unknown): boolean => isBlank(value) || (Array.isArray(value) && value.length === 0);

/** Liquid's other filters of dates: its own read them by this machine's zone, and make 2 March of 30 February. */
function liquidsOwn(ofDate: (change: (date: DateTime, ...args: unknown[]) => unknown) => Filter, zone: string): Filters {
  const written = (format: string): Filter => ofDate((date) => formatDate(date.setZone(zone), format));
  return {
    date_to_xmlschema: written("%Y-%m-%dT%H:%M:%S%:z"),
    date_to_rfc822: written("%a, %d %b %Y %H:%M:%S %z"),
    date_to_string: ofDate((date, kind, style) => dayInWords(date.setZone(zone), "%b", kind, style)),
    date_to_long_string: ofDate((date, kind, style) => dayInWords(date.setZone(zone), "%B", kind, style)),
  };
}

function dayInWords(date: DateTime, month: string, kind: unknown, style: unknown): string {
  if (kind !== "ordinal") return formatDate(date, `%d ${month} %Y`);
  const day = ordinal(date.day);
  return style === "US" ? `${formatDate(date, month)} ${day}, ${date.year}` : `${day} ${formatDate(date, `${month} %Y`)}`;
}

const ordinal = (day: number): string => {
  const teens = day >= 11 && day <= 13;
  return `${day}${teens ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
};

/** plus_minutes … minus_business_days. A date without a time keeps to be one. */
function shiftFilters(settings: DateSettings): Filters {
  const filters: Record<string, Filter> = {};
  const add = (unit: string, ofDays: boolean, shift: Shift) => {
    for (const [name, sign] of [
      [`plus_${unit}`, 1],
      [`minus_${unit}`, -1],
    ] as const) {
      filters[name] = (value, count) => {
        if (isMissing(value)) return undefined;
        const date = toDateTime(value, settings);
        const moved = shift(ofDays ? date.setZone(settings.zone) : date, sign * numberArgument(count, name));
        if (!moved.isValid) throw new MappingProblem(`${name} leads outside the calendar`);
        return ofDays && dateOnly.test(toText(value).trim()) ? moved.toFormat("yyyy-MM-dd") : toIso(moved);
      };
    }
  };
  for (const unit of timeUnits) add(unit, false, (date, count) => date.plus({ [unit]: count }));
  for (const unit of dayUnits) add(unit, true, (date, count) => plusCalendar(date, unit, count));
  add("business_days", true, plusBusinessDays);
  return filters;
}

const mostBusinessDays = 2000;

/** Saturdays and Sundays do not count; holidays are not known here. */
function plusBusinessDays(date: DateTime, count: number): DateTime {
  if (Math.abs(count) > mostBusinessDays) throw new MappingProblem(`business days are counted up to ${mostBusinessDays}`);
  const step = Math.sign(count);
  let days = 0;
  for (let left = Math.abs(Math.trunc(count)); left > 0;) {
    days += step;
    const weekday = (((date.weekday - 1 + days) % 7) + 7) % 7;
    if (weekday < 5) left--;
  }
  // Added at once: day by day, a night without that hour would move all days after it.
  return plusCalendar(date, "days", days);
}

/** To an hour that comes twice, its first. A moment that does not move stays in the hour it is in, and half a day is so many hours. */
function plusCalendar(date: DateTime, unit: DurationUnit, count: number): DateTime {
  const moved = date.plus({ [unit]: count });
  return count !== 0 && Number.isInteger(count) ? firstOf(moved) : moved;
}

function inZone(date: DateTime, zone: unknown, otherwise: string): DateTime {
  const name = isNil(zone) ? otherwise : toText(zone);
  if (!isZone(name)) throw new MappingProblem(`${quote(name)} is not a time zone; write it like 'Europe/Paris'`);
  return date.setZone(name);
}

function dateInZone(date: DateTime, zone: string, format: unknown): string {
  const local = inZone(date, zone, zone);
  return isNil(format) ? toIso(local) : formatDate(local, toText(format));
}

/** A format without hours gives a date without a time. */
function parseDate(text: string, format: unknown, zone: unknown, usual: string): string {
  const pattern = textArgument(format, "the format of parse_date");
  const name = isNil(zone) ? usual : toText(zone);
  if (!isZone(name)) throw new MappingProblem(`${quote(name)} is not a time zone; write it like 'Europe/Paris'`);
  const date = parseFormatted(text, pattern, name);
  const timed = pattern.includes("%") ? /%[-:]?[HIklTRXrs]/.test(pattern) : /[HhXxTtFf]/.test(pattern);
  return timed ? toIso(date) : date.toFormat("yyyy-MM-dd");
}

const units = ["minute", "hour", "day", "week", "month", "quarter", "year"] as const satisfies DateTimeUnit[];

function unitArgument(unit: unknown, filter: string): DateTimeUnit {
  const match = units.find((each) => each === toText(unit));
  if (!match) throw new MappingProblem(`${filter} takes one of ${units.join(", ")}, not ${quote(unit)}`);
  return match;
}

/** Of a day that begins twice, the first beginning. Hours and minutes keep to the hour they are in. */
const startOf = (date: DateTime, unit: DateTimeUnit): DateTime => {
  const start = date.startOf(unit);
  return unit === "hour" || unit === "minute" ? start : firstOf(start);
};

/** Midnight is how systems write a day without a time (`1990-05-17T00:00:00.000Z`, of HighLevel): it is that day everywhere. */
const birthday = (date: DateTime, zone: string): DateTime =>
  date.setZone(zone, { keepLocalTime: date.toMillis() === date.startOf("day").toMillis() });

function wholeUnits(since: DateTime, settings: DateSettings, unit: DurationUnit & ("years" | "days")): number {
  return Math.floor(toDateTime("now", settings).diff(since, unit).as(unit));
}
