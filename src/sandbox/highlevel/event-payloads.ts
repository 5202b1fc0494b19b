import type { Appointment } from "../rows/calendars.ts";
import type { Message } from "../rows/conversations.ts";
import type { Opportunity } from "../rows/opportunities.ts";
import type { Association, CampaignMember, Relation } from "../rows/others.ts";
import type { State } from "../state.ts";
import type { Business, Contact, Note, Task, User } from "../types.ts";
import { isoTime } from "./times.ts";
import { fullName } from "./contact-views.ts";

const contactKeys = [
  "locationId",
  "id",
  "address1",
  "city",
  "state",
  "country",
  "postalCode",
  "companyName",
  "source",
  "email",
  "firstName",
  "lastName",
  "phone",
  "website",
  "assignedTo",
] as const satisfies (keyof Contact)[];

/** A contact, flat; its channels only where they are what changed. */
export function contactEvent(event: string, c: Contact) {
  return {
    ...pick(c, contactKeys),
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

/** A note. */
export const noteEvent = ({ locationId, id, body, contactId, dateAdded }: Note) => ({
  locationId,
  id,
  body,
  contactId,
  dateAdded: isoTime(dateAdded),
});

/** A task. */
export const taskEvent = ({ locationId, id, assignedTo, body, contactId, title, dateAdded, dueDate }: Task) => ({
  locationId,
  id,
  assignedTo,
  body,
  contactId,
  title,
  dateAdded: isoTime(dateAdded),
  dueDate,
});

/** An appointment, as it lies nested in the payload. */
export const appointmentEvent = (a: Appointment, { calendars }: State) => ({
  id: a.id,
  address: a.address ?? "",
  title: a.title,
  calendarId: a.calendarId,
  contactId: a.contactId,
  groupId: calendars.get(a.calendarId)?.settings.groupId ?? "",
  appointmentStatus: a.status,
  ...(a.assignedUserId && { assignedUserId: a.assignedUserId }),
  users: [],
  notes: a.description ?? "",
  source: "api",
  startTime: isoTime(a.startsAt),
  endTime: isoTime(a.endsAt),
  dateAdded: isoTime(a.dateAdded),
  dateUpdated: isoTime(a.dateUpdated),
});

/** An opportunity. */
export const opportunityEvent = ({ createdAt, ...o }: Opportunity) => ({
  locationId: o.locationId,
  id: o.id,
  ...(o.assignedTo && { assignedTo: o.assignedTo }),
  contactId: o.contactId,
  monetaryValue: o.monetaryValue,
  name: o.name,
  pipelineId: o.pipelineId,
  pipelineStageId: o.pipelineStageId,
  source: o.source ?? "",
  status: o.status,
  dateAdded: isoTime(createdAt),
});

/** A message; an e-mail by the id of its mail, a call with its length. */
export const messageEvent = (m: Message) => ({
  locationId: m.locationId,
  attachments: m.attachments,
  body: m.body,
  contactId: m.contactId,
  contentType: m.email ? "text/html" : "text/plain",
  conversationId: m.conversationId,
  dateAdded: isoTime(m.dateAdded),
  direction: m.direction,
  messageType: m.channel === "Call" ? "CALL" : m.channel,
  status: m.status,
  messageId: m.id,
  ...(m.email && { emailMessageId: m.email.id }),
  ...(m.userId && { userId: m.userId }),
  ...(m.conversationProviderId && { conversationProviderId: m.conversationProviderId }),
  ...(m.call && { callDuration: m.call.durationSeconds, callStatus: m.call.status }),
});

/** A user: of one sub-account, or of the agency with all it may enter. */
export const userEvent = ({ id, companyId, firstName, lastName, email, phone, type, role, locationIds }: User) => ({
  ...(type === "account" ? { locationId: locationIds[0] } : { companyId, locations: locationIds }),
  id,
  firstName,
  lastName,
  email,
  phone,
  extension: "",
  role,
  permissions: {},
});

/** How many there may be on either side is told of changes and deletions alone. */
export function associationEvent(event: string, { cardinality = { first: "MANY", second: "MANY" }, ...association }: Association) {
  return event === "AssociationCreate"
    ? association
    : {
        ...association,
        firstObjectToSecondObjectCardinality: `${cardinality.first}_TO_${cardinality.second}`,
        secondObjectToFirstObjectCardinality: `${cardinality.second}_TO_${cardinality.first}`,
      };
}

/** A relation, with the kinds of its two records. */
export function relationEvent({ id, locationId, associationId, firstRecordId, secondRecordId }: Relation, { associations }: State) {
  const { firstObjectKey, secondObjectKey } = associations.get(associationId) ?? {};
  return { id, firstObjectKey, firstRecordId, secondObjectKey, secondRecordId, associationId, locationId };
}

/** A business, as a record of an object. */
export const businessEvent = ({ id, locationId, name, details }: Business, { clock }: State) => ({
  id,
  locationId,
  objectKey: "business",
  owners: [],
  followers: [],
  properties: { name, ...details },
  timestamp: isoTime(clock.now()),
});

/** A contact's way into or out of a campaign. */
export const campaignEvent = ({ contact, campaignId, status }: CampaignMember, { clock }: State) => ({
  locationId: contact.locationId,
  id: campaignId,
  contactId: contact.id,
  status,
  templateId: "",
  replied: false,
  dateAdded: isoTime(clock.now()),
});

/** What the mail service reports. Its time is in seconds. */
export function emailEvent({ id, locationId, email }: Message, { clock, locations }: State) {
  const { to, from, subject } = email!;
  return {
    locationId,
    companyId: locations.get(locationId)?.companyId,
    webhookPayload: {
      event: "delivered",
      id,
      timestamp: clock.now() / 1000,
      "log-level": "info",
      "primary-domain": "mail.example.com",
      recipient: to[0] ?? "",
      "recipient-domain": to[0]?.split("@")[1] ?? "",
      message: { headers: { to: to.join(", "), from, subject, "message-id": email!.id }, attachments: [], size: email!.html.length },
      flags: { "is-authenticated": true, "is-routed": false, "is-system-test": false, "is-test-mode": false },
      tags: ["loc_id", "workflow_id"],
      "user-variables": {},
    },
  };
}

/** These members, in this order; an event leaves out what the record does not have. */
const pick = <T extends object, K extends keyof T>(record: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, record[key]])) as Pick<T, K>;
