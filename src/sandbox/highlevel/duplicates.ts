import { badRequest, type Refusal } from "../refusal.ts";
import { emailKey, phoneKey } from "../families.ts";
import type { State } from "../state.ts";
import type { Contact, ContactDetails, Location } from "../types.ts";
import { fullName } from "./contact-views.ts";

type Keys = Pick<ContactDetails, "email" | "phone">;
export type KeyField = "email" | "phone";

/** The contact of a location that has an e-mail (first or further) or a phone; the oldest where there are several. */
export function holderOf(state: State, locationId: string, field: KeyField, keys: Keys, except?: string): Contact | undefined {
  const value = keys[field];
  if (!value) return undefined;
  const held =
    field === "email"
      ? state.contacts.find("email", emailKey(locationId, value))
      : state.contacts.find("phone", phoneKey(locationId, value));
  return held.filter((contact) => contact.id !== except).sort((a, b) => a.dateAdded - b.dateAdded || (a.id < b.id ? -1 : 1))[0];
}

/** Who has one of the keys already, in the order the location compares them. */
export function findDuplicate(
  state: State,
  location: Location,
  keys: Keys,
  except?: string,
): { contact: Contact; field: KeyField } | undefined {
  for (const field of location.duplicates.order) {
    const contact = holderOf(state, location.id, field, keys, except);
    if (contact) return { contact, field };
  }
  return undefined;
}

/** Refuses keys somebody else has, where the location forbids that. */
export function refuseDuplicate(state: State, location: Location, keys: Keys, except?: string): void {
  if (location.duplicates.allow) return;
  const duplicate = findDuplicate(state, location, keys, except);
  if (duplicate) throw duplicateRefusal(location, duplicate.contact, duplicate.field);
}

/** One refusal, three bodies: integrators have met the id under `meta`, under a nested contact, and bare. */
function duplicateRefusal({ duplicates: { shape } }: Location, contact: Contact, matchingField: KeyField): Refusal {
  const contactName = fullName(contact) ?? "";
  const more = {
    meta: { meta: { contactId: contact.id, contactName, matchingField } },
    contact: { meta: { contact: { id: contact.id, name: contactName }, matchingField } },
    flat: { contactId: contact.id },
  }[shape];
  return badRequest("This location does not allow duplicated contacts.", more);
}
