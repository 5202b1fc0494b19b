import type { WatchedChange } from "#catalog/types.ts";
import { customFieldLookup, tagLookup } from "../judgement/lookups.ts";
import { any, chosenField, fieldChange, same, setting, type ChangeRow, type Subject } from "./row.ts";

const contacts: Subject = { category: "Contacts", list: "contacts.search", made: ["dateAdded"], updated: "dateUpdated", settings: [] };

const tag = setting("tag", "Tag", { lookup: tagLookup, help: `Case does not matter. ${any("tag")}` });
const tagEvents = ["ContactTagUpdate", "ContactCreate"];
const tagChange = (side: "added" | "removed"): WatchedChange => ({ kind: "member", path: "tags", side, setting: "tag" });

const contactFields = {
  ...same("firstName", "lastName", "email", "phone", "companyName"),
  address1: ["address1", "address"],
  ...same("city", "state", "postalCode", "country", "website", "source", "assignedTo", "dateOfBirth", "dnd"),
};

export const contactChanges: Record<string, ChangeRow> = {
  "contacts.tag_added": {
    title: "Tag Added",
    says: "a tag is added to a contact",
    about: contacts,
    events: tagEvents,
    change: tagChange("added"),
    settings: [tag],
    note: "Once for each tag that is added to a contact, including the tags it is created with.",
    example: {
      fields: { tags: ["patient", "vip"] },
      change: { kind: "added", tag: "vip", fields: ["tags"], old: { tags: ["patient"] }, new: { tags: ["patient", "vip"] } },
    },
  },
  "contacts.tag_removed": {
    title: "Tag Removed",
    says: "a tag is removed from a contact",
    about: contacts,
    events: tagEvents,
    change: tagChange("removed"),
    settings: [tag],
    note: "Once for each tag that is removed from a contact. Deleting a contact does not count.",
    example: {
      fields: { tags: ["patient"] },
      change: { kind: "removed", tag: "vip", fields: ["tags"], old: { tags: ["patient", "vip"] }, new: { tags: ["patient"] } },
    },
  },
  "contacts.field_changed": {
    title: "Contact Field Changed",
    says: "a field of a contact changes",
    about: contacts,
    events: ["ContactUpdate", "ContactDndUpdate", "ContactCreate"],
    change: fieldChange(contactFields),
    ...chosenField(Object.keys(contactFields), customFieldLookup),
    note: "Differences in case or spaces do not count, and neither does creating a contact. Events leave out empty fields, so an emptied field is noticed at the next poll.",
    example: {
      fields: { companyName: "Engine Works" },
      change: {
        kind: "changed",
        from: "Mill Works",
        to: "Engine Works",
        fields: ["companyName"],
        old: { companyName: "Mill Works" },
        new: { companyName: "Engine Works" },
      },
    },
  },
};
