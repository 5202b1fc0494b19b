import type { JsonObject } from "#kernel/json.ts";
import type { JsonSchema, WebhookTrigger } from "#catalog/types.ts";

const location = "ve9EPM428h8vShlRW1KT";
const contact: JsonObject = {
  locationId: location,
  id: "ocQHyuzHvysMo5N5VsXc",
  firstName: "Ada",
  lastName: "Byron",
  name: "Ada Byron",
  email: "ada@example.com",
  phone: "+441632960961",
  tags: ["patient"],
  country: "GB",
  source: "public api",
  dateAdded: "2026-01-15T09:30:00.000Z",
  dnd: false,
  customFields: [],
};
const note: JsonObject = {
  locationId: location,
  id: "nTe9Ab2CdEf4Gh6Ij8Kl",
  body: "Prefers mornings",
  contactId: "ocQHyuzHvysMo5N5VsXc",
  dateAdded: "2026-01-15T09:30:00.000Z",
};
const task: JsonObject = {
  locationId: location,
  id: "tSk1Pq8WvYb3Nc6Mz0La",
  title: "Call Ada",
  body: "About the survey",
  contactId: "ocQHyuzHvysMo5N5VsXc",
  assignedTo: "8Qk2mVtXb1nLz7RdYc4e",
  dueDate: "2026-02-01T09:00:00.000Z",
  dateAdded: "2026-01-15T09:30:00.000Z",
};
const contactPerson = ["email", "phone", "name"];

/** The events of a marketplace app about contacts, their notes and their tasks. */
export const webhooks: WebhookTrigger[] = [
  event("ContactCreate", "Contact Created", contact, contactPerson),
  event(
    "ContactUpdate",
    "Contact Updated",
    contact,
    contactPerson,
    "Comes for some fields only; a poll of Search Contacts finds the rest.",
  ),
  event("ContactDelete", "Contact Deleted", contact, contactPerson),
  event("ContactTagUpdate", "Contact Tags Changed", contact, contactPerson, "Carries all the tags the contact has now, not the change."),
  event(
    "ContactDndUpdate",
    "Contact Do Not Disturb Changed",
    { ...contact, dnd: true, dndSettings: { SMS: { status: "active" } } },
    contactPerson,
  ),
  event("NoteCreate", "Note Created", note, ["contactId"]),
  event("NoteUpdate", "Note Updated", note, ["contactId"]),
  event("NoteDelete", "Note Deleted", note, ["contactId"]),
  event("TaskCreate", "Task Created", task, ["contactId"], "May come without contact and text: read the task to be sure of them."),
  event("TaskComplete", "Task Completed", task, ["contactId"], "There is no event for other changes of a task: poll Get Contact Tasks."),
  event("TaskDelete", "Task Deleted", task, ["contactId"]),
];

/**
 * One address gets all of an app's events, so the type tells them apart. A delivery has an id of its own;
 * without it (as from a workflow) the content decides.
 */
function event(type: string, title: string, record: JsonObject, person: string[], note?: string): WebhookTrigger {
  const example: JsonObject = { type, ...record, timestamp: "2026-01-15T09:30:01.000Z", webhookId: "0b7e6a52-6c1d-4a53-9d0f-2f1f5c3f7a10" };
  return {
    id: type,
    app: "highlevel",
    title,
    kind: "webhook",
    key: ["webhookId"],
    person,
    location: "locationId",
    accepts: { type: [type] },
    output: { type: "object", properties: Object.fromEntries(Object.entries(example).map(([name, value]) => [name, schemaOf(value)])) },
    example,
    ...(note ? { note } : {}),
  };
}

function schemaOf(value: unknown): JsonSchema {
  if (Array.isArray(value)) return { type: "array" };
  return { type: typeof value === "boolean" ? "boolean" : typeof value === "object" ? "object" : "string" };
}
