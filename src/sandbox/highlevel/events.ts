import type { State } from "../state.ts";
import type { Appointment } from "../rows/calendars.ts";
import type { Conversation, Message } from "../rows/conversations.ts";
import type { Opportunity } from "../rows/opportunities.ts";
import type { Association, CampaignMember, Relation } from "../rows/others.ts";
import type { Business, Contact, Location, Note, Task, User } from "../types.ts";
import {
  appointmentEvent,
  associationEvent,
  businessEvent,
  campaignEvent,
  contactEvent,
  emailEvent,
  messageEvent,
  noteEvent,
  opportunityEvent,
  relationEvent,
  taskEvent,
  userEvent,
} from "./event-payloads.ts";

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
export interface EventNotice {
  /** None where everybody who has the app installed may have it. */
  scope?: string;
  /** The locations it concerns; none for what is the agency's own. */
  locationIds: readonly string[];
  /** Of some families the vendor documents no `type` in the payload. */
  typeless?: boolean;
  payload: Record<string, unknown>;
}
type Teller<R> = (record: R, state: State, event: string) => EventNotice;

/** What a webhook says of a record: flat, but for appointments, as the vendor documents each event. */
export function noticeOf<E extends EventName>(event: E, record: EventRecords[E], state: State): EventNotice {
  const family = families.find((name) => event.startsWith(name))!;
  return (tellers[family] as Teller<EventRecords[E]>)(record, state, event);
}

const inPlace = (scope: string, locationId: string, payload: Record<string, unknown>): EventNotice => ({
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
