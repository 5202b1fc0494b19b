import type { Clock } from "#kernel/clock.ts";
import { hexId, recordId } from "./random.ts";
import type { Records } from "./records.ts";
import { SearchIndex } from "./searchIndex.ts";
import { type Row, Table } from "./table.ts";
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

const idsAtOnce = 1000;

/** The families of records that are HighLevel's: what a reset forgets. */
export const stateFamilies = [
  "agency",
  "location",
  "user",
  "customField",
  "tag",
  "contact",
  "note",
  "task",
  "appointment",
  "business",
  "grave",
  "calendar",
  "calendarGroup",
  "blockedSlot",
  "appointmentNote",
  "calendarNotification",
  "calendarResource",
  "pipeline",
  "opportunity",
  "conversation",
  "message",
  "workflow",
  "campaign",
  "snapshot",
  "association",
  "relation",
  "blogSite",
  "blogAuthor",
  "blogCategory",
  "blogPost",
  "socialTag",
  "socialAccount",
] as const;

/** Everything the pretend HighLevel knows. Reads come from memory, writes are on disk before they return. */
export class State {
  readonly records: Records;
  readonly clock: Clock;
  readonly seed: number;
  readonly search: SearchIndex;
  readonly agencies;
  readonly locations;
  readonly users;
  readonly customFields;
  readonly tags;
  readonly contacts;
  readonly notes;
  readonly tasks;
  readonly appointments;
  readonly businesses;
  readonly graves;
  readonly calendars;
  readonly calendarGroups;
  readonly blockedSlots;
  readonly appointmentNotes;
  readonly calendarNotifications;
  readonly calendarResources;
  readonly pipelines;
  readonly opportunities;
  readonly conversations;
  readonly messages;
  readonly workflows;
  readonly campaigns;
  readonly snapshots;
  readonly associations;
  readonly relations;
  readonly blogSites;
  readonly blogAuthors;
  readonly blogCategories;
  readonly blogPosts;
  readonly socialTags;
  readonly socialAccounts;
  #nextId: number;
  #idsUpTo: number;

  constructor({ records, clock, seed }: { records: Records; clock: Clock; seed: number }) {
    this.records = records;
    this.clock = clock;
    this.seed = seed;
    this.agencies = new Table<Agency>(this.records, "agency");
    this.locations = new Table<Location>(this.records, "location");
    this.users = new Table<User>(this.records, "user");
    this.customFields = new Table<CustomField>(this.records, "customField");
    this.tags = new Table<Tag>(this.records, "tag", { name: (t: Tag) => [`${t.locationId}|${t.name}`] });
    this.contacts = new Table<Contact>(this.records, "contact", contactIndexes);
    this.notes = new Table<Note>(this.records, "note", ofContact);
    this.tasks = new Table<Task>(this.records, "task", ofContact);
    this.appointments = new Table<Appointment>(this.records, "appointment", ofContact);
    this.businesses = new Table<Business>(this.records, "business");
    this.graves = new Table<Grave>(this.records, "grave");
    this.calendars = new Table<Calendar>(this.records, "calendar");
    this.calendarGroups = new Table<CalendarGroup>(this.records, "calendarGroup");
    this.blockedSlots = new Table<BlockedSlot>(this.records, "blockedSlot");
    this.appointmentNotes = new Table<AppointmentNote>(this.records, "appointmentNote", ofAppointment);
    this.calendarNotifications = new Table<CalendarNotification>(this.records, "calendarNotification");
    this.calendarResources = new Table<CalendarResource>(this.records, "calendarResource");
    this.pipelines = new Table<Pipeline>(this.records, "pipeline");
    this.opportunities = new Table<Opportunity>(this.records, "opportunity", ofContact);
    this.conversations = new Table<Conversation>(this.records, "conversation", ofContact);
    this.messages = new Table<Message>(this.records, "message", ofConversation);
    this.workflows = new Table<Workflow>(this.records, "workflow");
    this.campaigns = new Table<Campaign>(this.records, "campaign");
    this.snapshots = new Table<Snapshot>(this.records, "snapshot");
    this.associations = new Table<Association>(this.records, "association");
    this.relations = new Table<Relation>(this.records, "relation", ofRecords);
    this.blogSites = new Table<BlogSite>(this.records, "blogSite");
    this.blogAuthors = new Table<BlogAuthor>(this.records, "blogAuthor");
    this.blogCategories = new Table<BlogCategory>(this.records, "blogCategory");
    this.blogPosts = new Table<BlogPost>(this.records, "blogPost");
    this.socialTags = new Table<SocialTag>(this.records, "socialTag");
    this.socialAccounts = new Table<SocialAccount>(this.records, "socialAccount");
    this.search = new SearchIndex(clock, this.contacts.all());
    this.#nextId = this.#idsUpTo = Number(this.records.getMeta("ids") ?? 0);
  }

  newId(): string {
    return recordId(this.seed, this.#next());
  }

  newHexId(): string {
    return hexId(this.seed, this.#next());
  }

  /** The sub-accounts by name: a start must not change which one a page offers first. */
  places(): Location[] {
    return this.locations.all().sort((a, b) => a.name.localeCompare(b.name));
  }

  saveContact(contact: Contact): Contact {
    this.contacts.put(contact);
    this.search.changed(contact.id, contact);
    return contact;
  }

  /** Ends a contact with all that hangs on it. */
  buryContact(contact: Contact): void {
    for (const note of this.notes.find("contact", contact.id)) this.notes.delete(note.id);
    for (const task of this.tasks.find("contact", contact.id)) this.tasks.delete(task.id);
    for (const appointment of this.appointments.find("contact", contact.id)) this.endAppointment(appointment);
    for (const opportunity of this.opportunities.find("contact", contact.id)) this.opportunities.delete(opportunity.id);
    for (const conversation of this.conversations.find("contact", contact.id)) this.endConversation(conversation);
    for (const relation of this.relations.find("record", contact.id)) this.relations.delete(relation.id);
    this.contacts.delete(contact.id);
    this.graves.put({ id: contact.id, locationId: contact.locationId });
    this.search.changed(contact.id, undefined);
  }

  /** Ends an appointment; a series with those of its instances that went their own way. */
  endAppointment({ id, locationId, rrule }: Appointment): void {
    if (rrule) for (const instance of this.appointments.inLocation(locationId)) if (instance.masterId === id) this.endAppointment(instance);
    for (const note of this.appointmentNotes.find("appointment", id)) this.appointmentNotes.delete(note.id);
    this.appointments.delete(id);
  }

  endConversation({ id }: Conversation): void {
    for (const message of this.messages.find("conversation", id)) this.messages.delete(message.id);
    this.conversations.delete(id);
  }

  /** Ends a location with all that is in it. Its users stay where they have another. */
  endLocation({ id }: Location): void {
    for (const contact of this.contacts.inLocation(id)) this.buryContact(contact);
    for (const table of Object.values(this))
      if (table instanceof Table) for (const row of table.inLocation(id)) table.delete((row as Row).id);
    for (const user of this.users.all().filter(({ locationIds }) => locationIds.includes(id)))
      if (user.locationIds.length > 1) this.users.put({ ...user, locationIds: user.locationIds.filter((other) => other !== id) });
      else this.users.delete(user.id);
    this.locations.delete(id);
  }

  /** Counts ids in blocks, so that a restart skips a few rather than writing a counter with every record. */
  #next(): number {
    if (this.#nextId >= this.#idsUpTo) {
      this.#idsUpTo = this.#nextId + idsAtOnce;
      this.records.setMeta("ids", String(this.#idsUpTo));
    }
    return this.#nextId++;
  }
}

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
