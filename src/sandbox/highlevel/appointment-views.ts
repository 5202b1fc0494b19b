import type { Appointment, AppointmentNote, BlockedSlot } from "../rows/calendars.ts";
import { type Call, objectOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";
import { localTime, zoneOf } from "./slots.ts";

/** An appointment as the lists and the single read have it. */
export function eventView({ state }: World, a: Appointment) {
  const zone = zoneOf(state, a.locationId);
  return {
    id: a.id,
    address: a.address ?? "",
    title: a.title,
    calendarId: a.calendarId,
    locationId: a.locationId,
    contactId: a.contactId,
    groupId: String(state.calendars.get(a.calendarId)?.settings.groupId ?? ""),
    appointmentStatus: a.status,
    assignedUserId: a.assignedUserId ?? "",
    users: [],
    notes: a.description ?? "",
    description: a.description ?? "",
    ...recurrenceOf(a),
    startTime: localTime(a.startsAt, zone),
    endTime: localTime(a.endsAt, zone),
    dateAdded: isoTime(a.dateAdded),
    dateUpdated: isoTime(a.dateUpdated),
    deleted: false,
    assignedResources: [],
    createdBy: { userId: "", source: "third_party" },
  };
}

const recurrenceOf = ({ rrule, masterId }: Appointment) => ({
  isRecurring: rrule !== undefined || masterId !== undefined,
  ...(rrule && { rrule }),
  ...(masterId && { masterEventId: masterId }),
});

/** What booking and changing answer: less, and without dates in the older version. */
export function bookedView({ state }: World, { newer }: Call, a: Appointment) {
  const zone = zoneOf(state, a.locationId);
  return {
    id: a.id,
    calendarId: a.calendarId,
    locationId: a.locationId,
    contactId: a.contactId,
    startTime: localTime(a.startsAt, zone),
    endTime: localTime(a.endsAt, zone),
    title: a.title,
    meetingLocationType: a.meetingLocationType ?? "custom",
    appointmentStatus: a.status,
    appoinmentStatus: a.status, // the vendor's spelling, beside the right one
    status: a.status,
    ...(a.assignedUserId && { assignedUserId: a.assignedUserId }),
    address: a.address ?? "",
    ...recurrenceOf(a),
    ...(newer && { dateAdded: isoTime(a.dateAdded), dateUpdated: isoTime(a.dateUpdated) }),
  };
}

/** A blocked slot, as making and changing one answers. */
export function blockView({ state }: World, { id, locationId, title, calendarId, assignedUserId, startsAt, endsAt }: BlockedSlot) {
  const zone = zoneOf(state, locationId);
  const times = { startTime: localTime(startsAt, zone), endTime: localTime(endsAt, zone) };
  return { id, locationId, title, ...times, ...(calendarId ? { calendarId } : { assignedUserId }) };
}

/** In the list a block looks like an appointment of nobody. */
export const blockedEventView = (world: World, block: BlockedSlot) => ({
  address: "",
  calendarId: "",
  assignedUserId: "",
  contactId: "",
  groupId: "",
  appointmentStatus: "confirmed",
  users: [],
  notes: "",
  isRecurring: false,
  ...blockView(world, block),
  dateAdded: isoTime(block.dateAdded),
  dateUpdated: isoTime(block.dateUpdated),
  assignedResources: [],
  createdBy: { userId: "", source: "third_party" },
});

/** A note of an appointment, with who wrote it. */
export function noteView({ state }: World, { id, body, userId, dateAdded, contactId }: AppointmentNote) {
  const author = userId ? state.users.get(userId) : undefined;
  const createdBy = objectOf(author && { id: author.id, name: `${author.firstName} ${author.lastName}` });
  return { id, body, ...(userId && { userId }), dateAdded: isoTime(dateAdded), contactId, createdBy };
}
