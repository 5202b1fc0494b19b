import { recordField as field, type CustomFields, type RecordField, type RecordType } from "#catalog/record-types.ts";

const readOnly = { write: null } as const;
const owner = (name: string, label = "Owner"): RecordField => field(name, label, "text", { refers: "user" });
const contactId = field("contactId", "Contact", "text", { refers: "contact", once: true });

const customFields = (model: string, values: string[]): CustomFields => ({
  list: { operation: "locations.list_custom_fields", input: { model } },
  id: "id",
  label: "name",
  kind: "dataType",
  kinds: {
    LARGE_TEXT: "longtext",
    NUMERICAL: "number",
    MONETORY: "number",
    PHONE: "phone",
    EMAIL: "email",
    DATE: "date",
    CHECKBOX: "list",
    MULTIPLE_OPTIONS: "list",
    FILE_UPLOAD: "custom",
    TEXTBOX_LIST: "custom",
  },
  read: "customFields",
  write: "customFields",
  row: { key: "id", values },
});

const contact: RecordType = {
  id: "contact",
  title: "contact",
  many: "contacts",
  called: [["firstName", "lastName"], ["email"], ["phone"], ["companyName"]],
  list: { operation: "contacts.search" },
  changed: "dateUpdated",
  events: [{ id: "ContactCreate" }, { id: "ContactUpdate" }, { id: "ContactTagUpdate" }, { id: "ContactDelete", gone: true }],
  one: { operation: "contacts.get", id: "contactId" },
  create: { operation: "contacts.create" },
  update: { operation: "contacts.update", id: "contactId" },
  remove: { operation: "contacts.delete", id: "contactId" },
  fields: [
    field("email", "E-mail", "email"),
    field("phone", "Phone", "phone"),
    field("firstName", "First name"),
    field("lastName", "Last name"),
    field("name", "Full name", "text", { listed: null }),
    field("companyName", "Company", "text", { once: true }),
    field("tags", "Tags", "tags"),
    owner("assignedTo"),
    field("source", "Source"),
    field("dateOfBirth", "Date of birth", "date"),
    field("address1", "Street", "text", { listed: "address" }),
    field("city", "City"),
    field("state", "State"),
    field("postalCode", "Postal code"),
    field("country", "Country"),
    field("website", "Website"),
    field("timezone", "Time zone"),
    field("dnd", "Do not disturb", "boolean"),
    field("dateAdded", "Created", "moment", readOnly),
    field("dateUpdated", "Changed", "moment", readOnly),
  ],
  custom: customFields("contact", ["value", "fieldValue"]),
};

const tag: RecordType = {
  id: "tag",
  title: "tag",
  many: "tags",
  called: [["name"]],
  list: { operation: "locations.list_tags" },
  one: { operation: "locations.get_tag", id: "tagId" },
  create: { operation: "locations.create_tag" },
  update: { operation: "locations.update_tag", id: "tagId" },
  remove: { operation: "locations.delete_tag", id: "tagId" },
  fields: [field("name", "Name"), field("id", "Id", "text", readOnly), field("locationId", "Sub-account id", "text", readOnly)],
};

const note: RecordType = {
  id: "note",
  title: "note",
  many: "notes",
  called: [["title"], ["body"]],
  list: { operation: "contacts.list_notes" },
  of: { type: "contact", field: "contactId", input: "contactId", each: true },
  events: [{ id: "NoteCreate" }, { id: "NoteUpdate" }, { id: "NoteDelete", gone: true }],
  one: { operation: "contacts.get_note", id: "id" },
  create: { operation: "contacts.create_note" },
  update: { operation: "contacts.update_note", id: "id" },
  remove: { operation: "contacts.delete_note", id: "id" },
  fields: [
    field("body", "Text", "longtext"),
    field("title", "Title"),
    contactId,
    owner("userId", "Author"),
    field("pinned", "Pinned", "boolean"),
    field("color", "Colour"),
    field("dateAdded", "Created", "moment", readOnly),
  ],
};

const task: RecordType = {
  id: "task",
  title: "task",
  many: "tasks",
  called: [["title"]],
  list: { operation: "locations/task-search" },
  of: { type: "contact", field: "contactId", input: "contactId" },
  events: [{ id: "TaskCreate" }, { id: "TaskComplete" }, { id: "TaskDelete", gone: true }],
  one: { operation: "contacts.get_task", id: "taskId" },
  create: { operation: "contacts.create_task" },
  update: { operation: "contacts.update_task", id: "taskId" },
  remove: { operation: "contacts.delete_task", id: "taskId" },
  archive: { operation: "contacts.complete_task", id: "taskId", input: { completed: true } },
  fields: [
    field("title", "Title"),
    field("body", "Text", "longtext"),
    field("dueDate", "Due", "moment"),
    field("completed", "Done", "boolean"),
    owner("assignedTo"),
    contactId,
  ],
};

const appointment: RecordType = {
  id: "appointment",
  title: "appointment",
  many: "appointments",
  called: [["title"]],
  list: { operation: "calendars.list_events", input: { startTime: "now-1d", endTime: "now+365d" } },
  changed: "dateUpdated",
  events: [
    { id: "AppointmentCreate", wrap: "appointment" },
    { id: "AppointmentUpdate", wrap: "appointment" },
    { id: "AppointmentDelete", wrap: "appointment", gone: true },
  ],
  one: { operation: "calendars.get_appointment", id: "eventId" },
  create: { operation: "calendars.create_appointment", input: { ignoreFreeSlotValidation: true, ignoreDateRange: true, toNotify: false } },
  update: {
    operation: "calendars.update_appointment",
    id: "eventId",
    input: { ignoreFreeSlotValidation: true, ignoreDateRange: true, toNotify: false },
  },
  remove: { operation: "calendars.delete_event", id: "eventId" },
  archive: {
    operation: "calendars.update_appointment",
    id: "eventId",
    input: { appointmentStatus: "cancelled", ignoreFreeSlotValidation: true, ignoreDateRange: true, toNotify: false },
  },
  fields: [
    field("title", "Title"),
    field("startTime", "Starts", "moment"),
    field("endTime", "Ends", "moment"),
    field("appointmentStatus", "Status"),
    field("calendarId", "Calendar"),
    contactId,
    owner("assignedUserId"),
    field("address", "Place"),
    field("description", "Text", "longtext"),
    field("dateUpdated", "Changed", "moment", readOnly),
  ],
};

const opportunity: RecordType = {
  id: "opportunity",
  title: "opportunity",
  many: "opportunities",
  called: [["name"]],
  list: { operation: "opportunities.search" },
  changed: "updatedAt",
  events: [
    { id: "OpportunityCreate" },
    { id: "OpportunityUpdate" },
    { id: "OpportunityStageUpdate" },
    { id: "OpportunityStatusUpdate" },
    { id: "OpportunityMonetaryValueUpdate" },
    { id: "OpportunityAssignedToUpdate" },
    { id: "OpportunityDelete", gone: true },
  ],
  one: { operation: "opportunities.get", id: "id" },
  create: { operation: "opportunities.create" },
  update: { operation: "opportunities.update", id: "id" },
  remove: { operation: "opportunities.delete", id: "id" },
  archive: { operation: "opportunities.update", id: "id", input: { status: "abandoned" } },
  fields: [
    field("name", "Name"),
    field("status", "Status"),
    field("monetaryValue", "Value", "number"),
    field("pipelineId", "Pipeline"),
    field("pipelineStageId", "Stage"),
    contactId,
    owner("assignedTo"),
    field("source", "Source", "text", readOnly),
    field("createdAt", "Created", "moment", readOnly),
    field("updatedAt", "Changed", "moment", readOnly),
  ],
  custom: customFields("opportunity", ["fieldValue", "value"]),
};

/** Users are invited by an agency and have a password: they are read, and never written by a sync. */
const user: RecordType = {
  id: "user",
  title: "user",
  many: "users",
  called: [["name"], ["firstName", "lastName"], ["email"]],
  list: { operation: "users.list_by_location" },
  one: { operation: "users.get", id: "userId" },
  fields: [
    field("id", "Id", "text", readOnly),
    field("email", "E-mail", "email", readOnly),
    field("name", "Name", "text", readOnly),
    field("firstName", "First name", "text", readOnly),
    field("lastName", "Last name", "text", readOnly),
    field("phone", "Phone", "phone", readOnly),
  ],
};

/** What HighLevel keeps that a sync can keep in step. Each lists a whole sub-account; notes are listed by contact. */
export const records: RecordType[] = [contact, tag, note, task, appointment, opportunity, user];
