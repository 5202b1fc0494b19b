import type { Records } from "./records.ts";
import { type Indexes, type Row, Table } from "./table.ts";
import type {
  Appointment,
  AppointmentNote,
  BlockedSlot,
  Calendar,
  CalendarGroup,
  CalendarNotification,
  CalendarResource,
} from "./rows/calendars.ts";
import type { Conversation, Message } from "./rows/conversations.ts";
import type { Opportunity, Pipeline } from "./rows/opportunities.ts";
import type {
  Association,
  BlogAuthor,
  BlogCategory,
  BlogPost,
  BlogSite,
  Campaign,
  Relation,
  Snapshot,
  SocialAccount,
  SocialTag,
  Workflow,
} from "./rows/others.ts";
import type { Agency, Business, Contact, CustomField, Grave, Location, Note, Tag, Task, User } from "./types.ts";

/** A family of records: its name on disk, and how its table is opened. */
interface Family<R extends Row> {
  readonly name: string;
  open(records: Records): Table<R>;
}

const family = <R extends Row>(name: string, indexes: Indexes<R> = {}): Family<R> => ({
  name,
  open: (records) => new Table<R>(records, name, indexes),
});

/** Contacts of a location by an e-mail, in any place it is written, and by phone. */
export const emailKey = (locationId: string, email: string) => `${locationId}|${email.toLowerCase()}`;
export const phoneKey = (locationId: string, phone: string) => `${locationId}|${phone}`;

const contactIndexes = {
  email: (c: Contact) => [...(c.email ? [c.email] : []), ...c.additionalEmails].map((email) => emailKey(c.locationId, email)),
  phone: (c: Contact) => (c.phone ? [phoneKey(c.locationId, c.phone)] : []),
};
const ofContact = { contact: (row: { contactId: string }) => [row.contactId] };
const ofConversation = {
  conversation: (row: Message) => [row.conversationId],
  email: (row: Message) => (row.email ? [row.email.id] : []),
};
const ofAppointment = { appointment: (row: AppointmentNote) => [row.appointmentId] };
const ofRecords = { record: (row: Relation) => [row.firstRecordId, row.secondRecordId] };

/** The records that are HighLevel's, by the field of the state that holds them. A reset forgets them all. */
const families = {
  agencies: family<Agency>("agency"),
  locations: family<Location>("location"),
  users: family<User>("user"),
  customFields: family<CustomField>("customField"),
  tags: family<Tag>("tag", { name: (tag) => [`${tag.locationId}|${tag.name}`] }),
  contacts: family<Contact>("contact", contactIndexes),
  notes: family<Note>("note", ofContact),
  tasks: family<Task>("task", ofContact),
  appointments: family<Appointment>("appointment", ofContact),
  businesses: family<Business>("business"),
  graves: family<Grave>("grave"),
  calendars: family<Calendar>("calendar"),
  calendarGroups: family<CalendarGroup>("calendarGroup"),
  blockedSlots: family<BlockedSlot>("blockedSlot"),
  appointmentNotes: family<AppointmentNote>("appointmentNote", ofAppointment),
  calendarNotifications: family<CalendarNotification>("calendarNotification"),
  calendarResources: family<CalendarResource>("calendarResource"),
  pipelines: family<Pipeline>("pipeline"),
  opportunities: family<Opportunity>("opportunity", ofContact),
  conversations: family<Conversation>("conversation", ofContact),
  messages: family<Message>("message", ofConversation),
  workflows: family<Workflow>("workflow"),
  campaigns: family<Campaign>("campaign"),
  snapshots: family<Snapshot>("snapshot"),
  associations: family<Association>("association"),
  relations: family<Relation>("relation", ofRecords),
  blogSites: family<BlogSite>("blogSite"),
  blogAuthors: family<BlogAuthor>("blogAuthor"),
  blogCategories: family<BlogCategory>("blogCategory"),
  blogPosts: family<BlogPost>("blogPost"),
  socialTags: family<SocialTag>("socialTag"),
  socialAccounts: family<SocialAccount>("socialAccount"),
};

export const familyNames: readonly string[] = Object.values(families).map(({ name }) => name);

type Tables = { readonly [Field in keyof typeof families]: ReturnType<(typeof families)[Field]["open"]> };

/** Has the table of each family as a field. */
export const FamilyTables = class {
  constructor(records: Records) {
    for (const [field, { open }] of Object.entries(families))
      Object.defineProperty(this, field, { value: open(records), enumerable: true });
  }
} as new (records: Records) => Tables;
