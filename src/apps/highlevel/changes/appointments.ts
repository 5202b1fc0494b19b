import type { WatchedChange } from "#catalog/types.ts";
import { calendarLookup } from "../judgement/lookups.ts";
import { any, same, setting, type ChangeRow, type Subject } from "./row.ts";

const appointments: Subject = {
  category: "Calendars & Appointments",
  list: "calendars.list_events",
  input: { startTime: "now-7d", endTime: "now+365d" },
  wrap: "appointment",
  made: ["dateAdded"],
  updated: "dateUpdated",
  where: { calendarId: "calendarId" },
  each: { setting: "calendarId", operation: "calendars.list" },
  settings: [setting("calendarId", "Calendar", { lookup: calendarLookup, help: `Its name or id. ${any("calendar")}` })],
};

const fresh = { fresh: true } as const;
const became = (...values: string[]): WatchedChange => ({
  kind: "value",
  compared: { paths: { appointmentStatus: ["appointmentStatus", "appoinmentStatus"] } },
  to: { values },
  ...fresh,
});
const appointmentEvents = ["AppointmentUpdate", "AppointmentCreate"];
const statusChange = (was: string, is: string): ChangeRow["example"] => ({
  fields: { appointmentStatus: is },
  change: {
    kind: "changed",
    from: was,
    to: is,
    fields: ["appointmentStatus"],
    old: { appointmentStatus: was },
    new: { appointmentStatus: is },
  },
});
export const appointmentChanges: Record<string, ChangeRow> = {
  "calendars.appointment_booked": {
    title: "Appointment Booked",
    says: "an appointment is booked",
    about: appointments,
    events: ["AppointmentCreate", "AppointmentUpdate"],
    change: { kind: "made" },
    note: "Once for each new appointment, whoever booked it. Appointments that existed when the flow began to watch do not count.",
    example: { change: { kind: "made", fields: [], old: {}, new: {} } },
  },
  "calendars.appointment_moved": {
    title: "Appointment Moved",
    says: "an appointment is moved to another time",
    about: appointments,
    events: appointmentEvents,
    change: { kind: "value", compared: { paths: same("startTime") } },
    note: "Its start time changed; the same time written in another zone does not count. trigger._change.from and .to are the times.",
    example: {
      change: {
        kind: "changed",
        from: "2026-02-01T08:00:00+00:00",
        to: "2026-02-01T09:00:00+00:00",
        fields: ["startTime"],
        old: { startTime: "2026-02-01T08:00:00+00:00" },
        new: { startTime: "2026-02-01T09:00:00+00:00" },
      },
    },
  },
  "calendars.appointment_cancelled": {
    title: "Appointment Cancelled",
    says: "an appointment is cancelled",
    about: appointments,
    events: appointmentEvents,
    change: became("cancelled"),
    note: "Its status became cancelled. Deleting an appointment does not count; the event AppointmentDelete reports that.",
    example: statusChange("confirmed", "cancelled"),
  },
  "calendars.appointment_shown": {
    title: "Appointment Shown",
    says: "somebody shows up for an appointment",
    about: appointments,
    events: appointmentEvents,
    change: became("showed"),
    note: "Its status became showed.",
    example: statusChange("confirmed", "showed"),
  },
  "calendars.appointment_no_show": {
    title: "Appointment No-Show",
    says: "somebody does not show up for an appointment",
    about: appointments,
    events: appointmentEvents,
    change: became("noshow"),
    note: "Its status became noshow.",
    example: statusChange("confirmed", "noshow"),
  },
};
