import { DateTime } from "luxon";
import type { QuietHours } from "../types/messages.ts";

/** Zones change their offset by multiples of a quarter of an hour. */
const quarterMs = 15 * 60_000;

/** When the quiet hours around a moment end, epoch ms; null where the moment lies outside them. `at`: epoch ms. */
export function quietUntil(hours: QuietHours, zone: string, at: number): number | null {
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const isQuiet = (ms: number): boolean => isBetween(minuteOfDay(DateTime.fromMillis(ms, { zone })), from, to);
  if (!isQuiet(at)) return null;
  const local = DateTime.fromMillis(at, { zone });
  const day = from > to && minuteOfDay(local) >= from ? local.plus({ days: 1 }) : local;
  let end = day.set({ hour: Math.floor(to / 60), minute: to % 60, second: 0, millisecond: 0 }).toMillis();
  // A clock that is set back goes through the same hour twice.
  while (end <= at || isQuiet(end)) end += quarterMs;
  return end;
}

/** The day of a zone that a moment lies in: from midnight to midnight, epoch ms. */
export function dayOf(zone: string, at: number): { from: number; to: number } {
  const day = DateTime.fromMillis(at, { zone }).startOf("day");
  return { from: day.toMillis(), to: day.plus({ days: 1 }).startOf("day").toMillis() };
}

const isBetween = (minute: number, from: number, to: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to;

const minuteOfDay = ({ hour, minute }: DateTime): number => hour * 60 + minute;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
