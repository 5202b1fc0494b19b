import { sandboxDefaults } from "#sandbox/index.ts";
import type { State } from "#sandbox/state.ts";
import { rowsOf, theOne, type Drive } from "../watched.ts";
import { appointmentRows, holder } from "./contacts.ts";

const { acmeDental: locationId, calendars: seeded, users } = sandboxDefaults;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const it = () => theOne;

/** The thirty days from now, as the window of a read. */
const window = (state: State) => ({ startTime: String(state.clock.now()), endTime: String(state.clock.now() + 30 * dayMs) });

const group = (state: State) =>
  rowsOf(state.calendarGroups)(
    (id, n) => ({ id, locationId, name: `Group ${n}`, description: "", slug: `group-${n}`, isActive: true }),
    (row, n) => ({ ...row, description: `Changed ${n}` }),
  );
const calendar = (state: State, id?: () => string) =>
  rowsOf(state.calendars)(
    (key, n) => ({ id: key, locationId, name: `Calendar ${n}`, settings: {} }),
    (row, n) => ({ ...row, settings: { description: `Changed ${n}` } }),
    id && { id },
  );
const notification = (state: State, id?: () => string) =>
  rowsOf(state.calendarNotifications)(
    (key, n) => ({
      id: key,
      locationId,
      calendarId: seeded.checkUps,
      isActive: true,
      deleted: false,
      settings: { subject: `Subject ${n}` },
    }),
    (row, n) => ({ ...row, settings: { subject: `Changed ${n}` } }),
    id && { id },
  );
const resource = (state: State, id?: () => string) =>
  rowsOf(state.calendarResources)(
    (key, n) => ({
      id: key,
      locationId,
      resourceType: "rooms",
      name: `Room ${n}`,
      description: "",
      quantity: 1,
      outOfService: 0,
      capacity: 1,
      calendarIds: [],
      isActive: true,
    }),
    (row, n) => ({ ...row, description: `Changed ${n}` }),
    id && { id },
  );

export const calendars: Record<string, Drive> = {
  "calendars.list_groups": (state) => ({ record: "a group", input: {}, ...group(state) }),
  "calendars.list": (state) => ({ record: "a calendar", input: {}, ...calendar(state) }),
  "calendars.get": (state) => ({ record: "the calendar", single: true, input: { calendarId: theOne }, ...calendar(state, it) }),
  "calendars.free_slots": freeSlots,
  "calendars.list_events": (state) => ({
    record: "an appointment in the window",
    input: { calendarId: seeded.checkUps, ...window(state) },
    ...appointmentRows(state, holder(state)),
  }),
  "calendars.list_blocked_slots": (state) => ({
    record: "a blocked time in the window",
    input: { calendarId: seeded.checkUps, ...window(state) },
    ...rowsOf(state.blockedSlots)(
      (id, n, at) => ({
        id,
        locationId,
        calendarId: seeded.checkUps,
        title: `Block ${n}`,
        startsAt: at + dayMs + n * hourMs,
        endsAt: at + dayMs + (n + 1) * hourMs,
        dateAdded: at,
        dateUpdated: at,
      }),
      (row, n) => ({ ...row, title: `Changed ${n}`, dateUpdated: state.clock.now() }),
    ),
  }),
  "calendars.get_appointment": (state) => ({
    record: "the appointment",
    single: true,
    input: { eventId: theOne },
    ...appointmentRows(state, holder(state), it),
  }),
  "calendars.list_appointment_notes": (state) => {
    const appointmentId = appointmentRows(state, holder(state)).make!(0, state.clock.now());
    return {
      record: "a note of the appointment",
      input: { appointmentId },
      many: 45,
      ...rowsOf(state.appointmentNotes)(
        (id, n, at) => ({ id, locationId, appointmentId, contactId: "holder", body: `Note ${n}`, userId: users.desk, dateAdded: at }),
        (row, n) => ({ ...row, body: `Changed ${n}` }),
      ),
    };
  },
  "calendars.list_notifications": (state) => ({
    record: "a notification of the calendar",
    input: { calendarId: seeded.checkUps, limit: 20 },
    many: 45,
    ...notification(state),
  }),
  "calendars.get_notification": (state) => ({
    record: "the notification",
    single: true,
    input: { calendarId: seeded.checkUps, notificationId: theOne },
    ...notification(state, it),
  }),
  "calendars.list_resources": (state) => ({ record: "a room", input: { resourceType: "rooms", limit: 20 }, many: 45, ...resource(state) }),
  "calendars.get_resource": (state) => ({
    record: "the room",
    single: true,
    input: { resourceType: "rooms", id: theOne },
    ...resource(state, it),
  }),
};

/** A free time is a record: it comes when its block goes, goes when it is booked, and has nothing that changes. */
function freeSlots(state: State) {
  const calendarId = "slots";
  const openHours = [{ daysOfTheWeek: [0, 1, 2, 3, 4, 5, 6], hours: [{ openHour: 0, openMinute: 0, closeHour: 23, closeMinute: 0 }] }];
  state.calendars.put({ id: calendarId, locationId, name: "Slots", settings: { openHours, slotDuration: 60, slotInterval: 60 } });
  state.locations.put({ ...state.locations.get(locationId)!, timezone: "UTC" });
  const from = Math.ceil((state.clock.now() + 2 * dayMs) / dayMs) * dayMs;
  const startOf = (n: number) => from + n * hourMs;
  const block = (n: number) =>
    state.blockedSlots.put({
      id: `block${n}`,
      locationId,
      calendarId,
      title: "Taken",
      startsAt: startOf(n),
      endsAt: startOf(n) + hourMs,
      dateAdded: 0,
      dateUpdated: 0,
    });
  for (let n = 0; n < 60; n++) block(n);
  const keyOf = (n: number) => new Date(startOf(n)).toISOString().replace(".000Z", "+00:00");
  return {
    record: "a free time",
    input: { calendarId, startDate: from, endDate: from + 3 * dayMs, timezone: "UTC" },
    make(n: number) {
      const hour = n + Math.floor(n / 23); // the last hour of a day is closed
      state.blockedSlots.delete(`block${hour}`);
      return keyOf(hour);
    },
    end: (key: string) => void block((Date.parse(key) - from) / hourMs),
  };
}
