import { badRequest } from "../refusal.ts";
import type { State } from "../state.ts";
import type { Author, Contact, ContactDetails, Location } from "../types.ts";
import { authorOf, person } from "./authors.ts";
import { type Call, contactOf, countOf, type Endpoints, locationOf, objectOf, Reply, textOf, type World } from "./call.ts";
import { internationalPhone, mergeCustomFields, mergeDnd, normalTags, readDetails } from "./contact-input.ts";
import { contactView, createdView, listRow, writtenView } from "./contact-views.ts";
import { findDuplicate, holderOf, refuseDuplicate } from "./duplicates.ts";
import { listContacts } from "./contact-list.ts";
import { ensureTags } from "./tags.ts";

type Body = Call["body"];

export const contactEndpoints: Endpoints = {
  "contacts/get-contact": (world, call) => ({ contact: contactView(contactOf(world, call)) }),

  "contacts/get-contacts": listContacts,

  "contacts/get-contacts-by-businessId"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    const skip = countOf(call.query.skip, 0);
    const rows = inOrderAdded(world.state.contacts.inLocation(locationId).filter((c) => c.businessId === call.params.businessId));
    return { contacts: rows.slice(skip, skip + countOf(call.query.limit, 25, 100)).map(listRow), count: rows.length };
  },

  "contacts/get-duplicate-contact"(world, call) {
    const location = world.state.locations.get(locationOf(world, call, call.query.locationId))!;
    const { email, number } = call.query;
    if (!email && !number) throw badRequest("Pass number or email to look for");
    const keys = { email: email?.toLowerCase(), phone: internationalPhone(textOf(number), location.country) };
    // With duplicates allowed, e-mail goes first whatever the location's order.
    const asked = location.duplicates.allow
      ? { ...location, duplicates: { ...location.duplicates, order: ["email", "phone"] as ("email" | "phone")[] } }
      : location;
    const duplicate = findDuplicate(world.state, asked, present(keys));
    return { contact: duplicate ? contactView(duplicate.contact) : null };
  },

  "contacts/create-contact"(world, call) {
    const location = bodyLocation(world, call);
    const details = readDetails(call.body, location);
    if (!details.email && !details.phone && !details.firstName && !details.lastName)
      throw badRequest("A contact needs an email, a phone or a name");
    refuseDuplicate(world.state, location, details);
    return { contact: createdView(create(world, location, details, call.body, authorOf(call.grant))) };
  },

  "contacts/upsert-contact"(world, call) {
    const location = bodyLocation(world, call);
    const details = present(readDetails(call.body, location));
    if (!details.email && !details.phone) throw badRequest("Pass an email or a phone to match a contact by");
    const forceNew = location.duplicates.allow && call.body.createNewIfDuplicateAllowed === true;
    const existing = forceNew ? undefined : findDuplicate(world.state, location, details)?.contact;
    if (!existing)
      return new Reply(201, { new: true, contact: writtenView(create(world, location, details, call.body, authorOf(call.grant))) });
    const writable = withoutForeignKeys(world.state, location, existing, details);
    return new Reply(200, { new: false, contact: writtenView(change(world, existing, writable, call.body)) });
  },

  "contacts/update-contact"(world, call) {
    const contact = contactOf(world, call);
    const location = world.state.locations.get(contact.locationId)!;
    const details = readDetails(call.body, location);
    refuseDuplicate(world.state, location, details, contact.id);
    return { succeded: true, contact: writtenView(change(world, contact, details, call.body)) };
  },

  "contacts/delete-contact"(world, call) {
    const contact = contactOf(world, call);
    world.state.buryContact(contact);
    world.emit("ContactDelete", contact);
    return { succeded: true };
  },
};

/** Saves a contact as a person does on the vendor's own page: events are sent, and the same input is refused as at the API. */
export function saveByHand(world: World, location: Location, old: Contact | undefined, body: Body): Contact {
  const details = readDetails(body, location);
  if (!old && !details.email && !details.phone && !details.firstName && !details.lastName)
    throw badRequest("A contact needs an email, a phone or a name");
  refuseDuplicate(world.state, location, details, old?.id);
  return world.state.records.atomically(() => (old ? change(world, old, details, body) : create(world, location, details, body, person)));
}

const bodyLocation = (world: World, call: Call): Location => world.state.locations.get(locationOf(world, call, call.body.locationId))!;

function create(world: World, location: Location, details: Partial<ContactDetails>, body: Body, createdBy: Author): Contact {
  const { state } = world;
  const now = state.clock.now();
  const contact = state.saveContact({
    country: location.country,
    ...present(details),
    ...(textOf(body.gender) && { gender: textOf(body.gender) }),
    id: state.newId(),
    locationId: location.id,
    additionalEmails: [],
    createdBy,
    dnd: body.dnd === true,
    dndSettings: mergeDnd({}, body.dndSettings),
    ...("inboundDndSettings" in body && { inboundDndSettings: objectOf(body.inboundDndSettings) }),
    customFields: mergeCustomFields([], body.customFields, contactFields(state, location.id)),
    tags: ensureTags(state, location.id, normalTags(body.tags)), // last: the others may refuse
    followers: [],
    campaigns: [],
    workflows: [],
    dateAdded: now,
    dateUpdated: now,
  });
  world.emit("ContactCreate", contact);
  return contact;
}

/** Lays a body over a contact. `gender` is never taken: it can only be given at birth. */
function change(world: World, old: Contact, details: Partial<ContactDetails>, body: Body): Contact {
  const { state } = world;
  const contact = state.saveContact({
    ...old,
    ...details,
    // An e-mail that was a further one becomes the first; the old first one is lost.
    additionalEmails: old.additionalEmails.filter((email) => email !== details.email),
    dnd: typeof body.dnd === "boolean" ? body.dnd : old.dnd,
    dndSettings: mergeDnd(old.dndSettings, body.dndSettings),
    ...("inboundDndSettings" in body && { inboundDndSettings: { ...old.inboundDndSettings, ...objectOf(body.inboundDndSettings) } }),
    customFields: mergeCustomFields(old.customFields, body.customFields, contactFields(state, old.locationId)),
    tags: Array.isArray(body.tags) ? ensureTags(state, old.locationId, normalTags(body.tags)) : old.tags,
    dateUpdated: state.clock.now(),
  });
  tellChange(world, old, contact);
  return contact;
}

function tellChange(world: World, old: Contact, contact: Contact): void {
  world.emit("ContactUpdate", contact);
  if (!same(old.tags, contact.tags)) world.emit("ContactTagUpdate", contact);
  if (old.dnd !== contact.dnd || !same(old.dndSettings, contact.dndSettings)) world.emit("ContactDndUpdate", contact);
}

/** Where the location forbids duplicates, a key of somebody else is dropped without a word. */
function withoutForeignKeys(
  state: State,
  location: Location,
  existing: Contact,
  details: Partial<ContactDetails>,
): Partial<ContactDetails> {
  if (location.duplicates.allow) return details;
  const foreign = location.duplicates.order.filter((field) => holderOf(state, location.id, field, details, existing.id));
  return Object.fromEntries(Object.entries(details).filter(([key]) => !foreign.some((field) => field === key)));
}

const contactFields = (state: State, locationId: string) =>
  state.customFields.inLocation(locationId).filter((field) => field.model === "contact");
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const inOrderAdded = (contacts: Contact[]) => contacts.sort((a, b) => b.dateAdded - a.dateAdded || (a.id < b.id ? -1 : 1));
const present = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
