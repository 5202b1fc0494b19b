import { DateTime } from "luxon";
import { badRequest, noSuch, unprocessable } from "../refusal.ts";
import type { Appointment, AppointmentNote, Calendar } from "../rows/calendars.ts";
import { blockedEventView, blockView, bookedView, eventView, noteView } from "./appointment-views.ts";
import { type Call, contactOf, type Endpoints, picked, locationOf, pageOf, rowOf, textOf, type World } from "./call.ts";
import { checkedRule, instancesOf, partsOfInstance } from "./recurrence.ts";
import { isBookable, overlap, slotLengthMs, type Span, teamOf, zoneOf } from "./slots.ts";

/** Appointments, blocked slots and the notes of appointments. */
export const appointmentEndpoints: Endpoints = {
  "calendars/get-calendar-events": (world, call) => ({
    events: inWindow(world, call, allIn(world, locationOf(world, call, call.query.locationId))).map((row) => eventView(world, row)),
  }),

  "calendars/get-blocked-slots": (world, call) => ({
    events: inWindow(world, call, world.state.blockedSlots.inLocation(locationOf(world, call, call.query.locationId))).map((row) =>
      blockedEventView(world, row),
    ),
  }),

  "calendars/get-appointment": (world, call) => ({ event: eventView(world, appointmentOf(world, call, call.params.eventId)) }),

  "calendars/create-appointment"(world, call) {
    const { body } = call;
    const { state } = world;
    const locationId = locationOf(world, call, body.locationId);
    const calendar = calendarIn(world, locationId, body.calendarId);
    const contact = contactOf(world, call, String(body.contactId));
    if (contact.locationId !== locationId) throw badRequest("The contact belongs to another location");
    const span = spanOf(call, calendar);
    const assignedUserId = assigneeOf(calendar, textOf(body.assignedUserId));
    checkFree(world, call, calendar, span, { userId: assignedUserId });
    const now = state.clock.now();
    const appointment = state.appointments.put({
      ...picked(body, ["address", "description", "meetingLocationType"]),
      ...ruleOf(call),
      ...(assignedUserId && { assignedUserId }),
      ...span,
      id: state.newId(),
      locationId,
      contactId: contact.id,
      calendarId: calendar.id,
      title: textOf(body.title) ?? calendar.name,
      status: statusOf(body.appointmentStatus) ?? (calendar.settings.autoConfirm === false ? "new" : "confirmed"),
      dateAdded: now,
      dateUpdated: now,
    });
    if (body.toNotify !== false) world.emit("AppointmentCreate", appointment);
    return bookedView(world, call, appointment);
  },

  "calendars/edit-appointment"(world, call) {
    const { body } = call;
    const old = appointmentOf(world, call, call.params.eventId);
    const calendar = calendarIn(world, old.locationId, body.calendarId ?? old.calendarId);
    const span = body.startTime || body.endTime ? spanOf(call, calendar, old) : { startsAt: old.startsAt, endsAt: old.endsAt };
    const assignedUserId = textOf(body.assignedUserId) ?? old.assignedUserId;
    if (body.assignedUserId) assigneeOf(calendar, assignedUserId);
    const moved = span.startsAt !== old.startsAt || span.endsAt !== old.endsAt || calendar.id !== old.calendarId;
    if (moved) checkFree(world, call, calendar, span, { userId: assignedUserId, except: old.id });
    const appointment = keepChanged(world, old, {
      ...old,
      ...picked(body, ["title", "address", "description", "meetingLocationType"]),
      ...(!old.masterId && ruleOf(call)),
      ...(assignedUserId && { assignedUserId }),
      ...span,
      calendarId: calendar.id,
      status: statusOf(body.appointmentStatus) ?? old.status,
      dateUpdated: world.state.clock.now(),
    });
    if (body.toNotify !== false) world.emit("AppointmentUpdate", appointment);
    return bookedView(world, call, appointment);
  },

  // Appointments and blocked slots alike.
  "calendars/delete-event"(world, call) {
    const { state } = world;
    const block = state.blockedSlots.get(call.params.eventId!);
    if (block) {
      locationOf(world, call, block.locationId);
      state.blockedSlots.delete(block.id);
      return { succeeded: true };
    }
    const appointment = appointmentOf(world, call, call.params.eventId);
    world.emit("AppointmentDelete", appointment);
    leaveSeries(world, appointment);
    state.endAppointment(appointment);
    return { succeeded: true };
  },

  "calendars/create-block-slot"(world, call) {
    const { state } = world;
    const locationId = locationOf(world, call, call.body.locationId);
    const now = state.clock.now();
    const block = { ...blockOf(world, call, locationId), id: state.newId(), locationId, dateAdded: now, dateUpdated: now };
    return blockView(world, state.blockedSlots.put(block));
  },

  "calendars/edit-block-slot"(world, call) {
    const { state } = world;
    const { calendarId: _, assignedUserId: __, ...old } = rowOf(world, call, state.blockedSlots, "Block slot", call.params.eventId);
    const locationId = locationOf(world, call, call.body.locationId);
    if (locationId !== old.locationId) throw noSuch("Block slot", old.id);
    return blockView(world, state.blockedSlots.put({ ...old, ...blockOf(world, call, locationId, old), dateUpdated: state.clock.now() }));
  },

  "calendars/get-appointment-notes"(world, call) {
    const appointment = appointmentOf(world, call, call.params.appointmentId);
    const notes = world.state.appointmentNotes
      .find("appointment", appointment.id)
      .sort((a, b) => b.dateAdded - a.dateAdded || (a.id < b.id ? -1 : 1));
    const page = pageOf(notes, call);
    const behind = Number(call.query.offset) + page.length;
    return { notes: page.map((note) => noteView(world, note)), hasMore: behind < notes.length };
  },

  "calendars/create-appointment-note"(world, call) {
    const { id: appointmentId, locationId, contactId } = appointmentOf(world, call, call.params.appointmentId);
    const note = world.state.appointmentNotes.put({
      ...picked(call.body, ["userId"]),
      id: world.state.newId(),
      locationId,
      appointmentId,
      contactId,
      body: String(call.body.body),
      dateAdded: world.state.clock.now(),
    });
    return { note: noteView(world, note) };
  },

  "calendars/update-appointment-note"(world, call) {
    const note = { ...noteOf(world, call), ...picked(call.body, ["userId"]), body: String(call.body.body) };
    return { note: noteView(world, world.state.appointmentNotes.put(note)) };
  },

  "calendars/delete-appointment-note"(world, call) {
    world.state.appointmentNotes.delete(noteOf(world, call).id);
    return { success: true };
  },
};

/** An appointment, a series, or an instance of one. */
function appointmentOf(world: World, call: Call, id: unknown): Appointment {
  const { appointments } = world.state;
  const parts = typeof id === "string" && !appointments.get(id) ? partsOfInstance(id) : undefined;
  const master = parts && appointments.get(parts.masterId);
  if (!master) return rowOf(world, call, appointments, "Appointment", id);
  locationOf(world, call, master.locationId);
  const instance = instancesOf(master, zoneOf(world.state, master.locationId)).find((one) => one.id === id);
  if (!instance) throw noSuch("Appointment", String(id));
  return instance;
}

/** The appointments of a location, each series as its instances. */
const allIn = ({ state }: World, locationId: string): Appointment[] =>
  state.appointments.inLocation(locationId).flatMap((row) => instancesOf(row, zoneOf(state, locationId)));

/** An instance that is changed goes its own way from then on. */
function keepChanged(world: World, old: Appointment, changed: Appointment): Appointment {
  leaveSeries(world, old);
  return world.state.appointments.put(changed);
}

function leaveSeries({ state }: World, { id, masterId }: Appointment): void {
  const master = masterId === undefined ? undefined : state.appointments.get(masterId);
  const { startsAt } = partsOfInstance(id) ?? {};
  if (!master || startsAt === undefined || master.exceptions?.includes(startsAt)) return;
  state.appointments.put({ ...master, exceptions: [...(master.exceptions ?? []), startsAt] });
}

/** A rule counts only where the free slots do not. */
function ruleOf({ body }: Call): { rrule?: string } {
  const rrule = textOf(body.rrule);
  return rrule && body.ignoreFreeSlotValidation === true ? { rrule: checkedRule(rrule) } : {};
}

function noteOf(world: World, call: Call): AppointmentNote {
  const appointment = appointmentOf(world, call, call.params.appointmentId);
  const note = world.state.appointmentNotes.get(call.params.noteId!);
  if (note?.appointmentId !== appointment.id) throw noSuch("Note", call.params.noteId!);
  return note;
}

function calendarIn({ state }: World, locationId: string, id: unknown): Calendar {
  const calendar = state.calendars.get(String(id));
  if (calendar?.locationId !== locationId) throw noSuch("Calendar", String(id));
  return calendar;
}

/** What of a location lies in the window asked for, of one calendar, user or group. */
function inWindow<T extends Span & { id: string; calendarId?: string; assignedUserId?: string }>(
  { state }: World,
  { query }: Call,
  rows: T[],
): T[] {
  const { calendarId, userId, groupId } = query;
  if (!calendarId && !userId && !groupId) throw unprocessable(["Either userId, calendarId or groupId is required"]);
  const window = { startsAt: epochOf(query.startTime, "startTime"), endsAt: epochOf(query.endTime, "endTime") };
  const wanted = (row: T) =>
    overlap(row, window) &&
    (!calendarId || row.calendarId === calendarId) &&
    (!userId || row.assignedUserId === userId) &&
    (!groupId || state.calendars.get(row.calendarId ?? "")?.settings.groupId === groupId);
  return rows.filter(wanted).sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

function epochOf(text: string | undefined, name: string): number {
  const ms = Number(text);
  if (!text || !Number.isFinite(ms)) throw unprocessable([`${name} must be a valid epoch in milliseconds`]);
  return ms;
}

/** From when to when: the end is a slot after the start unless told; moving the start alone keeps the length. */
function spanOf({ body }: Call, calendar: Calendar, old?: Span): Span {
  const startsAt = body.startTime === undefined && old ? old.startsAt : instantOf(body.startTime, "startTime");
  const length = old ? old.endsAt - old.startsAt : slotLengthMs(calendar);
  const endsAt = body.endTime === undefined ? startsAt + length : instantOf(body.endTime, "endTime");
  if (endsAt <= startsAt) throw badRequest("endTime must be after startTime");
  return { startsAt, endsAt };
}

/** A time without an offset would mean another instant to everybody. */
function instantOf(value: unknown, name: string): number {
  const at = DateTime.fromISO(typeof value === "string" ? value : "", { setZone: true });
  if (!at.isValid || !/(Z|[+-]\d\d:?\d\d)$/i.test(String(value)))
    throw unprocessable([`${name} must be a valid ISO 8601 date string with an offset`]);
  return at.toMillis();
}

/** Calendars that share their bookings among a team must be told whose one is. */
function assigneeOf(calendar: Calendar, userId: string | undefined): string | undefined {
  const team = teamOf(calendar);
  const shared = calendar.settings.calendarType === "round_robin" || calendar.settings.calendarType === "collective";
  if (!userId && shared && team.length > 0) throw badRequest("assignedUserId is required for this calendar");
  if (userId && team.length > 0 && !team.includes(userId)) throw badRequest("The assigned user is not part of the calendar team");
  return userId ?? team[0];
}

function checkFree(
  { state }: World,
  { body }: Call,
  calendar: Calendar,
  span: Span,
  wish: { userId?: string | undefined; except?: string },
): void {
  if (body.ignoreFreeSlotValidation === true) return;
  if (!isBookable(state, calendar, span, { ...wish, anyDate: body.ignoreDateRange === true }))
    throw badRequest("The slot you have selected is no longer available.");
}

/** A block is of a calendar or of a user, not of both. */
function blockOf({ state }: World, { body }: Call, locationId: string, old?: Span & { title: string }) {
  const [calendarId, assignedUserId] = [textOf(body.calendarId), textOf(body.assignedUserId)];
  if ((calendarId === undefined) === (assignedUserId === undefined))
    throw unprocessable(["Either calendarId or assignedUserId is required, not both"]);
  if (calendarId && state.calendars.get(calendarId)?.locationId !== locationId) throw noSuch("Calendar", calendarId);
  const startsAt = body.startTime === undefined && old ? old.startsAt : instantOf(body.startTime, "startTime");
  const endsAt = body.endTime === undefined && old ? old.endsAt : instantOf(body.endTime, "endTime");
  if (endsAt <= startsAt) throw badRequest("endTime must be after startTime");
  return {
    ...(calendarId ? { calendarId } : { assignedUserId: assignedUserId! }),
    title: textOf(body.title) ?? old?.title ?? "Blocked",
    startsAt,
    endsAt,
  };
}

const statuses = ["new", "confirmed", "cancelled", "showed", "noshow", "invalid"] as const;
const statusOf = (value: unknown) => statuses.find((status) => status === value);
