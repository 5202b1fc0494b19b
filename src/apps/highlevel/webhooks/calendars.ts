import { contactId, family, locationId, madeAt, userId } from "./event.ts";

const typeNote = "The type in the event is what counts; the address for this event alone is surer still.";

/** Appointments, in an envelope of their own. */
export const appointmentEvents = family(
  {
    category: "Calendars & Appointments",
    scopes: ["calendars/events.readonly"],
    record: "appointment.id",
    person: ["appointment.contactId", "appointment.title"],
    sample: {
      locationId,
      appointment: {
        id: "aPt5Wn3KxZ7bQ1vR9cLm",
        title: "Check-up",
        address: "12 St James's Square",
        calendarId: "cAl8Tb2YhN4sJ6dF0gVe",
        contactId,
        groupId: "gRp1Mx9PzK5wD3uC7tQb",
        appointmentStatus: "confirmed",
        assignedUserId: userId,
        users: [userId],
        notes: "First visit",
        source: "booking_widget",
        startTime: "2026-02-01T09:00:00.000Z",
        endTime: "2026-02-01T09:30:00.000Z",
        dateAdded: madeAt,
        dateUpdated: madeAt,
      },
    },
  },
  {
    AppointmentCreate: { title: "Appointment Created" },
    AppointmentUpdate: { title: "Appointment Updated", note: typeNote },
    AppointmentDelete: { title: "Appointment Deleted", note: typeNote },
  },
);
