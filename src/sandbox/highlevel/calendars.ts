import { badRequest, noSuch } from "../refusal.ts";
import type { Calendar, CalendarGroup, CalendarNotification, CalendarResource } from "../rows/calendars.ts";
import type { Row } from "../table.ts";
import { type Call, type Endpoints, picked, locationOf, objectOf, pageOf, rowOf, textOf, type World } from "./call.ts";
import { freeSlots } from "./slots.ts";

/** Calendars with their groups, notifications and resources. Creating a calendar answers 200, as the description has it. */
export const calendarEndpoints: Endpoints = {
  "calendars/get-calendars"(world, call) {
    const { groupId, showDrafted } = call.query;
    const rows = world.state.calendars
      .inLocation(locationOf(world, call, call.query.locationId))
      .filter(({ settings }) => (!groupId || settings.groupId === groupId) && (showDrafted !== "false" || settings.isActive !== false));
    return { calendars: rows.sort(byName).map(calendarView) };
  },

  "calendars/get-calendar": (world, call) => ({ calendar: calendarView(calendarOf(world, call)) }),

  "calendars/create-calendar"(world, call) {
    const { locationId: named, name: _, ...settings } = call.body;
    const locationId = locationOf(world, call, named);
    requireGroup(world, locationId, settings.groupId);
    const calendar = { id: world.state.newId(), locationId, name: String(call.body.name), settings };
    return { calendar: calendarView(world.state.calendars.put(calendar)) };
  },

  "calendars/update-calendar"(world, call) {
    const old = calendarOf(world, call);
    const { name, ...changed } = call.body;
    requireGroup(world, old.locationId, changed.groupId);
    const calendar = { ...old, name: textOf(name) ?? old.name, settings: { ...old.settings, ...changed } };
    return { calendar: calendarView(world.state.calendars.put(calendar)) };
  },

  "calendars/delete-calendar"(world, call) {
    const { id, locationId } = calendarOf(world, call);
    const { state } = world;
    const ofIt = (row: { calendarId?: string }) => row.calendarId === id;
    for (const appointment of state.appointments.inLocation(locationId).filter(ofIt)) state.endAppointment(appointment);
    for (const block of state.blockedSlots.inLocation(locationId).filter(ofIt)) state.blockedSlots.delete(block.id);
    for (const notification of state.calendarNotifications.inLocation(locationId).filter(ofIt))
      state.calendarNotifications.delete(notification.id);
    state.calendars.delete(id);
    return { success: true };
  },

  "calendars/get-slots": (world, call) => freeSlots(world, call, calendarOf(world, call)),

  "calendars/get-groups": (world, call) => ({
    groups: world.state.calendarGroups
      .inLocation(locationOf(world, call, call.query.locationId))
      .sort(byName)
      .map(groupView),
  }),

  "calendars/create-calendar-group"(world, call) {
    const { body } = call;
    const locationId = locationOf(world, call, body.locationId);
    freeSlug(world, locationId, body.slug);
    const group = world.state.calendarGroups.put({
      id: world.state.newId(),
      locationId,
      ...written(call),
      isActive: body.isActive !== false,
    });
    return { group: groupView(group) };
  },

  "calendars/edit-group"(world, call) {
    const old = groupOf(world, call);
    freeSlug(world, old.locationId, call.body.slug, old.id);
    return { group: groupView(world.state.calendarGroups.put({ ...old, ...written(call) })) };
  },

  "calendars/disable-group"(world, call) {
    world.state.calendarGroups.put({ ...groupOf(world, call), isActive: call.body.isActive === true });
    return { success: true };
  },

  "calendars/delete-group"(world, call) {
    const group = groupOf(world, call);
    for (const calendar of world.state.calendars.inLocation(group.locationId)) {
      const { groupId, ...settings } = calendar.settings;
      if (groupId === group.id) world.state.calendars.put({ ...calendar, settings });
    }
    world.state.calendarGroups.delete(group.id);
    return { success: true };
  },

  "calendars/validate-groups-slug": (world, call) => ({
    available: !slugTaken(world, locationOf(world, call, call.body.locationId), call.body.slug),
  }),

  // Lists here are bare, and records are known by `_id`.
  "calendars/get-event-notification"(world, call) {
    const { isActive, deleted } = call.query;
    const rows = notificationsOf(world, calendarOf(world, call)).filter(
      (row) => row.deleted === (deleted === "true") && (isActive === undefined || row.isActive === (isActive === "true")),
    );
    return pageOf(rows, call).map(notificationView);
  },

  "calendars/find-event-notification": (world, call) => notificationView(notificationOf(world, call)),

  "calendars/create-event-notification"(world, call) {
    const { id: calendarId, locationId } = calendarOf(world, call);
    return call.list.map(objectOf).map(({ isActive, ...settings }) => {
      const row = { id: world.state.newHexId(), locationId, calendarId, isActive: isActive !== false, deleted: false, settings };
      return notificationView(world.state.calendarNotifications.put(row));
    });
  },

  "calendars/update-event-notification"(world, call) {
    const old = notificationOf(world, call);
    const { isActive = old.isActive, deleted = old.deleted, ...settings } = call.body;
    world.state.calendarNotifications.put({
      ...old,
      isActive: isActive === true,
      deleted: deleted === true,
      settings: { ...old.settings, ...settings },
    });
    return { message: "Notification updated" };
  },

  "calendars/delete-event-notification"(world, call) {
    world.state.calendarNotifications.put({ ...notificationOf(world, call), deleted: true });
    return { message: "Notification deleted" };
  },

  "calendars/fetch-calendar-resources"(world, call) {
    const rows = world.state.calendarResources.inLocation(locationOf(world, call, call.query.locationId));
    return pageOf(rows.filter((row) => row.resourceType === call.params.resourceType).sort(byName), call).map(resourceView);
  },

  "calendars/get-calendar-resource": (world, call) => resourceView(resourceOf(world, call)),

  "calendars/create-calendar-resource"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const row = {
      ...emptyResource,
      ...picked(call.body, resourceKeys),
      id: world.state.newHexId(),
      locationId,
      resourceType: typeOf(call),
    };
    return resourceView(world.state.calendarResources.put(row));
  },

  "calendars/update-calendar-resource"(world, call) {
    const old = resourceOf(world, call);
    return resourceView(world.state.calendarResources.put({ ...old, ...picked(call.body, resourceKeys) }));
  },

  "calendars/delete-calendar-resource"(world, call) {
    world.state.calendarResources.delete(resourceOf(world, call).id);
    return { success: true };
  },
};

const calendarOf = (world: World, call: Call): Calendar => rowOf(world, call, world.state.calendars, "Calendar", call.params.calendarId);
const groupOf = (world: World, call: Call): CalendarGroup => rowOf(world, call, world.state.calendarGroups, "Group", call.params.groupId);

function notificationOf(world: World, call: Call): CalendarNotification {
  const row = notificationsOf(world, calendarOf(world, call)).find(({ id }) => id === call.params.notificationId);
  if (!row || row.deleted) throw noSuch("Notification", call.params.notificationId!);
  return row;
}

const notificationsOf = ({ state }: World, calendar: Calendar): CalendarNotification[] =>
  state.calendarNotifications.inLocation(calendar.locationId).filter((row) => row.calendarId === calendar.id);

function resourceOf(world: World, call: Call): CalendarResource {
  const row = rowOf(world, call, world.state.calendarResources, "Resource", call.params.id);
  if (row.resourceType !== call.params.resourceType) throw noSuch("Resource", row.id);
  return row;
}

function requireGroup({ state }: World, locationId: string, groupId: unknown): void {
  const group = typeof groupId === "string" && groupId !== "" ? state.calendarGroups.get(groupId) : undefined;
  if (typeof groupId === "string" && groupId !== "" && group?.locationId !== locationId) throw noSuch("Group", groupId);
}

function freeSlug(world: World, locationId: string, slug: unknown, except?: string): void {
  if (slugTaken(world, locationId, slug, except)) throw badRequest("Slug already exists");
}

const slugTaken = ({ state }: World, locationId: string, slug: unknown, except?: string): boolean =>
  state.calendarGroups.inLocation(locationId).some((group) => group.slug === slug && group.id !== except);

const written = ({ body }: Call) => ({ name: String(body.name), description: String(body.description), slug: String(body.slug) });
const typeOf = ({ params }: Call): CalendarResource["resourceType"] => (params.resourceType === "rooms" ? "rooms" : "equipments");
const resourceKeys = ["name", "description", "quantity", "outOfService", "capacity", "calendarIds", "isActive"] as const;
const emptyResource = { name: "", description: "", quantity: 0, outOfService: 0, capacity: 0, calendarIds: [], isActive: true };

/** What the vendor fills in where a calendar says nothing. Two keys are misspelt on the wire. */
const calendarDefaults = {
  isActive: true,
  description: "",
  slug: "",
  widgetSlug: "",
  calendarType: "event",
  widgetType: "classic",
  eventTitle: "{{contact.name}}",
  eventColor: "#039be5",
  slotDuration: 30,
  slotDurationUnit: "mins",
  slotInterval: 30,
  slotIntervalUnit: "mins",
  slotBuffer: 0,
  appoinmentPerSlot: 1,
  openHours: [],
  teamMembers: [],
  notifications: [],
  enableRecurring: false,
  autoConfirm: true,
  allowReschedule: true,
  allowCancellation: true,
  availabilityType: 0,
};
export const calendarView = ({ id, locationId, name, settings }: Calendar) => ({ ...calendarDefaults, ...settings, id, locationId, name });
const groupView = ({ id, locationId, name, description, slug, isActive }: CalendarGroup) => ({
  id,
  locationId,
  name,
  description,
  slug,
  isActive,
});
const notificationView = ({ id, settings, isActive, deleted }: CalendarNotification) => ({ _id: id, ...settings, isActive, deleted });
const resourceView = ({ id, ...resource }: CalendarResource) => ({ _id: id, ...resource });
const byName = (a: Row & { name: string }, b: Row & { name: string }) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
