import { DateTime, IANAZone } from "luxon";
import { dayMs, minuteMs } from "#kernel/durations.ts";
import { isObject } from "#kernel/json.ts";
import { badRequest, unprocessable } from "../refusal.ts";
import type { Calendar } from "../rows/calendars.ts";
import type { State } from "../state.ts";
import { type Call, countOf, objectOf, type World } from "./call.ts";
import { instancesOf } from "./recurrence.ts";

const longestWindowMs = 31 * dayMs;

/** A stretch of time that is asked for. */
export interface Span {
  startsAt: number;
  endsAt: number;
}
/** Which rules count, and whose time. */
interface Wish {
  userId?: string | undefined;
  /** An appointment being moved does not stand in its own way. */
  except?: string | undefined;
  /** Past times, notice and horizon do not count. */
  anyDate?: boolean | undefined;
}

/** The free slots of a window, by day, in the zone asked for. Days without any are left out. */
export function freeSlots(world: World, { query }: Call, calendar: Calendar): Record<string, { slots: string[] }> {
  const [from, to] = [Number(query.startDate), Number(query.endDate)];
  if (to < from) throw badRequest("endDate must be after startDate");
  if (to - from > longestWindowMs) throw badRequest("Date range must not exceed 31 days");
  const zone = query.timezone ?? zoneOf(world.state, calendar.locationId);
  if (!IANAZone.isValidZone(zone)) throw unprocessable(["timezone must be a valid IANA time zone"]);
  const days: Record<string, { slots: string[] }> = {};
  for (const slot of slotsBetween(world.state, calendar, { startsAt: from, endsAt: to })) {
    if (!isOpen(world.state, calendar, slot, { userId: query.userId })) continue;
    const local = DateTime.fromMillis(slot.startsAt, { zone });
    (days[local.toISODate()!] ??= { slots: [] }).slots.push(localTime(slot.startsAt, zone));
  }
  return days;
}

/** Whether a booking may begin here: on the calendar's grid, within its hours, and with room left. */
export function isBookable(state: State, calendar: Calendar, span: Span, wish: Wish): boolean {
  const starts = slotsBetween(state, calendar, { startsAt: span.startsAt, endsAt: span.startsAt });
  return starts.length > 0 && isOpen(state, calendar, span, wish);
}

export const zoneOf = (state: State, locationId: string): string => state.locations.get(locationId)?.timezone ?? "UTC";

/** As the vendor writes times of calendars: local, with the offset, without milliseconds. */
export const localTime = (ms: number, zone: string): string =>
  DateTime.fromMillis(ms, { zone }).toISO({ suppressMilliseconds: true, includeOffset: true })!.replace(/Z$/, "+00:00");

/** How long one slot of a calendar is. */
export const slotLengthMs = ({ settings }: Calendar): number => lengthMs(settings.slotDuration, settings.slotDurationUnit) || 30 * minuteMs;

/** Every slot the opening hours make, that begins within the window. Hours are those of the location's zone. */
function slotsBetween(state: State, calendar: Calendar, { startsAt, endsAt }: Span): Span[] {
  const zone = zoneOf(state, calendar.locationId);
  const duration = slotLengthMs(calendar);
  const interval = lengthMs(calendar.settings.slotInterval, calendar.settings.slotIntervalUnit) || duration;
  const slots: Span[] = [];
  for (let day = DateTime.fromMillis(startsAt, { zone }).startOf("day"); day.toMillis() <= endsAt; day = day.plus({ days: 1 }))
    for (const hours of hoursOn(calendar, day))
      for (let at = hours.startsAt; at + duration <= hours.endsAt; at += interval)
        if (at >= startsAt && at <= endsAt) slots.push({ startsAt: at, endsAt: at + duration });
  return slots.sort((a, b) => a.startsAt - b.startsAt);
}

/** A date's own hours go before those of its weekday; a calendar without any is open on weekdays from nine to five. */
function hoursOn({ settings }: Calendar, day: DateTime): Span[] {
  const dated = list(settings.availabilities).find(
    ({ date, deleted }) => deleted !== true && String(date).slice(0, 10) === day.toISODate(),
  );
  const weekly = list(settings.openHours);
  const hours = dated
    ? list(dated.hours)
    : weekly.length > 0
      ? weekly
          .filter(({ daysOfTheWeek }) => Array.isArray(daysOfTheWeek) && daysOfTheWeek.includes(day.weekday % 7))
          .flatMap(({ hours: h }) => list(h))
      : day.weekday < 6
        ? [officeHours]
        : [];
  const at = (hour: unknown, minute: unknown) => day.set({ hour: countOf(hour, 0), minute: countOf(minute, 0) }).toMillis();
  return hours.map((h) => ({ startsAt: at(h.openHour, h.openMinute), endsAt: at(h.closeHour, h.closeMinute) }));
}
const officeHours = { openHour: 9, openMinute: 0, closeHour: 17, closeMinute: 0 };

function isOpen(state: State, calendar: Calendar, slot: Span, { userId, except, anyDate }: Wish): boolean {
  if (calendar.settings.isActive === false) return false;
  if (!anyDate && !inBookingWindow(state, calendar, slot.startsAt)) return false;
  if (dayIsFull(state, calendar, slot, except)) return false;
  const perSlot = countOf(calendar.settings.appoinmentPerSlot, 1) || 1;
  const hasRoom = (user?: string) => inTheWay(state, calendar, slot, user, except) < perSlot;
  const members = userId ? [userId] : teamOf(calendar);
  if (members.length === 0) return hasRoom();
  return calendar.settings.calendarType === "collective" ? members.every(hasRoom) : members.some(hasRoom);
}

/** Not in the past, not sooner than the notice, not beyond the horizon. */
function inBookingWindow({ clock }: State, { settings }: Calendar, startsAt: number): boolean {
  const now = clock.now();
  const horizonMs = lengthMs(settings.allowBookingFor, settings.allowBookingForUnit ?? "days");
  if (startsAt < now + lengthMs(settings.allowBookingAfter, settings.allowBookingAfterUnit ?? "hours")) return false;
  return horizonMs === 0 || startsAt <= now + horizonMs;
}

function dayIsFull(state: State, calendar: Calendar, slot: Span, except: string | undefined): boolean {
  const most = countOf(calendar.settings.appoinmentPerDay, 0);
  if (most === 0) return false;
  const zone = zoneOf(state, calendar.locationId);
  const dayOf = (ms: number) => DateTime.fromMillis(ms, { zone }).toISODate();
  const sameDay = activeAppointments(state, calendar.locationId, except).filter(
    (a) => a.calendarId === calendar.id && dayOf(a.startsAt) === dayOf(slot.startsAt),
  );
  return sameDay.length >= most;
}

/** How many bookings, with the pauses around them, take this time of a user or, without one, of the calendar. A block takes it all. */
function inTheWay(state: State, calendar: Calendar, slot: Span, userId: string | undefined, except: string | undefined): number {
  const before = lengthMs(calendar.settings.preBuffer, calendar.settings.preBufferUnit);
  const after = lengthMs(calendar.settings.slotBuffer, calendar.settings.slotBufferUnit);
  const wide = { startsAt: slot.startsAt - before, endsAt: slot.endsAt + after };
  const blocked = state.blockedSlots
    .inLocation(calendar.locationId)
    .some(
      (block) => overlap(block, slot) && (block.calendarId === calendar.id || (userId !== undefined && block.assignedUserId === userId)),
    );
  if (blocked) return Infinity;
  return activeAppointments(state, calendar.locationId, except).filter(
    (a) => overlap(a, wide) && (userId ? a.assignedUserId === userId : a.calendarId === calendar.id),
  ).length;
}

/** Appointments that still take time. */
const activeAppointments = (state: State, locationId: string, except: string | undefined) =>
  state.appointments
    .inLocation(locationId)
    .flatMap((row) => instancesOf(row, zoneOf(state, locationId)))
    .filter(
      ({ id, masterId, status }) =>
        (except === undefined || (id !== except && masterId !== except)) && !["cancelled", "noshow", "invalid"].includes(status),
    );

export const teamOf = ({ settings }: Calendar): string[] => list(settings.teamMembers).map(({ userId }) => String(userId));
export const overlap = (a: Span, b: Span): boolean => a.startsAt < b.endsAt && a.endsAt > b.startsAt;
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject).map(objectOf) : []);

const units: Record<string, number> = { hours: 60, days: 24 * 60, weeks: 7 * 24 * 60, months: 30 * 24 * 60 };
const lengthMs = (count: unknown, unit: unknown): number => countOf(count, 0) * (units[String(unit)] ?? 1) * minuteMs;
