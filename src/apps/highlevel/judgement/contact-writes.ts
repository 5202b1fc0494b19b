import type { JsonSchema } from "#catalog/types.ts";
import { judge, type Judgement } from "../judge.ts";
import { contactFields, contactId, onlyAtCreation, owner, tags } from "./contact-fields.ts";
import { campaignLookup, userLookup, type LookupId } from "./lookups.ts";

const id = "ocQHyuzHvysMo5N5VsXc";
const ada = { id, firstName: "Ada", lastName: "Byron", email: "ada@example.com", tags: ["patient"] };
const show = ["firstName", "lastName", "email", "phone", "tags"];
const done = { succeded: true };

const byId = { contactId: "input.contactId" };
const beforeContact = { operation: "contacts.get", input: byId, ignore: ["contactId"] };
const beforeTask = { operation: "contacts.get_task", input: { ...byId, taskId: "input.taskId" }, ignore: ["contactId", "taskId"] };
const beforeNote = { operation: "contacts.get_note", input: { ...byId, id: "input.id" }, ignore: ["contactId", "id"] };
const byAddress = { operation: "contacts.find_duplicate", input: { email: "input.email", number: "input.phone" } };

const time: JsonSchema = { type: "string", format: "date-time" };
const taskId = { taskId: { label: "Task", required: true } };
const noteId = { id: { label: "Note", required: true } };
const taskFields = {
  title: { label: "Title" },
  dueDate: { label: "Due", control: "date", schema: time, help: "A time with an offset: 2026-01-31T09:00:00Z." },
  body: { label: "Description", control: "longtext" },
  assignedTo: owner,
} as const;
const noteFields = {
  body: { label: "Text", control: "longtext", help: "Plain, or HTML." },
  title: {},
  userId: { ...owner, label: "Author", lookup: userLookup },
  pinned: {},
  color: { label: "Colour" },
} as const;

const table = {
  "contacts.create": {
    endpoint: "contacts/create-contact",
    kind: "action",
    title: "Create Contact",
    effect: "create",
    events: ["ContactCreate"],
    result: "contact",
    identity: "id",
    show,
    rules: [{ kind: "atLeastOne", fields: ["email", "phone", "name", "firstName", "lastName"] }],
    fields: { ...contactFields("Stored in small letters; new ones are made."), ...onlyAtCreation },
    confirm: { ...byAddress, needs: ["email", "phone"], match: { email: "input.email" }, since: "dateAdded" },
    example: { input: { email: ada.email, firstName: "Ada", lastName: "Byron" }, output: ada },
    note: "Refused where the sub-account forbids duplicates and the contact is there already; the refusal names it.",
  },
  "contacts.update": {
    endpoint: "contacts/update-contact",
    kind: "action",
    title: "Update Contact",
    effect: "update",
    events: ["ContactUpdate", "ContactTagUpdate", "ContactDndUpdate"],
    result: "contact",
    identity: "id",
    show,
    fields: { ...contactId, ...contactFields("Replaces all the tags the contact has. To add some, use Add Tags to Contact.") },
    before: { ...beforeContact, sets: { tags: "replace" } },
    example: { input: { contactId: id, city: "London" }, output: { ...ada, city: "London" } },
    note: "Partial: what is not given stays, but for tags, which are replaced whole. The gender is not taken here.",
  },
  "contacts.delete": {
    endpoint: "contacts/delete-contact",
    kind: "action",
    title: "Delete Contact",
    effect: "delete",
    events: ["ContactDelete"],
    fields: contactId,
    before: beforeContact,
    example: { input: { contactId: id }, output: done },
    note: "For good. The answer spells 'succeded' so.",
  },
  "contacts.upsert": {
    endpoint: "contacts/upsert-contact",
    kind: "action",
    title: "Upsert Contact",
    effect: "upsert",
    events: ["ContactCreate", "ContactUpdate", "ContactTagUpdate", "ContactDndUpdate"],
    result: "contact",
    identity: "id",
    show,
    fields: {
      ...contactFields("Replaces all the tags the contact has. To add some, use Add Tags to Contact."),
      ...onlyAtCreation,
      createNewIfDuplicateAllowed: { label: "Make a new one if duplicates are allowed" },
    },
    confirm: { ...byAddress, needs: ["email", "phone"], match: { email: "input.email" }, since: "dateAdded" },
    fresh: "createNewIfDuplicateAllowed",
    // Without an address there is nothing to match by: each call would make another contact.
    rules: [{ kind: "atLeastOne", fields: ["email", "phone"] }],
    before: { ...byAddress, ignore: ["createNewIfDuplicateAllowed"], sets: { tags: "replace" } },
    example: { input: { email: ada.email, firstName: "Ada" }, output: ada },
    note: "When e-mail and phone belong to two contacts, the sub-account's setting decides which, and the other address is dropped. A further e-mail address of a contact becomes its primary one, and the old one is lost. 'Create or update contact (adds to what is there)' does neither.",
  },
  "contacts.add_tags": {
    endpoint: "contacts/add-tags",
    kind: "action",
    title: "Add Tags to Contact",
    effect: "link",
    events: ["ContactTagUpdate"],
    fields: { ...contactId, tags: tags("Added to those it has; new ones are made.") },
    before: { ...beforeContact, sets: { tags: "add" } },
    example: { input: { contactId: id, tags: ["vip"] }, output: { tags: ["patient", "vip"] } },
  },
  "contacts.remove_tags": {
    endpoint: "contacts/remove-tags",
    kind: "action",
    title: "Remove Tags from Contact",
    effect: "unlink",
    events: ["ContactTagUpdate"],
    fields: { ...contactId, tags: tags("Those the contact does not have are passed over.") },
    before: { ...beforeContact, sets: { tags: "remove" } },
    example: { input: { contactId: id, tags: ["vip"] }, output: { tags: ["patient"] } },
  },
  "contacts.bulk_update_tags": {
    endpoint: "contacts/create-association",
    kind: "action",
    title: "Bulk Update Contact Tags",
    effect: "update",
    events: ["ContactTagUpdate"],
    fields: {
      type: { label: "What to do" },
      contacts: { label: "Contacts", help: "Ids of contacts. How many at once is not documented; 50 is careful." },
      tags: tags("Added to, or removed from, each of the contacts."),
      removeAllTags: { label: "Remove every tag", help: "Only with remove." },
    },
    example: { input: { type: "add", contacts: [id], tags: ["spring"] }, output: { succeded: true, errorCount: 0, responses: [] } },
    note: "One call may do a part of its contacts only, and says so in errorCount. A dry run names the contacts and tags, and reads none of the contacts. Add Tags to Many Contacts gives a result for each.",
  },
  "contacts.create_task": {
    endpoint: "contacts/create-task",
    kind: "action",
    title: "Create Contact Task",
    effect: "create",
    events: ["TaskCreate"],
    result: "task",
    identity: "id",
    show: ["title", "dueDate"],
    fields: { ...contactId, ...taskFields, completed: { fill: { value: false } } },
    confirm: { operation: "contacts.list_tasks", input: byId, match: { title: "input.title", dueDate: "input.dueDate" } },
    example: {
      input: { contactId: id, title: "Call Ada", dueDate: "2026-02-01T09:00:00Z" },
      output: { id: "tSk1Pq8WvYb3Nc6Mz0La", title: "Call Ada", completed: false },
    },
  },
  "contacts.update_task": {
    endpoint: "contacts/update-task",
    kind: "action",
    title: "Update Contact Task",
    effect: "update",
    result: "task",
    identity: "id",
    show: ["title", "dueDate", "completed"],
    fields: { ...contactId, ...taskId, ...taskFields, completed: {} },
    before: beforeTask,
    example: {
      input: { contactId: id, taskId: "tSk1Pq8WvYb3Nc6Mz0La", title: "Call Ada back" },
      output: { id: "tSk1Pq8WvYb3Nc6Mz0La", title: "Call Ada back" },
    },
  },
  "contacts.complete_task": {
    endpoint: "contacts/update-task-completed",
    kind: "action",
    title: "Complete Contact Task",
    effect: "update",
    events: ["TaskComplete"],
    result: "task",
    identity: "id",
    show: ["title", "completed"],
    fields: { ...contactId, ...taskId, completed: { label: "Completed", help: "False opens the task again." } },
    before: beforeTask,
    example: {
      input: { contactId: id, taskId: "tSk1Pq8WvYb3Nc6Mz0La", completed: true },
      output: { id: "tSk1Pq8WvYb3Nc6Mz0La", completed: true },
    },
  },
  "contacts.delete_task": {
    endpoint: "contacts/delete-task",
    kind: "action",
    title: "Delete Contact Task",
    effect: "delete",
    events: ["TaskDelete"],
    fields: { ...contactId, ...taskId },
    before: beforeTask,
    example: { input: { contactId: id, taskId: "tSk1Pq8WvYb3Nc6Mz0La" }, output: done },
  },
  "contacts.create_note": {
    endpoint: "contacts/create-note",
    kind: "action",
    title: "Create Contact Note",
    effect: "create",
    events: ["NoteCreate"],
    result: "note",
    identity: "id",
    show: ["body"],
    fields: { ...contactId, ...noteFields },
    confirm: { operation: "contacts.list_notes", input: byId, match: { body: "input.body" }, since: "dateAdded" },
    example: { input: { contactId: id, body: "Prefers mornings" }, output: { id: "nTe9Ab2CdEf4Gh6Ij8Kl", body: "Prefers mornings" } },
  },
  "contacts.update_note": {
    endpoint: "contacts/update-note",
    kind: "action",
    title: "Update Contact Note",
    effect: "update",
    events: ["NoteUpdate"],
    result: "note",
    identity: "id",
    show: ["body"],
    fields: { ...contactId, ...noteId, ...noteFields },
    before: beforeNote,
    example: {
      input: { contactId: id, id: "nTe9Ab2CdEf4Gh6Ij8Kl", body: "Prefers evenings" },
      output: { id: "nTe9Ab2CdEf4Gh6Ij8Kl", body: "Prefers evenings" },
    },
  },
  "contacts.delete_note": {
    endpoint: "contacts/delete-note",
    kind: "action",
    title: "Delete Contact Note",
    effect: "delete",
    events: ["NoteDelete"],
    fields: { ...contactId, ...noteId },
    before: beforeNote,
    example: { input: { contactId: id, id: "nTe9Ab2CdEf4Gh6Ij8Kl" }, output: done },
  },
  "contacts.add_to_campaign": {
    endpoint: "contacts/add-contact-to-campaign",
    kind: "action",
    title: "Add Contact to Campaign",
    effect: "send", // enrolling again may send its messages again
    events: ["CampaignStatusUpdate"],
    fields: { ...contactId, campaignId: { label: "Campaign", lookup: campaignLookup } },
    example: { input: { contactId: id, campaignId: "cMp7Yt5QwErTy2UiOp9a" }, output: done },
    note: "No read tells which campaigns a contact is in. After an unknown outcome a person decides.",
  },
  "contacts.remove_from_campaign": {
    endpoint: "contacts/remove-contact-from-campaign",
    kind: "action",
    title: "Remove from Campaign",
    effect: "unlink",
    events: ["CampaignStatusUpdate"],
    fields: { ...contactId, campaignId: { label: "Campaign", lookup: campaignLookup } },
    example: { input: { contactId: id, campaignId: "cMp7Yt5QwErTy2UiOp9a" }, output: done },
    note: "No read tells which campaigns a contact is in, so a dry run cannot say whether this one is among them.",
  },
  "contacts.remove_from_all_campaigns": {
    endpoint: "contacts/remove-contact-from-every-campaign",
    kind: "action",
    title: "Remove from All Campaigns",
    effect: "unlink",
    events: ["CampaignStatusUpdate"],
    fields: contactId,
    example: { input: { contactId: id }, output: done },
    note: "No read tells which campaigns a contact is in, so a dry run cannot say which they are.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const contactWrites = judge("Contacts", table);
