import type { InputRule, JsonSchema } from "#catalog/types.ts";
import type { FieldJudgement } from "../judge.ts";
import { owner } from "./contact-fields.ts";
import { bookableCalendarLookup, calendarGroupLookup, calendarLookup, userLookup, type LookupId } from "./lookups.ts";

type Fields = Record<string, FieldJudgement<LookupId>>;

export const time: JsonSchema = { type: "string", format: "date-time" };
/** Queries of calendars want epoch milliseconds, most of them as text. */
const epochText: JsonSchema = { type: "string", format: "epoch-ms" };
export const epochNumber: JsonSchema = { type: "number", format: "epoch-ms" };
export const momentHelp = "A time, or now, now+7d, now-1d: a poll's window moves along.";

export const calendarId: Fields = { calendarId: { label: "Calendar", lookup: calendarLookup, required: true, help: "Its name or id." } };
export const bookableCalendar: Fields = { calendarId: { ...calendarId["calendarId"], lookup: bookableCalendarLookup } };
export const anyCalendar: FieldJudgement<LookupId> = { label: "Calendar", lookup: calendarLookup, help: "Its name or id." };
export const person: FieldJudgement<LookupId> = { ...owner, label: "Team member", lookup: userLookup };
/** Who is to be booked. */
export const bookablePerson: FieldJudgement<LookupId> = { ...owner, label: "Team member" };
export const appointmentId: Fields = { appointmentId: { label: "Appointment", required: true, help: "The id of the appointment." } };

/** Whose events, and from when to when. */
export const eventWindow: Fields = {
  calendarId: anyCalendar,
  userId: person,
  groupId: { label: "Calendar group", lookup: calendarGroupLookup },
  startTime: { label: "From", schema: epochText, control: "text", help: momentHelp },
  endTime: { label: "Until", schema: epochText, control: "text", help: momentHelp },
};
export const eventWindowRules: InputRule[] = [
  { kind: "atLeastOne", fields: ["calendarId", "userId", "groupId"] },
  { kind: "window", from: "startTime", to: "endTime" },
];

export const resourceType: Fields = { resourceType: { label: "Kind" } };
export const resourceId: Fields = { ...resourceType, id: { label: "Resource", required: true } };
export const notificationId: Fields = { ...calendarId, notificationId: { label: "Notification", required: true } };

/** Examples. */
export const locationId = "ve9EPM428h8vShlRW1KT";
export const appointment = {
  id: "aPt5Rs7TuVw9Xy1Za3Bc",
  title: "Check-up",
  calendarId: "cAl7Qw3Er9Ty5Ui1Op2A",
  locationId,
  contactId: "ocQHyuzHvysMo5N5VsXc",
  groupId: "gRp4Lm8Nb2Vc6Xz1As3D",
  appointmentStatus: "confirmed",
  assignedUserId: "8Qk2mVtXb1nLz7RdYc4e",
  users: ["8Qk2mVtXb1nLz7RdYc4e"],
  startTime: "2026-02-01T09:00:00+00:00",
  endTime: "2026-02-01T09:30:00+00:00",
  dateAdded: "2026-01-15T09:30:00+00:00",
  dateUpdated: "2026-01-15T09:30:00+00:00",
};
export const appointmentNote = {
  id: "aNt6Bv4Cx2Za8Sd1Fg3H",
  body: "Bring the x-ray",
  contactId: appointment.contactId,
  dateAdded: "2026-01-15T09:30:00.000Z",
};
export const notification = {
  _id: "66a0c1d2e3f4a5b6c7d8e9f0",
  receiverType: "contact",
  channel: "email",
  notificationType: "reminder",
  isActive: true,
  subject: "See you tomorrow",
};
export const room = {
  _id: "66a0c1d2e3f4a5b6c7d8e9f1",
  locationId,
  name: "Room 2",
  resourceType: "rooms",
  isActive: true,
  description: "With the x-ray",
  capacity: 2,
  calendarIds: [appointment.calendarId],
};
