import type { Clock } from "#kernel/clock.ts";
import { hexId, recordId } from "./random.ts";
import type { Records } from "./records.ts";
import { SearchIndex } from "./searchIndex.ts";
import { Table } from "./table.ts";
import type { Agency, Appointment, Business, Contact, CustomField, Grave, Location, Note, Tag, Task, User } from "./types.ts";

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
    this.search = new SearchIndex(clock, this.contacts.all());
    this.#nextId = this.#idsUpTo = Number(this.records.getMeta("ids") ?? 0);
  }

  newId(): string {
    return recordId(this.seed, this.#next());
  }

  newHexId(): string {
    return hexId(this.seed, this.#next());
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
    for (const appointment of this.appointments.find("contact", contact.id)) this.appointments.delete(appointment.id);
    this.contacts.delete(contact.id);
    this.graves.put({ id: contact.id, locationId: contact.locationId });
    this.search.changed(contact.id, undefined);
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
