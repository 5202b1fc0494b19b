import { badRequest } from "../refusal.ts";
import type { State } from "../state.ts";
import { bookedEvent, bookedEvents } from "./event-book.ts";
import { type EventName, type EventRecords, noticeOf, type EventNotice } from "./events.ts";

/** The newest record of a sub-account that an event could tell of. */
type Subject = (state: State, locationId: string) => EventRecords[EventName] | undefined;

const newest = <T>(rows: T[]): T | undefined => rows.at(-1);
const message =
  (direction: "inbound" | "outbound"): Subject =>
  (state, at) =>
    newest(state.messages.inLocation(at).filter((row) => row.direction === direction));
const of = (events: readonly EventName[], subject: Subject) => events.map((event) => [event, subject] as const);

const subjects = new Map<string, Subject>([
  ...of(["ContactCreate", "ContactUpdate", "ContactDelete", "ContactDndUpdate", "ContactTagUpdate"], (s, at) =>
    newest(s.contacts.inLocation(at)),
  ),
  ...of(["NoteCreate", "NoteUpdate", "NoteDelete"], (s, at) => newest(s.notes.inLocation(at))),
  ...of(["TaskCreate", "TaskComplete", "TaskDelete"], (s, at) => newest(s.tasks.inLocation(at))),
  ...of(["AppointmentCreate", "AppointmentUpdate", "AppointmentDelete"], (s, at) => newest(s.appointments.inLocation(at))),
  ...of(
    [
      "OpportunityCreate",
      "OpportunityUpdate",
      "OpportunityDelete",
      "OpportunityStageUpdate",
      "OpportunityStatusUpdate",
      "OpportunityMonetaryValueUpdate",
      "OpportunityAssignedToUpdate",
    ],
    (s, at) => newest(s.opportunities.inLocation(at)),
  ),
  ...of(["InboundMessage"], message("inbound")),
  ...of(["OutboundMessage"], message("outbound")),
  ...of(["ConversationUnreadUpdate"], (s, at) => newest(s.conversations.inLocation(at))),
  ...of(["UserCreate", "UserUpdate", "UserDelete"], (s, at) => newest(s.users.all().filter((user) => user.locationIds.includes(at)))),
  ...of(["LocationCreate", "LocationUpdate"], (s, at) => s.locations.get(at)),
  ...of(["AssociationCreate", "AssociationUpdate", "AssociationDelete"], (s, at) => newest(s.associations.inLocation(at))),
  ...of(["RelationCreate", "RelationDelete"], (s, at) => newest(s.relations.inLocation(at))),
  ...of(["RecordCreate", "RecordUpdate", "RecordDelete"], (s, at) => newest(s.businesses.inLocation(at))),
  ...of(["LCEmailStats"], (s, at) => newest(s.messages.inLocation(at).filter(({ email }) => email))),
  ...of(["CampaignStatusUpdate"], (s, at) => {
    const [contact, campaign] = [newest(s.contacts.inLocation(at)), newest(s.campaigns.inLocation(at))];
    return contact && campaign && { contact, campaignId: campaign.id, status: "active" };
  }),
]);

/** Every event that can be sent by hand. What a conversation provider gets is no webhook of an app, and is sent by sending a message. */
export const eventsByHand: readonly string[] = [...subjects.keys(), ...bookedEvents].sort();

/** An event as it would be told of the newest record there is, or of one that is made up. `payload` is laid over it. */
export function noticeByHand(event: string, locationId: string, state: State, payload: Record<string, unknown> = {}): EventNotice {
  const booked = bookedEvent(event, locationId, state);
  const record = subjects.get(event)?.(state, locationId);
  if (!booked && !record)
    throw badRequest(subjects.has(event) ? `There is no record here for ${event} to tell of` : `There is no event ${event}`);
  const plain = booked ?? noticeOf(event as EventName, record as EventRecords[EventName], state);
  return { ...plain, payload: { ...plain.payload, ...payload } };
}
