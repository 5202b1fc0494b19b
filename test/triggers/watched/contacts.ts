import { sandboxDefaults } from "#sandbox/index.ts";
import type { Contact } from "#sandbox/types.ts";
import type { State } from "#sandbox/state.ts";
import { rowsOf, theOne, type Drive, type Watched } from "../watched.ts";

const { acmeDental: locationId, calendars } = sandboxDefaults;

export const contactAt = (id: string, n: number, at: number, more: Partial<Contact> = {}): Contact => ({
  id,
  locationId,
  firstName: `Made ${n}`,
  email: `made${n}@example.com`,
  additionalEmails: [],
  dnd: false,
  dndSettings: {},
  tags: [],
  customFields: [],
  followers: [],
  campaigns: [],
  workflows: [],
  dateAdded: at,
  dateUpdated: at,
  ...more,
});

/** Contacts, saved so that the search sees them as late as it does any. */
export const contactRows = (
  state: State,
  more: Partial<Contact> = {},
  id?: (n: number) => string,
): Pick<Watched, "make" | "change" | "end"> =>
  rowsOf(state.contacts)(
    (key, n, at) => contactAt(key, n, at, more),
    (row, n) => ({ ...row, firstName: `Changed ${n}`, dateUpdated: state.clock.now() }),
    { save: (row) => void state.saveContact(row), end: (row) => state.buryContact(row), ...(id && { id }) },
  );

/** A contact for others to hang on. */
export const holder = (state: State): string => state.saveContact(contactAt("holder", 0, state.clock.now())).id;
const it = () => theOne;

const task = (state: State, contactId: string, id?: () => string) =>
  rowsOf(state.tasks)(
    (key, n, at) => ({
      id: key,
      locationId,
      contactId,
      title: `Task ${n}`,
      dueDate: new Date(at).toISOString(),
      completed: false,
      dateAdded: at,
    }),
    (row, n) => ({ ...row, title: `Changed ${n}` }),
    id && { id },
  );
const note = (state: State, contactId: string, id?: () => string) =>
  rowsOf(state.notes)(
    (key, n, at) => ({ id: key, locationId, contactId, body: `Note ${n}`, dateAdded: at }),
    (row, n) => ({ ...row, body: `Changed ${n}` }),
    id && { id },
  );

export const contacts: Record<string, Drive> = {
  "contacts.get": (state) => ({ record: "the contact", single: true, input: { contactId: theOne }, ...contactRows(state, {}, it) }),
  "contacts.search": (state) => ({
    record: "a contact, as the search shows it",
    input: { pageLimit: 20 },
    many: 45,
    lag: (ms) => void (state.search.lagMs = ms),
    ...contactRows(state),
  }),
  "contacts.list_by_business": (state) => {
    const { id: businessId } = state.businesses.put({ id: "biz", locationId, name: "Biz", details: {}, createdAt: 0, updatedAt: 0 });
    return { record: "a contact of the business", input: { businessId, limit: "20" }, many: 45, ...contactRows(state, { businessId }) };
  },
  "contacts.find_duplicate": (state) => ({
    record: "the contact that has the e-mail",
    single: true,
    input: { email: "twin@example.com" },
    ...contactRows(state, { email: "twin@example.com" }, it),
  }),
  "contacts.list_appointments": (state) => ({
    record: "an appointment of the contact",
    input: { contactId: holder(state) },
    ...appointmentRows(state, "holder"),
  }),
  "contacts.list_tasks": (state) => ({ record: "a task of the contact", input: { contactId: holder(state) }, ...task(state, "holder") }),
  "contacts.get_task": (state) => ({
    record: "the task",
    single: true,
    input: { contactId: holder(state), taskId: theOne },
    ...task(state, "holder", it),
  }),
  "contacts.list_notes": (state) => ({ record: "a note of the contact", input: { contactId: holder(state) }, ...note(state, "holder") }),
  "contacts.get_note": (state) => ({
    record: "the note",
    single: true,
    input: { contactId: holder(state), id: theOne },
    ...note(state, "holder", it),
  }),
  "contacts.list": (state) => ({ record: "a contact", input: { limit: 20 }, many: 45, ...contactRows(state) }),
};

const hourMs = 3_600_000;

/** Appointments of a contact, an hour each from tomorrow on. */
export function appointmentRows(state: State, contactId: string, id?: () => string): Pick<Watched, "make" | "change" | "end"> {
  const first = state.clock.now() + 24 * hourMs;
  return rowsOf(state.appointments)(
    (key, n, at) => ({
      id: key,
      locationId,
      contactId,
      calendarId: calendars.checkUps,
      title: `Appointment ${n}`,
      status: "confirmed",
      startsAt: first + n * hourMs,
      endsAt: first + (n + 0.5) * hourMs,
      dateAdded: at,
      dateUpdated: at,
    }),
    (row, n) => ({ ...row, title: `Changed ${n}`, dateUpdated: state.clock.now() }),
    { end: (row) => state.endAppointment(row), ...(id && { id }) },
  );
}
