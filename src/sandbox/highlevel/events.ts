import type { Contact, Note, Task } from "../types.ts";
import { isoTime } from "./call.ts";
import { fullName } from "./contactViews.ts";

/** What a webhook says of a record: flat, as the vendor documents each event. */
export function eventRecord(event: string, record: Contact | Note | Task): Record<string, unknown> {
  if ("dueDate" in record) return taskEvent(record);
  return "tags" in record ? contactEvent(event, record) : noteEvent(record);
}

function contactEvent(event: string, c: Contact) {
  const {
    id,
    locationId,
    address1,
    city,
    state,
    country,
    postalCode,
    companyName,
    source,
    email,
    firstName,
    lastName,
    phone,
    website,
    assignedTo,
  } = c;
  return {
    locationId,
    id,
    address1,
    city,
    state,
    country,
    postalCode,
    companyName,
    source,
    email,
    firstName,
    lastName,
    phone,
    website,
    assignedTo,
    name: fullName(c),
    dateAdded: isoTime(c.dateAdded),
    dateOfBirth: c.dateOfBirth,
    dnd: c.dnd,
    ...(event === "ContactDndUpdate" && { dndSettings: c.dndSettings }),
    tags: c.tags,
    attachments: [],
    customFields: c.customFields,
  };
}

const noteEvent = ({ locationId, id, body, contactId, dateAdded }: Note) => ({
  locationId,
  id,
  body,
  contactId,
  dateAdded: isoTime(dateAdded),
});

const taskEvent = ({ locationId, id, assignedTo, body, contactId, title, dateAdded, dueDate }: Task) => ({
  locationId,
  id,
  assignedTo,
  body,
  contactId,
  title,
  dateAdded: isoTime(dateAdded),
  dueDate,
});
