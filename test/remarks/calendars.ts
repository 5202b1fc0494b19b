import { expect } from "vitest";
import { identityOf } from "#catalog/result.ts";
import {
  a,
  about,
  body,
  calendarId,
  config,
  field,
  mary,
  moves,
  operation,
  read,
  refused,
  route,
  single,
  stopped,
  stops,
  url,
  type Line,
} from "./asking.ts";

const window = { startTime: "2026-02-01T00:00:00Z", endTime: "2026-02-02T00:00:00Z" };
const slot = { calendarId, contactId: "c", startTime: "2026-02-01T09:00:00-05:00" };

export const calendars: Line[] = [
  config("calendars.list_groups", { id: "g", name: "A" }),
  config("calendars.list", { id: "k", name: "A" }),
  [
    "calendars.list",
    "drafts are in it unless told otherwise",
    () => url("calendars.list", { showDrafted: false }),
    "/calendars/?locationId=loc_1&showDrafted=false",
  ],
  ...single("calendars.get", "calendar"),
  [
    "calendars.free_slots",
    "days are asked for in milliseconds",
    () => url("calendars.free_slots", { calendarId, startDate: "2026-02-01T00:00:00Z", endDate: "2026-02-02T00:00:00Z" }),
    `/calendars/${calendarId}/free-slots?endDate=1769990400000&startDate=1769904000000`,
  ],
  [
    "calendars.free_slots",
    "31 days at most",
    () => stopped("calendars.free_slots", { calendarId, startDate: "2026-02-01", endDate: "2026-03-05" }),
    stops("within 31 days"),
  ],
  [
    "calendars.free_slots",
    "keys that are no dates are no rows",
    () => read("calendars.free_slots", { "2026-02-01": { slots: ["s1", "s2"] }, traceId: "t" }),
    [
      { date: "2026-02-01", slot: "s1" },
      { date: "2026-02-01", slot: "s2" },
    ],
  ],
  [
    "calendars.list_events",
    "one of three is wanted, though none is marked",
    () => stopped("calendars.list_events", window),
    stops("calendarId: is needed unless userId or groupId is given"),
  ],
  [
    "calendars.list_events",
    "times are milliseconds, as text",
    () => url("calendars.list_events", { userId: mary, ...window }),
    stops("endTime=1769990400000&locationId=loc_1&startTime=1769904000000"),
  ],
  [
    "calendars.list_events",
    "says that there is no list of all, and how a series looks",
    () => about("calendars.list_events", "note"),
    expect.stringMatching(/no list of all.*masterEventId/),
  ],
  [
    "calendars.list_blocked_slots",
    "asks as the list of events does",
    () => stopped("calendars.list_blocked_slots", window),
    stops("calendarId: is needed unless userId or groupId is given"),
  ],
  ["calendars.list_blocked_slots", "no event tells of them", () => about("calendars.list_blocked_slots", "events"), undefined],
  ...single("calendars.get_appointment", "event"),
  ["calendars.get_appointment", "an older wrapping is read too", () => read("calendars.get_appointment", { appointment: a }), a],
  [
    "calendars.list_appointment_notes",
    "limit and offset are always there, twenty at most",
    () => url("calendars.list_appointment_notes", { appointmentId: "e" }),
    "/calendars/appointments/e/notes?limit=20&offset=0",
  ],
  [
    "calendars.list_appointment_notes",
    "the answer says whether there is more",
    () => about("calendars.list_appointment_notes", "paging.more"),
    "hasMore",
  ],
  [
    "calendars.list_appointment_notes",
    "a changed text is a change",
    () => moves("calendars.list_appointment_notes", { id: "n", body: "A" }, { id: "n", body: "B" }),
    true,
  ],
  ["calendars.list_notifications", "the answer is the list", () => read("calendars.list_notifications", [{ _id: "n" }]), [{ _id: "n" }]],
  ["calendars.list_notifications", "rows are known by _id", () => identityOf(operation("calendars.list_notifications"), { _id: "n" }), "n"],
  ...single("calendars.get_notification"),
  [
    "calendars.list_resources",
    "limit and skip are always there",
    () => url("calendars.list_resources", { resourceType: "rooms" }),
    "/calendars/resources/rooms?limit=50&locationId=loc_1&skip=0",
  ],
  [
    "calendars.list_resources",
    "a row is known by _id, else id, else its name",
    () =>
      [{ _id: "1", name: "A" }, { id: "2", name: "A" }, { name: "A" }].map((row) => identityOf(operation("calendars.list_resources"), row)),
    ["1", "2", "A"],
  ],
  [
    "calendars.list_resources",
    "two kinds there are",
    () => stopped("calendars.list_resources", { resourceType: "cars" }),
    stops("resourceType: must be one of"),
  ],
  ...single("calendars.get_resource"),
  [
    "calendars.update_group",
    "all three are wanted",
    () => stopped("calendars.update_group", { groupId: calendarId, name: "A" }),
    stops("slug: is needed"),
  ],
  [
    "calendars.set_group_status",
    "turns on as well as off",
    () => body("calendars.set_group_status", { groupId: calendarId, isActive: true }),
    { isActive: true },
  ],
  [
    "calendars.validate_group_slug",
    "is a read, though a POST with the scope of a write",
    () => [operation("calendars.validate_group_slug").effect, operation("calendars.validate_group_slug").scopes],
    ["read", ["calendars/groups.write"]],
  ],
  [
    "calendars.create",
    "spells as the vendor does",
    () => ["appoinmentPerSlot", "appoinmentPerDay"].map((name) => field("calendars.create", name)?.label),
    ["Appointments per slot", "Appointments per day"],
  ],
  ["calendars.create", "says that the kind decides what is allowed", () => about("calendars.create", "note"), stops("depends on the kind")],
  [
    "calendars.create_appointment",
    "a slot goes out as it came in, offset and all",
    () => body("calendars.create_appointment", slot),
    { ...slot, locationId: "loc_1" },
  ],
  [
    "calendars.create_appointment",
    "a slot that is taken is told so",
    () => refused("calendars.create_appointment", 400, { message: "The slot you have selected is no longer available." }),
    ["SLOT_TAKEN", "refused"],
  ],
  [
    "calendars.create_appointment",
    "checks can be waived",
    () => body("calendars.create_appointment", { ...slot, ignoreFreeSlotValidation: true, ignoreDateRange: true }),
    expect.objectContaining({ ignoreFreeSlotValidation: true, ignoreDateRange: true }),
  ],
  [
    "calendars.create_appointment",
    "says who wants a person named",
    () => field("calendars.create_appointment", "assignedUserId")!.help,
    stops("round-robin"),
  ],
  [
    "calendars.update_appointment",
    "six states",
    () => field("calendars.update_appointment", "appointmentStatus")!.schema.enum,
    ["new", "confirmed", "cancelled", "showed", "noshow", "invalid"],
  ],
  ["calendars.update_appointment", "the contact stays", () => field("calendars.update_appointment", "contactId"), undefined],
  [
    "calendars.update_appointment",
    "says how a whole series is changed",
    () => about("calendars.update_appointment", "note"),
    stops("masterEventId"),
  ],
  [
    "calendars.delete_event",
    "the body that is described has no members: none goes out",
    () => body("calendars.delete_event", { eventId: "e" }),
    undefined,
  ],
  ["calendars.delete_event", "spelled properly here", () => read("calendars.delete_event", { succeeded: true }), { succeeded: true }],
  [
    "calendars.delete_event",
    "appointments and blocked slots alike, and says so",
    () => about("calendars.delete_event", "note"),
    stops("blocked slots alike"),
  ],
  [
    "calendars.create_block_slot",
    "a calendar or a person, not both",
    () => stopped("calendars.create_block_slot", { calendarId, assignedUserId: mary, ...window }),
    stops("cannot be given together"),
  ],
  [
    "calendars.create_block_slot",
    "a person alone will do, whatever is described",
    () => body("calendars.create_block_slot", { assignedUserId: mary, ...window }),
    { locationId: "loc_1", assignedUserId: mary, ...window },
  ],
  [
    "calendars.update_block_slot",
    "the same either or",
    () => stopped("calendars.update_block_slot", { eventId: "e", title: "x" }),
    stops("calendarId: is needed unless assignedUserId is given"),
  ],
  [
    "calendars.create_appointment_note",
    "5000 characters at most",
    () => stopped("calendars.create_appointment_note", { appointmentId: "e", body: "x".repeat(5001) }),
    stops("body: must be at most 5000"),
  ],
  [
    "calendars.update_appointment_note",
    "the note's id is asked for",
    () => route("calendars.update_appointment_note", { appointmentId: "e", noteId: "n", body: "x" }),
    "PUT /calendars/appointments/e/notes/n",
  ],
  [
    "calendars.delete_appointment_note",
    "here too",
    () => route("calendars.delete_appointment_note", { appointmentId: "e", noteId: "n" }),
    "DELETE /calendars/appointments/e/notes/n",
  ],
  [
    "calendars.create_notification",
    "the body is the list",
    () =>
      body("calendars.create_notification", {
        calendarId,
        body: [{ receiverType: "contact", channel: "email", notificationType: "booked" }],
      }),
    [{ receiverType: "contact", channel: "email", notificationType: "booked" }],
  ],
  [
    "calendars.update_notification",
    "gives a message, and says where the record is",
    () => about("calendars.update_notification", "note"),
    stops("message only"),
  ],
  [
    "calendars.create_resource",
    "every field is wanted, for either kind",
    () =>
      operation("calendars.create_resource")
        .input.filter((f) => f.required && f.in === "body" && !f.fill)
        .map((f) => f.name)
        .sort(),
    ["calendarIds", "capacity", "description", "name", "outOfService", "quantity"],
  ],
  [
    "calendars.update_resource",
    "is given up by the newer API, and says so",
    () => about("calendars.update_resource", "note"),
    stops("deprecated"),
  ],
  [
    "calendars.delete_resource",
    "is given up by the newer API, and says so",
    () => about("calendars.delete_resource", "note"),
    stops("deprecated"),
  ],
];
