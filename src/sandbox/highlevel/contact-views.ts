import type { Author, Contact, ContactDetails } from "../types.ts";
import { attributionsOf, person, sourceOf } from "./authors.ts";
import { isoTime } from "./times.ts";

/** A contact as `GET /contacts/{id}` answers it. `assignedTo` and the like are there only when set. */
export function contactView(contact: Contact) {
  return {
    id: contact.id,
    locationId: contact.locationId,
    ...names(contact),
    ...picked(contact, [
      "email",
      "phone",
      "gender",
      "address1",
      "city",
      "state",
      "postalCode",
      "country",
      "website",
      "timezone",
      "companyName",
      "source",
      "assignedTo",
    ]),
    ...(contact.email && { emailLowerCase: contact.email.toLowerCase() }),
    ...(contact.dateOfBirth && { dateOfBirth: contact.dateOfBirth }),
    ...(contact.businessId && { businessId: contact.businessId }),
    ...(contact.inboundDndSettings && { inboundDndSettings: contact.inboundDndSettings }),
    type: "lead",
    dnd: contact.dnd,
    dndSettings: contact.dndSettings,
    tags: contact.tags,
    customFields: contact.customFields,
    additionalEmails: additionalEmails(contact),
    additionalPhones: contact.additionalPhones ?? [],
    createdBy: { ...authorOf(contact), timestamp: isoTime(contact.dateAdded) },
    attributionSource: sourceOf(authorOf(contact)),
    ...(contact.followers.length && { followers: contact.followers }),
    dateAdded: isoTime(contact.dateAdded),
    dateUpdated: isoTime(contact.dateUpdated),
  };
}

/** As writing answers it: with its followers, though there are none. */
export const writtenView = (contact: Contact) => ({ ...contactView(contact), followers: contact.followers });

/** The fuller record that creating answers. */
export function createdView(contact: Contact) {
  const born = contact.dateOfBirth ? new Date(`${contact.dateOfBirth}T00:00:00.000Z`) : undefined;
  return {
    ...writtenView(contact),
    ...(born && { dateOfBirth: born.toISOString(), birthMonth: born.getUTCMonth() + 1, birthDay: born.getUTCDate() }),
    deleted: false,
    bounceEmail: false,
    unsubscribeEmail: false,
    offers: [],
    products: [],
    lastSessionActivityAt: isoTime(contact.dateUpdated),
  };
}

/** A row of the search: another shape than the record's, with null where nothing is known, and no `dndSettings`. */
export function searchRow(contact: Contact, businessName: string | null, searchAfter: (string | number)[]) {
  const orNull = (key: keyof ContactDetails) => contact[key] ?? null;
  const { firstNameLowerCase, lastNameLowerCase, fullNameLowerCase } = names(contact);
  return {
    id: contact.id,
    locationId: contact.locationId,
    contactName: fullNameLowerCase ?? null,
    firstName: orNull("firstName"),
    lastName: orNull("lastName"),
    firstNameLowerCase: firstNameLowerCase ?? null,
    lastNameLowerCase: lastNameLowerCase ?? null,
    email: orNull("email"),
    phone: orNull("phone"),
    phoneLabel: null,
    companyName: orNull("companyName"),
    businessName,
    businessId: contact.businessId ?? null,
    address: orNull("address1"),
    city: orNull("city"),
    state: orNull("state"),
    postalCode: orNull("postalCode"),
    country: orNull("country"),
    website: orNull("website"),
    timezone: orNull("timezone"),
    source: orNull("source"),
    dateOfBirth: orNull("dateOfBirth"),
    type: "lead",
    assignedTo: orNull("assignedTo"),
    followers: contact.followers,
    dnd: contact.dnd,
    tags: contact.tags,
    customFields: contact.customFields,
    additionalEmails: additionalEmails(contact),
    additionalPhones: contact.additionalPhones ?? [],
    validEmail: null,
    dateAdded: isoTime(contact.dateAdded),
    dateUpdated: isoTime(contact.dateUpdated),
    searchAfter,
  };
}

/** A row of the deprecated list, and of the contacts of a business. */
export const listRow = (contact: Contact) => ({
  ...contactView(contact),
  contactName: fullName(contact) ?? null,
  followers: contact.followers,
  attributions: attributionsOf(authorOf(contact)),
});

export const fullName = (contact: Contact): string | undefined =>
  [contact.firstName, contact.lastName].filter(Boolean).join(" ") || undefined;

function names(contact: Contact) {
  const name = fullName(contact);
  return {
    ...picked(contact, ["firstName", "lastName"]),
    ...(name && { name, fullNameLowerCase: name.toLowerCase() }),
    ...(contact.firstName && { firstNameLowerCase: contact.firstName.toLowerCase() }),
    ...(contact.lastName && { lastNameLowerCase: contact.lastName.toLowerCase() }),
  };
}

const additionalEmails = (contact: Contact) => contact.additionalEmails.map((email) => ({ email, validEmail: null, validEmailDate: null }));
const authorOf = ({ createdBy = person }: Contact): Author => createdBy;

const picked = (contact: Contact, keys: (keyof ContactDetails)[]): Partial<ContactDetails> =>
  Object.fromEntries(keys.filter((key) => contact[key] !== undefined).map((key) => [key, contact[key]]));
