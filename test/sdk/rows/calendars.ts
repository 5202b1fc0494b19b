import { sandboxDefaults } from "#sandbox/index.ts";
import { byOffset, dayMs, locationId, type Ground, type Row } from "../row.ts";

const { calendars, calendarGroup, users } = sandboxDefaults;
const calendarId = calendars.checkUps;
const rooms = "rooms";

/** A week on from now: the two sandboxes' clocks agree. */
const week = ({ now }: Ground) => ({ startDate: now + dayMs, endDate: now + 8 * dayMs });
const window = ({ now }: Ground) => ({ calendarId, startTime: String(now), endTime: String(now + 9 * dayMs) });
type Days = Record<string, { slots: string[] }>;
const isDay = (key: string) => /^\d{4}-\d{2}-\d{2}$/.test(key);
const slotsOf = (days: Days) =>
  Object.keys(days)
    .filter(isDay)
    .flatMap((date) => days[date]!.slots.map((slot) => ({ date, slot })));

const freeSlot = async (ground: Ground) =>
  slotsOf((await ground.location.calendars.getSlots({ calendarId, ...week(ground) })) as unknown as Days)[0]!.slot;
const booked = async (ground: Ground) => {
  const startTime = await freeSlot(ground);
  const asked = { calendarId, locationId, contactId: ground.contactId, startTime, title: "Check-up", assignedUserId: users.owner };
  return (await ground.location.calendars.createAppointment(asked)).id;
};
const blockTimes = ({ now }: Ground) => ({
  startTime: new Date(now + 2 * dayMs).toISOString(),
  endTime: new Date(now + 2 * dayMs + 3_600_000).toISOString(),
});
const blocked = async (ground: Ground) =>
  (await ground.location.calendars.createBlockSlot({ locationId, calendarId, title: "Closed", ...blockTimes(ground) })).id;
const noted = async (ground: Ground, body = "Nervous") => {
  const appointmentId = ground.state.appointments.find("contact", ground.contactId)[0]!.id;
  const { note } = await ground.location.calendars.createAppointmentNote({ appointmentId }, { body, userId: users.desk });
  await ground.wait(1000);
  return { appointmentId, noteId: note!.id! };
};
const notice = { receiverType: "contact", channel: "email", notificationType: "booked", subject: "See you soon" };
const notified = async ({ location }: Ground) => {
  const made = await location.calendars.createEventNotification({ calendarId }, [
    notice,
    { ...notice, notificationType: "reminder" },
  ] as never);
  return { calendarId, notificationId: (made as unknown as { _id: string }[])[0]!._id };
};
const roomOf = ({ state }: Ground) => ({
  resourceType: rooms,
  id: state.calendarResources.inLocation(locationId).find((one) => one.resourceType === rooms)!.id,
});

export const calendarRows: Record<string, Row> = {
  "calendars.list_groups": () => ({ input: {}, official: async (hl) => (await hl.calendars.getGroups({ locationId })).groups }),
  "calendars.list": () => ({ input: {}, official: async (hl) => (await hl.calendars.getCalendars({ locationId })).calendars }),
  "calendars.get": () => ({ input: { calendarId }, official: async (hl) => (await hl.calendars.getCalendar({ calendarId })).calendar }),
  "calendars.free_slots": (ground) => ({
    input: { calendarId, ...week(ground), timezone: "Europe/London" },
    official: async (hl) => {
      const asked = { calendarId, ...week(ground), timezone: "Europe/London" };
      return slotsOf((await hl.calendars.getSlots(asked)) as unknown as Days);
    },
  }),
  "calendars.list_events": async (ground) => {
    await booked(ground);
    return {
      input: window(ground),
      official: async (hl) => (await hl.calendars.getCalendarEvents({ locationId, ...window(ground) })).events,
    };
  },
  "calendars.list_blocked_slots": async (ground) => {
    await blocked(ground);
    return {
      input: window(ground),
      official: async (hl) => (await hl.calendars.getBlockedSlots({ locationId, ...window(ground) })).events,
    };
  },
  "calendars.get_appointment": async (ground) => {
    const eventId = await booked(ground);
    return {
      input: { eventId },
      official: async (hl) => ((await hl.calendars.getAppointment({ eventId })) as unknown as { event: unknown }).event,
    };
  },
  "calendars.list_appointment_notes": async (ground) => {
    const { appointmentId } = await noted(ground);
    for (let n = 1; n < 5; n++) await noted(ground, `Note ${n}`);
    return {
      input: { appointmentId, limit: 2 },
      official: (hl) =>
        byOffset(2, async (offset, limit) => (await hl.calendars.getAppointmentNotes({ appointmentId, limit, offset })).notes),
    };
  },
  "calendars.list_notifications": async (ground) => {
    await notified(ground);
    return {
      input: { calendarId, limit: 1 },
      official: (hl) =>
        byOffset(1, async (skip, limit) => (await hl.calendars.getEventNotification({ calendarId, skip, limit })) as unknown as unknown[]),
    };
  },
  "calendars.get_notification": async (ground) => {
    const asked = await notified(ground);
    return { input: asked, official: (hl) => hl.calendars.findEventNotification(asked) };
  },
  "calendars.list_resources": () => ({
    input: { resourceType: rooms, limit: 1 },
    official: (hl) =>
      byOffset(1, async (skip, limit) => {
        const asked = { resourceType: rooms, locationId, limit, skip };
        return (await hl.calendars.fetchCalendarResources(asked)) as unknown as unknown[];
      }),
  }),
  "calendars.get_resource": (ground) => ({
    input: roomOf(ground),
    official: (hl) => hl.calendars.getCalendarResource(roomOf(ground)),
  }),

  "calendars.create_group": () => {
    const group = { name: "Hygiene", slug: "hygiene", description: "Cleaning and advice" };
    return { input: group, official: async (hl) => (await hl.calendars.createCalendarGroup({ locationId, ...group })).group };
  },
  "calendars.update_group": () => {
    const group = { name: "All treatments", slug: "treatments", description: "What patients may book" };
    return {
      input: { groupId: calendarGroup, ...group },
      official: async (hl) => (await hl.calendars.editGroup({ groupId: calendarGroup }, group)).group,
    };
  },
  "calendars.set_group_status": () => ({
    input: { groupId: calendarGroup, isActive: false },
    official: (hl) => hl.calendars.disableGroup({ groupId: calendarGroup }, { isActive: false }),
  }),
  "calendars.delete_group": () => ({
    input: { groupId: calendarGroup },
    official: (hl) => hl.calendars.deleteGroup({ groupId: calendarGroup }),
  }),
  "calendars.validate_group_slug": () => ({
    input: { slug: "treatments" },
    official: (hl) => hl.calendars.validateGroupsSlug({ locationId, slug: "treatments" }),
  }),
  "calendars.create": () => {
    const calendar = { name: "Whitening", slug: "whitening", calendarType: "event", slotDuration: 45, groupId: calendarGroup } as const;
    return { input: calendar, official: async (hl) => (await hl.calendars.createCalendar({ locationId, ...calendar } as never)).calendar };
  },
  "calendars.update": () => ({
    input: { calendarId, slotDuration: 60, description: "Longer" },
    official: async (hl) => (await hl.calendars.updateCalendar({ calendarId }, { slotDuration: 60, description: "Longer" })).calendar,
  }),
  "calendars.delete": () => ({ input: { calendarId }, official: (hl) => hl.calendars.deleteCalendar({ calendarId }) }),
  "calendars.create_appointment": async (ground) => {
    const appointment = { calendarId, contactId: ground.contactId, startTime: await freeSlot(ground), title: "Check-up" };
    return { input: appointment, official: (hl) => hl.calendars.createAppointment({ locationId, ...appointment }) };
  },
  "calendars.update_appointment": async (ground) => {
    const eventId = await booked(ground);
    const change = { title: "Moved", appointmentStatus: "showed" };
    return { input: { eventId, ...change }, official: (hl) => hl.calendars.editAppointment({ eventId }, change as never) };
  },
  // The method wants a body; the description requires an empty one, and Millrace sends none.
  "calendars.delete_event": async (ground) => {
    const eventId = await booked(ground);
    return { input: { eventId }, official: (hl) => hl.calendars.deleteEvent({ eventId }, {} as never) };
  },
  "calendars.create_block_slot": (ground) => {
    const block = { calendarId, title: "Closed", ...blockTimes(ground) };
    return { input: block, official: (hl) => hl.calendars.createBlockSlot({ locationId, ...block }) };
  },
  "calendars.update_block_slot": async (ground) => {
    const eventId = await blocked(ground);
    const block = { calendarId, title: "Shut", ...blockTimes(ground) };
    return { input: { eventId, ...block }, official: (hl) => hl.calendars.editBlockSlot({ eventId }, { locationId, ...block }) };
  },
  "calendars.create_appointment_note": ({ state, contactId }) => {
    const appointmentId = state.appointments.find("contact", contactId)[0]!.id;
    const note = { body: "Bring the x-ray", userId: users.desk };
    return {
      input: { appointmentId, ...note },
      official: async (hl) => (await hl.calendars.createAppointmentNote({ appointmentId }, note)).note,
    };
  },
  "calendars.update_appointment_note": async (ground) => {
    const one = await noted(ground);
    return {
      input: { ...one, body: "Calm" },
      official: async (hl) => (await hl.calendars.updateAppointmentNote(one, { body: "Calm" })).note,
    };
  },
  "calendars.delete_appointment_note": async (ground) => {
    const one = await noted(ground);
    return { input: one, official: (hl) => hl.calendars.deleteAppointmentNote(one) };
  },
  "calendars.create_notification": () => ({
    input: { calendarId, body: [notice] },
    official: (hl) => hl.calendars.createEventNotification({ calendarId }, [notice] as never),
  }),
  "calendars.update_notification": async (ground) => {
    const one = await notified(ground);
    const change = { isActive: false, subject: "Soon" };
    return { input: { ...one, ...change }, official: (hl) => hl.calendars.updateEventNotification(one, change as never) };
  },
  "calendars.delete_notification": async (ground) => {
    const one = await notified(ground);
    return { input: one, official: (hl) => hl.calendars.deleteEventNotification(one) };
  },
  "calendars.create_resource": () => {
    const room = { name: "Room 2", description: "With the x-ray", quantity: 1, outOfService: 0, capacity: 2, calendarIds: [calendarId] };
    return {
      input: { resourceType: rooms, ...room },
      official: (hl) => hl.calendars.createCalendarResource({ resourceType: rooms }, { locationId, ...room }),
    };
  },
  "calendars.update_resource": (ground) => ({
    input: { ...roomOf(ground), capacity: 3 },
    official: (hl) => hl.calendars.updateCalendarResource(roomOf(ground), { capacity: 3 }),
  }),
  "calendars.delete_resource": (ground) => ({
    input: roomOf(ground),
    official: (hl) => hl.calendars.deleteCalendarResource(roomOf(ground)),
  }),
};
