import type { InputRule } from "#catalog/types.ts";
import { judge, type FieldJudgement, type Judgement } from "../judge.ts";
import { anyCalendar, appointment, bookableCalendar, bookablePerson, locationId, person, time } from "./calendar-fields.ts";
import { contactId } from "./contact-fields.ts";
import { bookableCalendarLookup, type LookupId } from "./lookups.ts";

const eventId = { eventId: { label: "Appointment", required: true } };
const beforeAppointment = { operation: "calendars.get_appointment", input: { eventId: "input.eventId" } };
const times = {
  startTime: { label: "Start", control: "date", schema: time, help: "With an offset; a free slot as it came." },
  endTime: { label: "End", control: "date", schema: time },
} as const;
/** A service refuses a block of a calendar and a person together, and one of neither. */
const blocksOne: InputRule[] = [{ kind: "exactlyOne", fields: ["calendarId", "assignedUserId"] }];
const blockFields: Record<string, FieldJudgement<LookupId>> = {
  calendarId: { ...anyCalendar, help: "Either a calendar or a team member." },
  assignedUserId: { ...person, help: "Either a calendar or a team member." },
  title: {},
  startTime: { ...times.startTime, help: "With an offset: 2026-02-01T09:00:00+01:00." },
  endTime: times.endTime,
};
const block = {
  id: "bLk8Po6Iu4Yt2Re9Wq1A",
  locationId,
  title: "Holiday",
  startTime: "2026-02-01T09:00:00+00:00",
  endTime: "2026-02-01T17:00:00+00:00",
  calendarId: appointment.calendarId,
};
const bookingFields: Record<string, FieldJudgement<LookupId>> = {
  title: {},
  assignedUserId: { ...bookablePerson, help: "Wanted by round-robin and collective calendars." },
  appointmentStatus: { label: "Status" },
  description: { control: "longtext" },
  address: { help: "Where it takes place, or the link of the call." },
  meetingLocationType: { label: "Kind of place" },
  toNotify: { label: "Tell automations", help: "False keeps workflows and notifications silent." },
  ignoreFreeSlotValidation: { label: "Book even if not free" },
  ignoreDateRange: { label: "Book outside the notice and date limits" },
  rrule: { label: "Repeats", help: "Like RRULE:FREQ=WEEKLY;COUNT=4." },
};
const { groupId: _g, users: _u, dateAdded: _a, dateUpdated: _d, ...booked } = appointment;

const table = {
  "calendars.create_appointment": {
    endpoint: "calendars/create-appointment",
    kind: "action",
    title: "Create Appointment",
    effect: "create",
    events: ["AppointmentCreate"],
    identity: "id",
    show: ["title", "startTime", "appointmentStatus"],
    fields: { ...bookableCalendar, ...contactId, ...times, ...bookingFields },
    confirm: {
      operation: "calendars.list_events",
      input: { calendarId: "input.calendarId", startTime: "input.startTime-1m", endTime: "input.startTime+1m" },
      match: { contactId: "input.contactId", startTime: "input.startTime" },
      since: "dateAdded",
    },
    example: {
      input: { calendarId: appointment.calendarId, contactId: appointment.contactId, startTime: appointment.startTime },
      output: booked,
    },
    note: "A slot that is taken is refused, unless it is to be booked even if not free. Of several bookings of one slot exactly one wins.",
  },
  "calendars.update_appointment": {
    endpoint: "calendars/edit-appointment",
    kind: "action",
    title: "Update Appointment",
    effect: "update",
    events: ["AppointmentUpdate"],
    identity: "id",
    show: ["title", "startTime", "appointmentStatus"],
    fields: { ...eventId, ...times, ...bookingFields, calendarId: { ...anyCalendar, lookup: bookableCalendarLookup } },
    before: { ...beforeAppointment, ignore: ["eventId", "toNotify", "ignoreFreeSlotValidation", "ignoreDateRange"] },
    example: { input: { eventId: appointment.id, appointmentStatus: "showed" }, output: { ...booked, appointmentStatus: "showed" } },
    note: "To change a whole series, give its masterEventId. The contact cannot be changed.",
  },
  "calendars.delete_event": {
    endpoint: "calendars/delete-event",
    kind: "action",
    title: "Delete Event",
    effect: "delete",
    events: ["AppointmentDelete"],
    fields: { eventId: { label: "Appointment or blocked slot", required: true } },
    before: beforeAppointment,
    example: { input: { eventId: appointment.id }, output: { succeeded: true } },
    note: "Deletes appointments and blocked slots alike.",
  },
  "calendars.create_block_slot": {
    endpoint: "calendars/create-block-slot",
    kind: "action",
    title: "Create Block Slot",
    effect: "create",
    identity: "id",
    show: ["title", "startTime", "endTime"],
    fields: { ...blockFields, startTime: { ...blockFields["startTime"], required: true }, endTime: { ...times.endTime, required: true } },
    rules: blocksOne,
    confirm: {
      operation: "calendars.list_blocked_slots",
      input: {
        calendarId: "input.calendarId",
        userId: "input.assignedUserId",
        startTime: "input.startTime-1m",
        endTime: "input.endTime+1m",
      },
      match: { startTime: "input.startTime", endTime: "input.endTime", title: "input.title" },
      since: "dateAdded",
    },
    example: {
      input: { calendarId: block.calendarId, title: "Holiday", startTime: block.startTime, endTime: block.endTime },
      output: block,
    },
    note: "The vendor's description asks for a calendar; the service takes a calendar or a team member, and not both.",
  },
  "calendars.update_block_slot": {
    endpoint: "calendars/edit-block-slot",
    kind: "action",
    title: "Update Block Slot",
    effect: "update",
    identity: "id",
    show: ["title", "startTime", "endTime"],
    fields: { eventId: { label: "Blocked slot", required: true }, ...blockFields },
    rules: blocksOne,
    // No read finds one by its id: it is looked for among those of a year back and a year ahead.
    before: {
      operation: "calendars.list_blocked_slots",
      input: { calendarId: "input.calendarId", userId: "input.assignedUserId", startTime: "now-366d", endTime: "now+366d" },
      match: { id: "input.eventId" },
      ignore: ["eventId"],
    },
    example: {
      input: { eventId: block.id, calendarId: block.calendarId, title: "Half a holiday" },
      output: { ...block, title: "Half a holiday" },
    },
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const bookingWrites = judge("Calendars & Appointments", table);
