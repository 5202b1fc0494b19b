import type { DateTime, DateTimeUnit, DurationUnit } from "luxon";
import { formatDate, isZone, parseFormatted, toDateTime, toIso } from "../dates.ts";
import type { DateSettings } from "../dates.ts";
import { MappingProblem } from "../problem.ts";
import { isBlank, isNil, quote, toText } from "../text.ts";
import type { Filter, Filters, MappingSettings } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

type Shift = (date: DateTime, count: number) => DateTime;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const timeUnits = ["minutes", "hours"] as const;
const dayUnits = ["days", "weeks", "months", "years"] as const;

/** Filters of dates, with the flow's clock and zone. A missing date stays missing. */
export function dateFilters(settings: MappingSettings): Filters {
  const ofDate =
    (change: (date: DateTime, ...args: unknown[]) => unknown): Filter =>
    (value, ...args) =>
      isBlank(value) ? undefined : change(toDateTime(value, settings), ...args);
  return {
    date: ofDate((date, format, zone) => formatDate(inZone(date, zone, settings.zone), isNil(format) ? "%Y-%m-%d" : toText(format))),
    date_in_zone: ofDate((date, zone, format) => dateInZone(date, textArgument(zone, "the zone of date_in_zone"), format)),
    to_iso: ofDate((date) => toIso(date.toUTC())),
    parse_date: (value, format, zone) => (isBlank(value) ? undefined : parseDate(toText(value), format, zone, settings.zone)),
    to_epoch: ofDate((date) => Math.floor(date.toMillis() / 1000)),
    to_epoch_ms: ofDate((date) => date.toMillis()),
    start_of: ofDate((date, unit) => toIso(date.setZone(settings.zone).startOf(unitArgument(unit, "start_of")))),
    end_of: ofDate((date, unit) => toIso(date.setZone(settings.zone).endOf(unitArgument(unit, "end_of")))),
    age: ofDate((date) => wholeUnits(date, settings, "years")),
    days_since: ofDate((date) => wholeUnits(date, settings, "days")),
    ...shiftFilters(settings),
  };
}

/** plus_minutes … minus_business_days. A date without a time keeps to be one. */
function shiftFilters(settings: DateSettings): Filters {
  const filters: Record<string, Filter> = {};
  const add = (unit: string, keepsDate: boolean, shift: Shift) => {
    for (const [name, sign] of [
      [`plus_${unit}`, 1],
      [`minus_${unit}`, -1],
    ] as const) {
      filters[name] = (value, count) => {
        if (isBlank(value)) return undefined;
        const moved = shift(toDateTime(value, settings), sign * numberArgument(count, name));
        if (!moved.isValid) throw new MappingProblem(`${name} leads outside the calendar`);
        return keepsDate && dateOnly.test(toText(value).trim()) ? moved.toFormat("yyyy-MM-dd") : toIso(moved);
      };
    }
  };
  for (const unit of timeUnits) add(unit, false, (date, count) => date.plus({ [unit]: count }));
  for (const unit of dayUnits) add(unit, true, (date, count) => date.plus({ [unit]: count }));
  add("business_days", true, plusBusinessDays);
  return filters;
}

const mostBusinessDays = 2000;

/** Saturdays and Sundays do not count; holidays are not known here. */
function plusBusinessDays(date: DateTime, count: number): DateTime {
  if (Math.abs(count) > mostBusinessDays) throw new MappingProblem(`business days are counted up to ${mostBusinessDays}`);
  const step = Math.sign(count);
  let at = date;
  for (let left = Math.abs(Math.trunc(count)); left > 0;) {
    at = at.plus({ days: step });
    if (at.weekday < 6) left--;
  }
  return at;
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
  const found = units.find((each) => each === toText(unit));
  if (!found) throw new MappingProblem(`${filter} takes one of ${units.join(", ")}, not ${quote(unit)}`);
  return found;
}

function wholeUnits(date: DateTime, settings: DateSettings, unit: DurationUnit & ("years" | "days")): number {
  const now = toDateTime("now", settings);
  return Math.floor(now.diff(date.setZone(settings.zone, { keepLocalTime: false }), unit).as(unit));
}
