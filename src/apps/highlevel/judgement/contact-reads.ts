import { judge, type Judgement } from "../judge.ts";
import { contactId } from "./contact-fields.ts";
import { businessLookup, type LookupId } from "./lookups.ts";

const ada = { id: "ocQHyuzHvysMo5N5VsXc", locationId: "ve9EPM428h8vShlRW1KT", firstName: "Ada", lastName: "Byron", email: "ada@example.com", phone: "+441632960961", tags: ["patient"] };
const task = { id: "tSk1Pq8WvYb3Nc6Mz0La", title: "Call Ada", dueDate: "2026-02-01T09:00:00Z", completed: false, contactId: ada.id };
const note = { id: "nTe9Ab2CdEf4Gh6Ij8Kl", body: "Prefers mornings", dateAdded: "2026-01-15T09:30:00.000Z", contactId: ada.id };
const show = ["firstName", "lastName", "email", "phone", "tags"];
const taskId = { taskId: { label: "Task", required: true } };
const noteId = { id: { label: "Note", required: true } };

/**
 * No contact read has a `changed` path: the vendor does not promise that a tag, note or DND change moves dateUpdated,
 * so the content decides.
 */
const table = {
  "contacts.get": {
    endpoint: "contacts/get-contact", kind: "trigger", title: "Get Contact", effect: "read", result: "contact", identity: "id", show,
    volatile: ["lastActivity"], fields: contactId,
    example: { input: { contactId: ada.id }, output: ada },
    note: "An unknown id is refused with 400 rather than 404.",
  },
  "contacts.search": {
    endpoint: "contacts/search-contacts-advanced", kind: "trigger", title: "Search Contacts", effect: "read", result: "contacts", list: true, identity: "id", show,
    volatile: ["searchAfter", "lastActivity"],
    paging: { style: "page", in: "body", page: "page", size: "pageLimit", max: 500, pageRows: 10_000, after: { field: "searchAfter", row: "searchAfter" }, total: "total" },
    newest: { input: { sort: [{ field: "dateUpdated", direction: "desc" }] }, by: "dateUpdated" },
    fields: {
      query: { label: "Words to look for", help: "At most 75 characters." },
      filters: { label: "Filters", help: "A list of {field, operator, value}, or of groups." },
      sort: { label: "Order" },
      pageLimit: { fill: { value: 100 } },
    },
    example: { input: { query: "ada" }, output: [ada] },
    note: "A POST, and still a read. The index lags writes by seconds. Rows carry other keys than Get Contact.",
  },
  "contacts.list_by_business": {
    endpoint: "contacts/get-contacts-by-businessId", kind: "trigger", title: "Get Contacts by Business", effect: "read", result: "contacts", list: true, identity: "id", show,
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true },
    fields: { businessId: { label: "Business", required: true, lookup: businessLookup }, query: { label: "Words to look for" } },
    example: { input: { businessId: "63771dcac1116f0e21de8e12" }, output: [ada] },
    note: "A contact that is unlinked vanishes from the list.",
  },
  "contacts.find_duplicate": {
    endpoint: "contacts/get-duplicate-contact", kind: "trigger", title: "Get Duplicate Contact", effect: "read", result: "contact", identity: "id", show,
    volatile: ["lastActivity"],
    fields: { email: { label: "E-mail" }, number: { label: "Phone", help: "With country code: +441632960961." } },
    example: { input: { email: ada.email }, output: ada },
    note: "Gives null when there is none. Which of the two decides follows the sub-account's duplicate setting.",
  },
  "contacts.list_appointments": {
    endpoint: "contacts/get-appointments-for-contact", kind: "trigger", title: "Get Contact Appointments", effect: "read", result: "events", list: true, identity: "id",
    show: ["title", "startTime", "appointmentStatus"], fields: contactId,
    example: { input: { contactId: ada.id }, output: [{ id: "aPt5Rs7TuVw9Xy1Za3Bc", title: "Check-up", startTime: "2026-02-01 09:00:00", endTime: "2026-02-01 09:30:00", appointmentStatus: "confirmed" }] },
    note: "Times have no zone here: they are the sub-account's own.",
  },
  "contacts.list_tasks": {
    endpoint: "contacts/get-all-tasks", kind: "trigger", title: "Get Contact Tasks", effect: "read", result: "tasks", list: true, identity: "id",
    show: ["title", "dueDate", "completed"], fields: contactId,
    example: { input: { contactId: ada.id }, output: [task] },
  },
  "contacts.get_task": {
    endpoint: "contacts/get-task", kind: "trigger", title: "Get Contact Task by ID", effect: "read", result: "task", identity: "id",
    show: ["title", "dueDate", "completed"], fields: { ...contactId, ...taskId },
    example: { input: { contactId: ada.id, taskId: task.id }, output: task },
  },
  "contacts.list_notes": {
    endpoint: "contacts/get-all-notes", kind: "trigger", title: "Get Contact Notes", effect: "read", result: "notes", list: true, identity: "id",
    show: ["body", "dateAdded"], fields: contactId,
    example: { input: { contactId: ada.id }, output: [note] },
    note: "One request a contact: mind the daily budget when polling many.",
  },
  "contacts.get_note": {
    endpoint: "contacts/get-note", kind: "trigger", title: "Get Contact Note by ID", effect: "read", result: "note", identity: "id",
    show: ["body", "dateAdded"], fields: { ...contactId, ...noteId },
    example: { input: { contactId: ada.id, id: note.id }, output: note },
  },
  "contacts.list": {
    endpoint: "contacts/get-contacts", kind: "trigger", title: "List Contacts (Deprecated)", effect: "read", result: "contacts", list: true, identity: "id", show,
    volatile: ["lastActivity"],
    paging: { style: "cursor", in: "query", size: "limit", max: 100, next: { startAfterId: "meta.startAfterId", startAfter: "meta.startAfter" }, total: "meta.total" },
    newest: { input: { sortBy: "date_updated", order: "desc" }, by: "dateUpdated" },
    fields: { query: { label: "Words to look for" } },
    example: { input: {}, output: [ada] },
    note: "Deprecated by the vendor in favour of Search Contacts.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const contactReads = judge("Contacts", table);
