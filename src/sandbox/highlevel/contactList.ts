import type { Contact } from "../types.ts";
import { type Call, countOf, locationOf, type World } from "./call.ts";
import { fullName, listRow } from "./contactViews.ts";

/** The deprecated list: a page of contacts and, in `meta`, where the next one starts. */
export function listContacts(world: World, call: Call) {
  const locationId = locationOf(world, call, call.query.locationId);
  const { value, direction } = sorting(call.query);
  const before = (a: Contact, b: Contact) => direction * (value(a) - value(b)) || (a.id < b.id ? -1 : 1);
  const all = world.state.contacts.inLocation(locationId).filter(matches(call.query.query)).sort(before);
  const start = startOf(all, call.query, value, direction);
  const limit = countOf(call.query.limit, 20, 100) || 20;
  const page = all.slice(start, start + limit);
  return { contacts: page.map(listRow), count: all.length, meta: meta(all.length, start, limit, locationId, page.at(-1), value) };
}

function sorting({ sortBy, order }: Call["query"]) {
  const value = (contact: Contact) => (sortBy === "date_updated" ? contact.dateUpdated : contact.dateAdded);
  return { value, direction: order === "asc" ? 1 : -1 };
}

/** The first row behind the cursor: behind the row named, or, when it is gone, behind its time. */
function startOf(rows: Contact[], { startAfter, startAfterId }: Call["query"], value: (c: Contact) => number, direction: number): number {
  if (!startAfter && !startAfterId) return 0;
  const named = rows.findIndex((row) => row.id === startAfterId);
  if (named >= 0) return named + 1;
  const behind = rows.findIndex((row) => direction * (value(row) - Number(startAfter)) > 0);
  return behind === -1 ? rows.length : behind;
}

/** The vendor's `nextPageUrl` points at a machine of its own; so does this one. */
function meta(total: number, start: number, limit: number, locationId: string, last: Contact | undefined, value: (c: Contact) => number) {
  const more = start + limit < total;
  const currentPage = Math.floor(start / limit) + 1;
  const cursor = last && { startAfterId: last.id, startAfter: value(last) };
  return {
    total,
    nextPageUrl:
      more && cursor
        ? `http://localhost:5058/contacts/?locationId=${locationId}&startAfter=${cursor.startAfter}&startAfterId=${cursor.startAfterId}`
        : null,
    startAfterId: cursor?.startAfterId ?? null,
    startAfter: cursor?.startAfter ?? null,
    currentPage,
    nextPage: more ? currentPage + 1 : null,
    prevPage: currentPage > 1 ? currentPage - 1 : null,
  };
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
