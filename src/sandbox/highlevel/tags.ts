import { noSuch, unprocessable } from "../refusal.ts";
import type { State } from "../state.ts";
import type { Contact, Tag } from "../types.ts";
import { type Call, contactOf, type Endpoint, type Endpoints, locationOf, textOf, textsOf, type World } from "./call.ts";
import { normalTags } from "./contact-input.ts";

/** Tags of contacts, one contact or many, and the tags a location knows. */
export const tagEndpoints: Endpoints = {
  "contacts/add-tags"(world, call) {
    const { contact, added } = setTags(world, contactOf(world, call), normalTags(call.body.tags), []);
    return { tags: contact.tags, tagsAdded: added };
  },

  "contacts/remove-tags"(world, call) {
    const { contact, removed } = setTags(world, contactOf(world, call), [], normalTags(call.body.tags));
    return { tags: contact.tags, tagsRemoved: removed };
  },

  "contacts/create-association": bulkTags,

  "locations/get-location-tags"(world, call) {
    const locationId = locationOf(world, call, call.params.locationId);
    return { tags: world.state.tags.inLocation(locationId).sort(byName).map(tagView) };
  },

  "locations/create-tag"(world, call) {
    const locationId = locationOf(world, call, call.params.locationId);
    return { tag: tagView(ensureTag(world.state, locationId, tagName(call))) };
  },

  "locations/get-tag-by-id": (world, call) => ({ tag: tagView(tagOf(world, call)) }),

  "locations/update-tag"(world, call) {
    const { id } = tagOf(world, call);
    renameTag(world.state, id, tagName(call));
    return { tag: tagView(world.state.tags.get(id)!) };
  },

  "locations/delete-tag"(world, call) {
    dropTag(world.state, tagOf(world, call).id);
    return { succeded: true };
  },
};

/** Renames a tag, and with it what its contacts carry. */
export function renameTag(state: State, id: string, name: string): boolean {
  const old = state.tags.get(id);
  if (!old) return false;
  for (const contact of carriers(state, old))
    state.saveContact({ ...contact, tags: normalTags(contact.tags.map((tag) => (tag === old.name ? name : tag))) });
  state.tags.put({ ...old, name: name.trim().toLowerCase() });
  return true;
}

/** Deletes a tag; its contacts lose it. */
export function dropTag(state: State, id: string): boolean {
  const tag = state.tags.get(id);
  if (!tag) return false;
  for (const contact of carriers(state, tag)) state.saveContact({ ...contact, tags: contact.tags.filter((name) => name !== tag.name) });
  state.tags.delete(id);
  return true;
}

/** The names, each now known to the location. */
export function ensureTags(state: State, locationId: string, names: string[]): string[] {
  for (const name of names) ensureTag(state, locationId, name);
  return names;
}

function ensureTag(state: State, locationId: string, name: string): Tag {
  return state.tags.find("name", `${locationId}|${name}`)[0] ?? state.tags.put({ id: state.newId(), locationId, name });
}

/** Adds and removes; `dateUpdated` stays, as tags are not promised to move it. */
function setTags(world: World, old: Contact, add: string[], remove: string[]) {
  const added = ensureTags(world.state, old.locationId, add).filter((tag) => !old.tags.includes(tag));
  const removed = old.tags.filter((tag) => remove.includes(tag));
  if (added.length + removed.length === 0) return { contact: old, added, removed };
  const contact = world.state.saveContact({ ...old, tags: [...old.tags.filter((tag) => !removed.includes(tag)), ...added] });
  world.emit("ContactTagUpdate", contact);
  return { contact, added, removed };
}

/** One answer a contact: those that cannot be changed say why and hold up nobody. */
function bulkTags(world: World, call: Call): ReturnType<Endpoint> {
  const locationId = locationOf(world, call, call.body.locationId);
  const { type } = call.params;
  if (type !== "add" && type !== "remove") throw unprocessable(["type must be one of the following values: add, remove"]);
  const tags = normalTags(call.body.tags);
  const responses = textsOf(call.body.contacts).map((contactId) => {
    const contact = world.state.contacts.get(contactId);
    if (!contact || contact.locationId !== locationId)
      return { contactId, message: whyNot(world.state, contactId, contact), type: "error" };
    const gone = type === "add" ? [] : call.body.removeAllTags === true ? contact.tags : tags;
    const { added, removed } = setTags(world, contact, type === "add" ? tags : [], gone);
    return { contactId, message: "Tags updated", type: "success", oldTags: contact.tags, tagsAdded: added, tagsRemoved: removed };
  });
  const errorCount = responses.filter((response) => response.type === "error").length;
  return { succeded: true, errorCount, responses };
}

function whyNot(state: State, id: string, contact: Contact | undefined): string {
  if (contact) return "contact does not belong to location";
  if (state.graves.get(id)) return "contact is deleted";
  return /^[A-Za-z0-9]{20}$/.test(id) ? "contact not found" : "contact id is not a valid firebase id";
}

function tagOf(world: World, call: Call): Tag {
  const locationId = locationOf(world, call, call.params.locationId);
  const tag = world.state.tags.get(call.params.tagId!);
  if (!tag || tag.locationId !== locationId) throw noSuch("Tag", call.params.tagId!);
  return tag;
}

function tagName(call: Call): string {
  const name = textOf(call.body.name)?.trim().toLowerCase();
  if (!name) throw unprocessable(["name should not be empty"]);
  return name;
}

const carriers = (state: State, tag: Tag) => state.contacts.inLocation(tag.locationId).filter((contact) => contact.tags.includes(tag.name));
const tagView = ({ id, name, locationId }: Tag) => ({ id, name, locationId });
const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
