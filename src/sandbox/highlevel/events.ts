import type { State } from "../state.ts";
import type { Appointment } from "../rows/calendars.ts";
import type { Conversation, Message } from "../rows/conversations.ts";
import type { Opportunity } from "../rows/opportunities.ts";
import type { Association, Relation } from "../rows/others.ts";
import type { Business, Contact, Location, Note, Task, User } from "../types.ts";
import { isoTime } from "./call.ts";
import { fullName } from "./contactViews.ts";

/** A contact in a campaign, or no longer in it. */
export interface CampaignMember {
  contact: Contact;
  campaignId: string;
  status: "active" | "removed";
}

type Named<Name extends string, Record> = { [N in Name]: Record };
type OpportunityEvent =
  `Opportunity${"Create" | "Update" | "Delete" | "StageUpdate" | "StatusUpdate" | "MonetaryValueUpdate" | "AssignedToUpdate"}`;

/** Each event and the record it tells of. */
export type EventRecords = Named<"ContactCreate" | "ContactUpdate" | "ContactDelete" | "ContactDndUpdate" | "ContactTagUpdate", Contact> &
  Named<"NoteCreate" | "NoteUpdate" | "NoteDelete", Note> &
  Named<"TaskCreate" | "TaskComplete" | "TaskDelete", Task> &
  Named<"AppointmentCreate" | "AppointmentUpdate" | "AppointmentDelete", Appointment> &
  Named<OpportunityEvent, Opportunity> &
  Named<"InboundMessage" | "OutboundMessage", Message> &
  Named<"ConversationUnreadUpdate", Conversation> &
  Named<"UserCreate" | "UserUpdate" | "UserDelete", User> &
  Named<"LocationCreate" | "LocationUpdate", Location> &
  Named<"AssociationCreate" | "AssociationUpdate" | "AssociationDelete", Association> &
  Named<"RelationCreate" | "RelationDelete", Relation> &
  Named<"RecordCreate" | "RecordUpdate" | "RecordDelete", Business> &
  Named<"CampaignStatusUpdate", CampaignMember> &
  Named<"LCEmailStats", Message>;
export type EventName = keyof EventRecords;

/** A webhook: who may have it, where it happened, and what it says. */
export interface Told {
  /** None where everybody who has the app installed may have it. */
  scope?: string;
  /** The locations it concerns; none for what is the agency's own. */
  locationIds: readonly string[];
  /** Of some families the vendor documents no `type` in the payload. */
  typeless?: boolean;
  payload: Record<string, unknown>;
}
type Teller<R> = (record: R, state: State, event: string) => Told;

/** What a webhook says of a record: flat, but for appointments, as the vendor documents each event. */
export function told<E extends EventName>(event: E, record: EventRecords[E], state: State): Told {
  const family = families.find((name) => event.startsWith(name))!;
  return (tellers[family] as Teller<EventRecords[E]>)(record, state, event);
}

const inPlace = (scope: string, locationId: string, payload: Record<string, unknown>): Told => ({
  scope,
  locationIds: [locationId],
  payload,
});

const tellers = {
  Contact: (record: Contact, _state, event) => inPlace("contacts.readonly", record.locationId, contactEvent(event, record)),
  Note: (record: Note) => inPlace("contacts.readonly", record.locationId, noteEvent(record)),
  Task: (record: Task) => inPlace("contacts.readonly", record.locationId, taskEvent(record)),
  Appointment: (record: Appointment, state) =>
    inPlace("calendars/events.readonly", record.locationId, {
      locationId: record.locationId,
      appointment: appointmentEvent(record, state),
    }),
  Opportunity: (record: Opportunity) => inPlace("opportunities.readonly", record.locationId, opportunityEvent(record)),
  InboundMessage: (record: Message) => inPlace("conversations/message.readonly", record.locationId, messageEvent(record)),
  OutboundMessage: (record: Message) =>
    inPlace("conversations/message.readonly", record.locationId, { ...messageEvent(record), source: "api" }),
  ConversationUnread: ({ id, locationId, contactId, unreadCount, starred }: Conversation) =>
    inPlace("conversations.readonly", locationId, { locationId, id, contactId, unreadCount, inbox: true, starred, deleted: false }),
  User: (record: User) => ({ scope: "users.readonly", locationIds: record.locationIds, payload: userEvent(record) }),
  Location: ({ id, name, email, companyId }: Location) => ({
    scope: "locations.readonly",
    locationIds: [],
    payload: { id, companyId, name, email, stripeProductId: "" },
  }),
  Association: (record: Association, _state, event) => ({
    ...inPlace("associations.readonly", record.locationId, associationEvent(event, record)),
    typeless: true,
  }),
  Relation: (record: Relation, state) => ({
    ...inPlace("associations/relation.readonly", record.locationId, relationEvent(record, state)),
    typeless: true,
  }),
  Record: (record: Business, state, event) => ({
    ...inPlace("objects/record.readonly", record.locationId, businessEvent(record, state)),
    typeless: event === "RecordCreate",
  }),
  Campaign: (record: CampaignMember, state) => inPlace("campaigns.readonly", record.contact.locationId, campaignEvent(record, state)),
  LCEmailStats: (record: Message, state) => ({ locationIds: [record.locationId], payload: emailEvent(record, state) }),
} satisfies Record<string, Teller<never>>;
const families = Object.keys(tellers).sort((a, b) => b.length - a.length) as (keyof typeof tellers)[];

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

const appointmentEvent = (a: Appointment, { calendars }: State) => ({
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

const opportunityEvent = ({ createdAt, ...o }: Opportunity) => ({
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

const messageEvent = (m: Message) => ({
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

const userEvent = ({ id, companyId, firstName, lastName, email, phone, type, role, locationIds }: User) => ({
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
function associationEvent(event: string, { cardinality = { first: "MANY", second: "MANY" }, ...association }: Association) {
  return event === "AssociationCreate"
    ? association
    : {
        ...association,
        firstObjectToSecondObjectCardinality: `${cardinality.first}_TO_${cardinality.second}`,
        secondObjectToFirstObjectCardinality: `${cardinality.second}_TO_${cardinality.first}`,
      };
}

function relationEvent({ id, locationId, associationId, firstRecordId, secondRecordId }: Relation, { associations }: State) {
  const { firstObjectKey, secondObjectKey } = associations.get(associationId) ?? {};
  return { id, firstObjectKey, firstRecordId, secondObjectKey, secondRecordId, associationId, locationId };
}

const businessEvent = ({ id, locationId, name, details }: Business, { clock }: State) => ({
  id,
  locationId,
  objectKey: "business",
  owners: [],
  followers: [],
  properties: { name, ...details },
  timestamp: isoTime(clock.now()),
});

const campaignEvent = ({ contact, campaignId, status }: CampaignMember, { clock }: State) => ({
  locationId: contact.locationId,
  id: campaignId,
  contactId: contact.id,
  status,
  templateId: "",
  replied: false,
  dateAdded: isoTime(clock.now()),
});

/** What the mail service reports. Its time is in seconds. */
function emailEvent({ id, locationId, email }: Message, { clock, locations }: State) {
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
