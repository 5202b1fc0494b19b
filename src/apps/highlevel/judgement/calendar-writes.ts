import { judge, textList, type FieldJudgement, type Judgement } from "../judge.ts";
import {
  appointment,
  appointmentId,
  appointmentNote,
  calendarId,
  locationId,
  notification,
  notificationId,
  resourceId,
  resourceType,
  room,
} from "./calendar-fields.ts";
import { calendarGroupLookup, calendarLookup, userLookup, type LookupId } from "./lookups.ts";

const group = { id: "gRp4Lm8Nb2Vc6Xz1As3D", locationId, name: "Hygiene", description: "", slug: "hygiene", isActive: true };
const calendar = { id: appointment.calendarId, locationId, name: "Check-up", calendarType: "round_robin", isActive: true };
const groupId = { groupId: { label: "Calendar group", required: true, lookup: calendarGroupLookup } };
const groupFields = {
  name: {},
  slug: { label: "Address", help: "The last part of the group's page." },
  description: { control: "longtext" },
} as const;
const beforeGroup = { operation: "calendars.list_groups", input: {}, match: { id: "input.groupId" } };
const beforeCalendar = { operation: "calendars.get", input: { calendarId: "input.calendarId" } };
const beforeNote = {
  operation: "calendars.list_appointment_notes",
  input: { appointmentId: "input.appointmentId" },
  match: { id: "input.noteId" },
};
const beforeNotification = {
  operation: "calendars.get_notification",
  input: { calendarId: "input.calendarId", notificationId: "input.notificationId" },
};
const beforeResource = { operation: "calendars.get_resource", input: { resourceType: "input.resourceType", id: "input.id" } };

/** The first things one sets up; the others follow as the description has them. */
const calendarFields: Record<string, FieldJudgement<LookupId>> = {
  name: {},
  description: { control: "longtext" },
  slug: { label: "Address", help: "The last part of the calendar's page." },
  groupId: { label: "Calendar group", lookup: calendarGroupLookup },
  teamMembers: { label: "Team members" },
  slotDuration: { label: "Length of a slot" },
  slotDurationUnit: { label: "Unit of the length" },
  openHours: { label: "Open hours" },
  eventTitle: { label: "Title of appointments" },
  appoinmentPerSlot: { label: "Appointments per slot" },
  appoinmentPerDay: { label: "Appointments per day" },
};
const noteFields = { body: { label: "Text", control: "longtext" }, userId: { label: "Author", lookup: userLookup } } as const;
const resourceFields = {
  name: {},
  description: {},
  calendarIds: { label: "Calendars", control: "tags", lookup: calendarLookup, schema: { ...textList, maxItems: 100 } },
  capacity: { help: "People, for a room." },
  quantity: { help: "Pieces, for equipment." },
  outOfService: { label: "Out of service", help: "Pieces of equipment that cannot be used." },
} as const;
const done = { success: true };
const goingAway = "The vendor's newer API calls it deprecated.";

const table = {
  "calendars.create_group": {
    endpoint: "calendars/create-calendar-group",
    kind: "action",
    title: "Create Calendar Group",
    effect: "create",
    result: "group",
    identity: "id",
    show: ["name", "slug"],
    fields: groupFields,
    confirm: { operation: "calendars.list_groups", input: {}, match: { slug: "input.slug" } },
    example: { input: { name: "Hygiene", slug: "hygiene", description: "Cleaning and advice" }, output: group },
  },
  "calendars.update_group": {
    endpoint: "calendars/edit-group",
    kind: "action",
    title: "Update Calendar Group",
    effect: "update",
    result: "group",
    identity: "id",
    show: ["name", "slug"],
    fields: { ...groupId, ...groupFields },
    before: { ...beforeGroup, ignore: ["groupId"] },
    example: {
      input: { groupId: group.id, name: "Hygiene", slug: "hygiene", description: "Cleaning" },
      output: { ...group, description: "Cleaning" },
    },
    note: "Not partial: name, address and description are all written, so give all three.",
  },
  "calendars.set_group_status": {
    endpoint: "calendars/disable-group",
    kind: "action",
    title: "Update Group Status",
    effect: "update",
    fields: { ...groupId, isActive: { label: "Active" } },
    before: { ...beforeGroup, ignore: ["groupId"] },
    example: { input: { groupId: group.id, isActive: false }, output: done },
    note: "Turns a group on as well as off.",
  },
  "calendars.delete_group": {
    endpoint: "calendars/delete-group",
    kind: "action",
    title: "Delete Calendar Group",
    effect: "delete",
    fields: groupId,
    before: beforeGroup,
    example: { input: { groupId: group.id }, output: done },
  },
  "calendars.validate_group_slug": {
    endpoint: "calendars/validate-groups-slug",
    kind: "action",
    title: "Validate Group Slug",
    effect: "read",
    show: ["available"],
    volatile: ["traceId"],
    fields: { slug: { label: "Address" } },
    example: { input: { slug: "hygiene" }, output: { available: true } },
    note: "A POST, and still a read, though it wants the scope of a write.",
  },
  "calendars.create": {
    endpoint: "calendars/create-calendar",
    kind: "action",
    title: "Create Calendar",
    effect: "create",
    handsOver: "it can send whoever books on to an address",
    result: "calendar",
    identity: "id",
    show: ["name", "calendarType"],
    fields: { ...calendarFields, calendarType: { label: "Kind" } },
    // A name is no proof: only an address belongs to one calendar.
    confirm: { operation: "calendars.list", input: {}, needs: ["slug"], match: { slug: "input.slug", name: "input.name" } },
    example: {
      input: { name: "Check-up", calendarType: "round_robin", slug: "check-up", slotDuration: 30, slotDurationUnit: "mins" },
      output: calendar,
    },
    note: "Which fields are allowed depends on the kind. 'appoinment' is how the vendor spells it.",
  },
  "calendars.update": {
    endpoint: "calendars/update-calendar",
    kind: "action",
    title: "Update Calendar",
    effect: "update",
    handsOver: "it can send whoever books on to an address",
    result: "calendar",
    identity: "id",
    show: ["name", "calendarType"],
    fields: { ...calendarId, ...calendarFields },
    before: { ...beforeCalendar, ignore: ["calendarId"] },
    example: { input: { calendarId: calendar.id, slotDuration: 45 }, output: { ...calendar, slotDuration: 45 } },
  },
  "calendars.delete": {
    endpoint: "calendars/delete-calendar",
    kind: "action",
    title: "Delete Calendar",
    effect: "delete",
    fields: calendarId,
    before: beforeCalendar,
    example: { input: { calendarId: calendar.id }, output: done },
  },
  "calendars.create_appointment_note": {
    endpoint: "calendars/create-appointment-note",
    kind: "action",
    title: "Create Appointment Note",
    effect: "create",
    result: "note",
    identity: "id",
    show: ["body"],
    fields: { ...appointmentId, ...noteFields },
    confirm: {
      operation: "calendars.list_appointment_notes",
      input: { appointmentId: "input.appointmentId" },
      match: { body: "input.body" },
      since: "dateAdded",
    },
    example: { input: { appointmentId: appointment.id, body: appointmentNote.body }, output: appointmentNote },
  },
  "calendars.update_appointment_note": {
    endpoint: "calendars/update-appointment-note",
    kind: "action",
    title: "Update Appointment Note",
    effect: "update",
    result: "note",
    identity: "id",
    show: ["body"],
    fields: { ...appointmentId, noteId: { label: "Note" }, ...noteFields },
    before: { ...beforeNote, ignore: ["appointmentId", "noteId"] },
    example: {
      input: { appointmentId: appointment.id, noteId: appointmentNote.id, body: "Bring both x-rays" },
      output: { ...appointmentNote, body: "Bring both x-rays" },
    },
  },
  "calendars.delete_appointment_note": {
    endpoint: "calendars/delete-appointment-note",
    kind: "action",
    title: "Delete Appointment Note",
    effect: "delete",
    fields: { ...appointmentId, noteId: { label: "Note" } },
    before: beforeNote,
    example: { input: { appointmentId: appointment.id, noteId: appointmentNote.id }, output: done },
  },
  "calendars.create_notification": {
    endpoint: "calendars/create-event-notification",
    kind: "action",
    title: "Create Calendar Notification",
    effect: "create",
    handsOver: "it decides who gets a message about each booking",
    show: ["notificationType", "channel", "receiverType"],
    fields: {
      ...calendarId,
      body: { label: "Notifications", control: "json", help: "A list: receiverType, channel and notificationType of each." },
    },
    example: {
      input: { calendarId: calendar.id, body: [{ receiverType: "contact", channel: "email", notificationType: "reminder" }] },
      output: [notification],
    },
    note: "Takes a list, and gives the list of what was made. After an unknown outcome there is no telling which of two alike was made, so a person decides.",
  },
  "calendars.update_notification": {
    endpoint: "calendars/update-event-notification",
    kind: "action",
    title: "Update Notification",
    effect: "update",
    handsOver: "it decides who gets a message about each booking",
    show: ["message"],
    fields: {
      ...notificationId,
      isActive: { label: "Active" },
      subject: {},
      body: { label: "Text", control: "longtext" },
      selectedUsers: { label: "Team members", control: "tags", lookup: userLookup, help: "Names, e-mail addresses or ids." },
    },
    before: { ...beforeNotification, ignore: ["calendarId", "notificationId"] },
    example: { input: { calendarId: calendar.id, notificationId: notification._id, isActive: false }, output: { message: "updated" } },
    note: "Answers with a message only. Get Calendar Notification tells the result.",
  },
  "calendars.delete_notification": {
    endpoint: "calendars/delete-event-notification",
    kind: "action",
    title: "Delete Notification",
    effect: "delete",
    fields: notificationId,
    before: beforeNotification,
    example: { input: { calendarId: calendar.id, notificationId: notification._id }, output: { message: "deleted" } },
  },
  "calendars.create_resource": {
    endpoint: "calendars/create-calendar-resource",
    kind: "action",
    title: "Create Calendar Resource",
    effect: "create",
    identity: "_id",
    show: ["name", "description"],
    fields: { ...resourceType, ...resourceFields },
    confirm: {
      operation: "calendars.list_resources",
      input: { resourceType: "input.resourceType" },
      match: { name: "input.name", description: "input.description" },
    },
    example: {
      input: {
        resourceType: "rooms",
        name: room.name,
        description: room.description,
        calendarIds: room.calendarIds,
        capacity: 2,
        quantity: 0,
        outOfService: 0,
      },
      output: room,
    },
    note: `The vendor wants every field, whether it is a room or equipment: give 0 for those that do not apply. ${goingAway}`,
  },
  "calendars.update_resource": {
    endpoint: "calendars/update-calendar-resource",
    kind: "action",
    title: "Update Calendar Resource",
    effect: "update",
    show: ["name", "description", "isActive"],
    fields: { ...resourceId, ...resourceFields, isActive: { label: "Active" } },
    before: { ...beforeResource, ignore: ["resourceType", "id"] },
    example: {
      input: { resourceType: "rooms", id: room._id, capacity: 3 },
      output: { locationId, name: room.name, resourceType: "rooms", isActive: true, capacity: 3 },
    },
    note: goingAway,
  },
  "calendars.delete_resource": {
    endpoint: "calendars/delete-calendar-resource",
    kind: "action",
    title: "Delete Calendar Resource",
    effect: "delete",
    fields: resourceId,
    before: beforeResource,
    example: { input: { resourceType: "rooms", id: room._id }, output: done },
    note: goingAway,
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const calendarWrites = judge("Calendars & Appointments", table);
