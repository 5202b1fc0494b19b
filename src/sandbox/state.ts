import type { Clock } from "#kernel/clock.ts";
import { FamilyTables } from "./families.ts";
import { hexId, recordId } from "./random.ts";
import type { Records } from "./records.ts";
import { SearchIndex } from "./search-index.ts";
import { type Row, Table } from "./table.ts";
import type { Appointment } from "./rows/calendars.ts";
import type { Conversation } from "./rows/conversations.ts";
import type { Contact, Location } from "./types.ts";

const idsAtOnce = 1000;

/** Everything the pretend HighLevel knows. Reads come from memory, writes are on disk before they return. */
export class State extends FamilyTables {
  readonly records: Records;
  readonly clock: Clock;
  readonly seed: number;
  readonly search: SearchIndex;
  #nextId: number;
  #idsUpTo: number;

  constructor({ records, clock, seed }: { records: Records; clock: Clock; seed: number }) {
    super(records);
    this.records = records;
    this.clock = clock;
    this.seed = seed;
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
