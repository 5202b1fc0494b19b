import type { Contact } from "../types.ts";
import { type Call, countOf, locationOf, type World } from "./call.ts";
import { cursorMeta, startOf } from "./cursor.ts";
import { fullName, listRow } from "./contact-views.ts";

/** The deprecated list: a page of contacts and, in `meta`, where the next one starts. */
export function listContacts(world: World, call: Call) {
  const locationId = locationOf(world, call, call.query.locationId);
  const { value, direction } = sorting(call.query);
  const before = (a: Contact, b: Contact) => direction * (value(a) - value(b)) || (a.id < b.id ? -1 : 1);
  const all = world.state.contacts.inLocation(locationId).filter(matches(call.query.query)).sort(before);
  const start = startOf(all, call.query, value, direction);
  const limit = countOf(call.query.limit, 20, 100) || 20;
  const page = all.slice(start, start + limit);
  return {
    contacts: page.map(listRow),
    count: all.length,
    meta: cursorMeta({ total: all.length, start, limit, address: `contacts/?locationId=${locationId}` }, page.at(-1), value),
  };
}

function sorting({ sortBy, order }: Call["query"]) {
  const value = (contact: Contact) => (sortBy === "date_updated" ? contact.dateUpdated : contact.dateAdded);
  return { value, direction: order === "asc" ? 1 : -1 };
}

/** Whether a contact's name, e-mail or phone contains the words, whatever their case. */
export function matches(query: string | undefined): (contact: Contact) => boolean {
  const sought = query?.trim().toLowerCase();
  if (!sought) return () => true;
  return (contact) =>
    [fullName(contact), contact.email, contact.phone, contact.companyName, ...contact.additionalEmails].some((text) =>
      text?.toLowerCase().includes(sought),
    );
}
