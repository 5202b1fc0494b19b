import type { JsonObject } from "#kernel/json.ts";
import { contactId, family, locationId, madeAt, userId, type Family } from "./event.ts";

const category = "Contacts";
const scopes = ["contacts.readonly"];

const contact: Family = {
  category,
  scopes,
  record: "id",
  person: ["email", "phone", "name"],
  sample: {
    locationId,
    id: contactId,
    firstName: "Ada",
    lastName: "Byron",
    name: "Ada Byron",
    email: "ada@example.com",
    phone: "+441632960961",
    companyName: "Engine Works",
    address1: "12 St James's Square",
    city: "London",
    state: "England",
    postalCode: "SW1Y 4JH",
    country: "GB",
    website: "https://example.com",
    source: "public api",
    assignedTo: userId,
    dateAdded: madeAt,
    dateOfBirth: "1990-12-10",
    dnd: false,
    tags: ["patient"],
    attachments: [],
    customFields: [{ id: "cF7hNpsScore4Kd2mQ1x", value: 9 }],
  },
};

const note: JsonObject = {
  locationId,
  id: "nTe9Ab2CdEf4Gh6Ij8Kl",
  body: "Prefers mornings",
  contactId,
  dateAdded: madeAt,
};
const task: JsonObject = {
  locationId,
  id: "tSk1Pq8WvYb3Nc6Mz0La",
  title: "Call Ada",
  body: "About the survey",
  contactId,
  assignedTo: userId,
  dueDate: "2026-02-01T09:00:00.000Z",
  dateAdded: madeAt,
};
const ofContact = { category, scopes, record: "id", person: ["contactId"] };

/** Contacts, their notes and their tasks. */
export const contactEvents = [
  ...family(contact, {
    ContactCreate: { title: "Contact Created" },
    ContactUpdate: { title: "Contact Updated", note: "Comes for some fields only; a poll of Search Contacts finds the rest." },
    ContactDelete: { title: "Contact Deleted" },
    ContactTagUpdate: { title: "Contact Tags Changed", note: "Carries all the tags the contact has now, not the change." },
    ContactDndUpdate: {
      title: "Contact Do Not Disturb Changed",
      sample: { dnd: true, dndSettings: { SMS: { status: "active", message: "", code: "" } } },
      note: "Says nothing of inbound messages that are switched off: read the contact for those.",
    },
  }),
  ...family(
    { ...ofContact, sample: note },
    {
      NoteCreate: { title: "Note Created" },
      NoteUpdate: { title: "Note Updated" },
      NoteDelete: { title: "Note Deleted" },
    },
  ),
  ...family(
    { ...ofContact, sample: task },
    {
      TaskCreate: { title: "Task Created", note: "May come without contact and text: read the task to be sure of them." },
      TaskComplete: { title: "Task Completed", note: "There is no event for other changes of a task: poll Get Contact Tasks." },
      TaskDelete: { title: "Task Deleted" },
    },
  ),
];
