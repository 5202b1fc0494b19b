/** What is known of each operation beyond its description, line by line: what we make of it, shown by a request, an answer or a refusal. */
import { expect, test } from "vitest";
import { getPath } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#apps/index.ts";
import { prepareInput } from "#apps/prepare.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { effectOf } from "#catalog/idempotency.ts";
import { buildRequest } from "#catalog/request.ts";
import { identityOf, unwrap, versionOf, withoutGone } from "#catalog/result.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { catalogRows } from "#test/support/catalog-rows.ts";

type Given = Record<string, unknown>;
type Line = [key: string, what: string, shown: () => unknown, wanted: unknown];

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const agency: ConnectionFacts = { id: "con_2", workspaceId: "w", name: "agency", app: "highlevel", companyId: "com_1", access: "agency" };
const operation = (id: string) => findOperation("highlevel", id)!;
const ownField = { id: "f1", name: "Source of the deal", fieldKey: "opportunity.source_of_the_deal", dataType: "TEXT" };
/** Names are ids here, but for those of custom fields. */
const ask: Call = (id) =>
  id === "locations.list_custom_fields"
    ? Promise.resolve({ output: [ownField], raw: {}, status: 200 })
    : Promise.reject(new Error(`${id} was not to be asked`));
const calendarId = "cAl7Qw3Er9Ty5Ui1Op2A";
const pipelineId = "pIp3Zx7Cv1Bn5Ma9Sd2F";
const mary = "8Qk2mVtXb1nLz7RdYc4e";
const many = (count: number) => Array.from({ length: count }, (_, i) => String(i).padStart(24, "0"));

async function request(id: string, input: Given, connection = acme) {
  const prepared = await prepareInput(operation(id), input, ask);
  validateInput(operation(id), prepared);
  const { method, url, headers, body } = buildRequest(operation(id), prepared, connection, highlevel);
  return {
    method,
    url: url.replace(highlevel.baseUrl, ""),
    version: headers["Version"],
    body: body && (JSON.parse(String(body)) as unknown),
  };
}
/** Path and query, the parameters in the order of the alphabet. */
async function url(id: string, input: Given, connection = acme): Promise<string> {
  const [path = "", query] = (await request(id, input, connection)).url.split("?");
  return query === undefined ? path : `${path}?${query.split("&").sort().join("&")}`;
}
const body = async (id: string, input: Given) => (await request(id, input)).body;
const route = async (id: string, input: Given, connection = acme) => {
  const { method, url: at } = await request(id, input, connection);
  return `${method} ${at}`;
};
const stopped = (id: string, input: Given) => request(id, input).then(() => "sent", String);
const refused = (id: string, status: number, answer: Given) => {
  const { code, details } = decodeRefusal(highlevel, operation(id), status, answer);
  return [code, details["existingId"] ?? details["outcome"]];
};
const read = (id: string, answer: unknown) => unwrap(operation(id), answer);
/** Whether a row with another value counts as changed. */
const moves = (id: string, was: Given, is: Given) => versionOf(operation(id), was) !== versionOf(operation(id), is);
const field = (id: string, name: string) => operation(id).input.find((f) => f.name === name);
const about = (id: string, path: string) => getPath(operation(id), path);
const a = { id: "r1" };
const stops = (words: string) => expect.stringContaining(words) as unknown;

/** Reads of one record: known by the id one gives, changed when its content is, and gone when it is not found any more. */
const single = (id: string, wrap?: string): Line[] => [
  [id, "is unwrapped", () => read(id, wrap ? { [wrap]: a, traceId: "t" } : a), operation(id).list ? [a] : a],
  [
    id,
    "a change of content is a change, another trace is none",
    () => [moves(id, { id: "r1", x: 1 }, { id: "r1", x: 2 }), moves(id, { ...a, traceId: "1" }, { ...a, traceId: "2" })],
    [true, false],
  ],
  [id, "404 is not found", () => refused(id, 404, { message: "Not found" }), ["OUTBOUND_NOT_FOUND", "refused"]],
  [
    id,
    "and so is a 400 that says so",
    () => refused(id, 400, { message: "Record with id r1 not found" }),
    ["OUTBOUND_NOT_FOUND", "refused"],
  ],
];
/** Lists of what one sets up: no time tells of a change, the content does. */
const config = (id: string, row: Given): Line => [
  id,
  "a change is told by content",
  () => moves(id, row, { ...row, name: "another" }),
  true,
];

const contacts: Line[] = [
  ...single("contacts.get", "contact"),
  [
    "contacts.get",
    "a tag or a channel turned off is a change, whatever the date says",
    () => moves("contacts.get", { id: "c", tags: [] }, { id: "c", tags: ["x"] }),
    true,
  ],
  [
    "contacts.get",
    "a date of last activity is none",
    () => moves("contacts.get", { id: "c", lastActivity: 1 }, { id: "c", lastActivity: 2 }),
    false,
  ],
  [
    "contacts.search",
    "location and page size are always there",
    () => body("contacts.search", {}),
    { locationId: "loc_1", pageLimit: 100 },
  ],
  [
    "contacts.search",
    "at most 75 characters are looked for",
    () => stopped("contacts.search", { query: "x".repeat(76) }),
    stops("query: must be at most 75"),
  ],
  [
    "contacts.search",
    "at most 500 rows a page",
    () => stopped("contacts.search", { pageLimit: 501 }),
    stops("pageLimit: must be at most 500"),
  ],
  [
    "contacts.search",
    "pages, then the cursor of the last row, never both",
    () => about("contacts.search", "paging.after"),
    { field: "searchAfter", row: "searchAfter" },
  ],
  [
    "contacts.search",
    "the latest change first",
    () => about("contacts.search", "newest.input.sort"),
    [{ field: "dateUpdated", direction: "desc" }],
  ],
  [
    "contacts.search",
    "a row's place in the list is no change",
    () => moves("contacts.search", { id: "c", searchAfter: [1] }, { id: "c", searchAfter: [2] }),
    false,
  ],
  [
    "contacts.list_by_business",
    "places in the list are text",
    () => url("contacts.list_by_business", { businessId: "63771dcac1116f0e21de8e12", skip: 0, limit: 25 }),
    "/contacts/business/63771dcac1116f0e21de8e12?limit=25&locationId=loc_1&skip=0",
  ],
  config("contacts.list_by_business", { id: "c", name: "A" }),
  [
    "contacts.find_duplicate",
    "a number's plus is encoded",
    () => url("contacts.find_duplicate", { number: "+441632960961" }),
    stops("number=%2B441632960961"),
  ],
  [
    "contacts.find_duplicate",
    "one of the two is wanted",
    () => stopped("contacts.find_duplicate", {}),
    stops("email: is needed, or number"),
  ],
  ["contacts.find_duplicate", "none is null, not a failure", () => read("contacts.find_duplicate", { contact: null, traceId: "t" }), null],
  ["contacts.list_appointments", "the list is called events", () => read("contacts.list_appointments", { events: [a] }), [a]],
  [
    "contacts.list_appointments",
    "its times have no zone, and it says so",
    () => about("contacts.list_appointments", "note"),
    stops("no zone"),
  ],
  [
    "contacts.list_tasks",
    "no event tells of a changed task: the content does",
    () => moves("contacts.list_tasks", { id: "t", title: "A" }, { id: "t", title: "B" }),
    true,
  ],
  ...single("contacts.get_task", "task"),
  [
    "contacts.list_notes",
    "its only date is that of its making: the content decides",
    () => moves("contacts.list_notes", { id: "n", body: "A" }, { id: "n", body: "B" }),
    true,
  ],
  [
    "contacts.list_notes",
    "costs a request a contact, and says so",
    () => about("contacts.list_notes", "note"),
    stops("One request a contact"),
  ],
  ...single("contacts.get_note", "note"),
  ["contacts.list", "is deprecated", () => about("contacts.list", "deprecated"), true],
  [
    "contacts.list",
    "is read on by the cursor of its meta",
    () => about("contacts.list", "paging.next"),
    { startAfterId: "meta.startAfterId", startAfter: "meta.startAfter" },
  ],
  [
    "contacts.list",
    "can be sorted, though it is not described",
    () => url("contacts.list", { sortBy: "date_updated", order: "desc" }),
    "/contacts/?locationId=loc_1&order=desc&sortBy=date_updated",
  ],
  [
    "contacts.create",
    "one that is there already is named",
    () => refused("contacts.create", 400, { message: "This location does not allow duplicated contacts.", meta: { contactId: "c9" } }),
    ["DUPLICATE_RECORD", "c9"],
  ],
  [
    "contacts.create",
    "a refusal by the validator may have made it all the same",
    () => refused("contacts.create", 422, { message: ["property x should not exist"] }),
    ["OUTBOUND_REFUSED", "unknown"],
  ],
  [
    "contacts.create",
    "unknown fields do not go out",
    () => stopped("contacts.create", { email: "a@b.example", shoeSize: 42 }),
    stops("shoeSize: is not a field"),
  ],
  [
    "contacts.create",
    "somebody without an address and a name is nobody",
    () => stopped("contacts.create", { city: "London" }),
    stops("email: is needed, or phone or name"),
  ],
  ["contacts.update", "the location is not sent", () => body("contacts.update", { contactId: "c", city: "London" }), { city: "London" }],
  ["contacts.update", "tags are replaced, and a dry run counts so", () => about("contacts.update", "before.sets"), { tags: "replace" }],
  ["contacts.update", "there is no gender to change", () => field("contacts.update", "gender"), undefined],
  ["contacts.update", "the record is in the answer", () => read("contacts.update", { succeded: true, contact: a }), a],
  [
    "contacts.find",
    "takes an id, an address or a number",
    () => operation("contacts.find").input.map((f) => f.name),
    ["email", "phone", "contactId"],
  ],
  ["contacts.delete", "the answer's spelling is passed on", () => read("contacts.delete", { succeded: true }), { succeded: true }],
  [
    "contacts.upsert",
    "without an address it would be a new one each time",
    () => stopped("contacts.upsert", { firstName: "Ada" }),
    stops("email: is needed, or phone"),
  ],
  [
    "contacts.upsert",
    "told to make a new one it is not safe to repeat",
    () => [{}, { createNewIfDuplicateAllowed: true }].map((input) => effectOf(operation("contacts.upsert"), input)),
    ["upsert", "create"],
  ],
  [
    "contacts.upsert",
    "says what becomes of two matches and of a further address",
    () => about("contacts.upsert", "note"),
    expect.stringMatching(/two contacts.*primary/),
  ],
  ["contacts.upsert", "tags are replaced, and a dry run counts so", () => about("contacts.upsert", "before.sets"), { tags: "replace" }],
  ["contacts.upsert", "gender is for new ones, and says so", () => field("contacts.upsert", "gender")!.help, "Taken at creation only."],
  ["contacts.add_tags", "tags are added, in a dry run too", () => about("contacts.add_tags", "before.sets"), { tags: "add" }],
  [
    "contacts.remove_tags",
    "a DELETE carries its body",
    () => request("contacts.remove_tags", { contactId: "c", tags: ["x"] }),
    expect.objectContaining({ method: "DELETE", body: { tags: ["x"] } }),
  ],
  [
    "contacts.bulk_update_tags",
    "the path says whether to add or to remove",
    () => route("contacts.bulk_update_tags", { type: "remove", contacts: ["c"], tags: ["x"] }),
    "POST /contacts/bulk/tags/update/remove",
  ],
  ["contacts.bulk_update_tags", "the scope that is not described", () => about("contacts.bulk_update_tags", "scopes"), ["contacts.write"]],
  [
    "contacts.bulk_update_tags",
    "how many at once is not known, and says so",
    () => field("contacts.bulk_update_tags", "contacts")!.help,
    stops("not documented"),
  ],
  [
    "contacts.create_task",
    "a time goes without milliseconds",
    () => body("contacts.create_task", { contactId: "c", title: "Call", dueDate: "2026-02-01T09:00:00.250Z" }),
    { title: "Call", dueDate: "2026-02-01T09:00:00Z", completed: false },
  ],
  [
    "contacts.update_task",
    "here too",
    () => body("contacts.update_task", { contactId: "c", taskId: "t", dueDate: "2026-02-01T09:00:00.250Z" }),
    { dueDate: "2026-02-01T09:00:00Z" },
  ],
  ["contacts.update_task", "no event tells of it", () => about("contacts.update_task", "events"), undefined],
  [
    "contacts.complete_task",
    "opens a task again as well",
    () => body("contacts.complete_task", { contactId: "c", taskId: "t", completed: false }),
    { completed: false },
  ],
  [
    "contacts.create_note",
    "the text may be HTML",
    () => body("contacts.create_note", { contactId: "c", body: "<p>Hi</p>" }),
    { body: "<p>Hi</p>" },
  ],
  [
    "contacts.add_to_campaign",
    "is not repeated unasked: its messages would go out again",
    () => about("contacts.add_to_campaign", "effect"),
    "send",
  ],
  [
    "contacts.remove_from_all_campaigns",
    "the path of all is not that of one",
    () => route("contacts.remove_from_all_campaigns", { contactId: "c" }),
    "DELETE /contacts/c/campaigns/removeAll",
  ],
];

const window = { startTime: "2026-02-01T00:00:00Z", endTime: "2026-02-02T00:00:00Z" };
const slot = { calendarId, contactId: "c", startTime: "2026-02-01T09:00:00-05:00" };
const calendars: Line[] = [
  config("calendars.list_groups", { id: "g", name: "A" }),
  config("calendars.list", { id: "k", name: "A" }),
  [
    "calendars.list",
    "drafts are in it unless told otherwise",
    () => url("calendars.list", { showDrafted: false }),
    "/calendars/?locationId=loc_1&showDrafted=false",
  ],
  ...single("calendars.get", "calendar"),
  [
    "calendars.free_slots",
    "days are asked for in milliseconds",
    () => url("calendars.free_slots", { calendarId, startDate: "2026-02-01T00:00:00Z", endDate: "2026-02-02T00:00:00Z" }),
    `/calendars/${calendarId}/free-slots?endDate=1769990400000&startDate=1769904000000`,
  ],
  [
    "calendars.free_slots",
    "31 days at most",
    () => stopped("calendars.free_slots", { calendarId, startDate: "2026-02-01", endDate: "2026-03-05" }),
    stops("within 31 days"),
  ],
  [
    "calendars.free_slots",
    "keys that are no dates are no rows",
    () => read("calendars.free_slots", { "2026-02-01": { slots: ["s1", "s2"] }, traceId: "t" }),
    [
      { date: "2026-02-01", slot: "s1" },
      { date: "2026-02-01", slot: "s2" },
    ],
  ],
  [
    "calendars.list_events",
    "one of three is wanted, though none is marked",
    () => stopped("calendars.list_events", window),
    stops("calendarId: is needed, or userId or groupId"),
  ],
  [
    "calendars.list_events",
    "times are milliseconds, as text",
    () => url("calendars.list_events", { userId: mary, ...window }),
    stops("endTime=1769990400000&locationId=loc_1&startTime=1769904000000"),
  ],
  [
    "calendars.list_events",
    "says that there is no list of all, and how a series looks",
    () => about("calendars.list_events", "note"),
    expect.stringMatching(/no list of all.*masterEventId/),
  ],
  [
    "calendars.list_blocked_slots",
    "asks as the list of events does",
    () => stopped("calendars.list_blocked_slots", window),
    stops("calendarId: is needed, or userId or groupId"),
  ],
  ["calendars.list_blocked_slots", "no event tells of them", () => about("calendars.list_blocked_slots", "events"), undefined],
  ...single("calendars.get_appointment", "event"),
  ["calendars.get_appointment", "an older wrapping is read too", () => read("calendars.get_appointment", { appointment: a }), a],
  [
    "calendars.list_appointment_notes",
    "limit and offset are always there, twenty at most",
    () => url("calendars.list_appointment_notes", { appointmentId: "e" }),
    "/calendars/appointments/e/notes?limit=20&offset=0",
  ],
  [
    "calendars.list_appointment_notes",
    "the answer says whether there is more",
    () => about("calendars.list_appointment_notes", "paging.more"),
    "hasMore",
  ],
  [
    "calendars.list_appointment_notes",
    "a changed text is a change",
    () => moves("calendars.list_appointment_notes", { id: "n", body: "A" }, { id: "n", body: "B" }),
    true,
  ],
  ["calendars.list_notifications", "the answer is the list", () => read("calendars.list_notifications", [{ _id: "n" }]), [{ _id: "n" }]],
  ["calendars.list_notifications", "rows are known by _id", () => identityOf(operation("calendars.list_notifications"), { _id: "n" }), "n"],
  ...single("calendars.get_notification"),
  [
    "calendars.list_resources",
    "limit and skip are always there",
    () => url("calendars.list_resources", { resourceType: "rooms" }),
    "/calendars/resources/rooms?limit=50&locationId=loc_1&skip=0",
  ],
  [
    "calendars.list_resources",
    "a row is known by _id, else id, else its name",
    () =>
      [{ _id: "1", name: "A" }, { id: "2", name: "A" }, { name: "A" }].map((row) => identityOf(operation("calendars.list_resources"), row)),
    ["1", "2", "A"],
  ],
  [
    "calendars.list_resources",
    "two kinds there are",
    () => stopped("calendars.list_resources", { resourceType: "cars" }),
    stops("resourceType: must be one of"),
  ],
  ...single("calendars.get_resource"),
  [
    "calendars.update_group",
    "all three are wanted",
    () => stopped("calendars.update_group", { groupId: calendarId, name: "A" }),
    stops("slug: is needed"),
  ],
  [
    "calendars.set_group_status",
    "turns on as well as off",
    () => body("calendars.set_group_status", { groupId: calendarId, isActive: true }),
    { isActive: true },
  ],
  [
    "calendars.validate_group_slug",
    "is a read, though a POST with the scope of a write",
    () => [operation("calendars.validate_group_slug").effect, operation("calendars.validate_group_slug").scopes],
    ["read", ["calendars/groups.write"]],
  ],
  [
    "calendars.create",
    "spells as the vendor does",
    () => ["appoinmentPerSlot", "appoinmentPerDay"].map((name) => field("calendars.create", name)?.label),
    ["Appointments per slot", "Appointments per day"],
  ],
  ["calendars.create", "says that the kind decides what is allowed", () => about("calendars.create", "note"), stops("depends on the kind")],
  [
    "calendars.create_appointment",
    "a slot goes out as it came in, offset and all",
    () => body("calendars.create_appointment", slot),
    { ...slot, locationId: "loc_1" },
  ],
  [
    "calendars.create_appointment",
    "a slot that is taken is told so",
    () => refused("calendars.create_appointment", 400, { message: "The slot you have selected is no longer available." }),
    ["SLOT_TAKEN", "refused"],
  ],
  [
    "calendars.create_appointment",
    "checks can be waived",
    () => body("calendars.create_appointment", { ...slot, ignoreFreeSlotValidation: true, ignoreDateRange: true }),
    expect.objectContaining({ ignoreFreeSlotValidation: true, ignoreDateRange: true }),
  ],
  [
    "calendars.create_appointment",
    "says who wants a person named",
    () => field("calendars.create_appointment", "assignedUserId")!.help,
    stops("round-robin"),
  ],
  [
    "calendars.update_appointment",
    "six states",
    () => field("calendars.update_appointment", "appointmentStatus")!.schema.enum,
    ["new", "confirmed", "cancelled", "showed", "noshow", "invalid"],
  ],
  ["calendars.update_appointment", "the contact stays", () => field("calendars.update_appointment", "contactId"), undefined],
  [
    "calendars.update_appointment",
    "says how a whole series is changed",
    () => about("calendars.update_appointment", "note"),
    stops("masterEventId"),
  ],
  ["calendars.delete_event", "spelled properly here", () => read("calendars.delete_event", { succeeded: true }), { succeeded: true }],
  [
    "calendars.delete_event",
    "appointments and blocked slots alike, and says so",
    () => about("calendars.delete_event", "note"),
    stops("blocked slots alike"),
  ],
  [
    "calendars.create_block_slot",
    "a calendar or a person, not both",
    () => stopped("calendars.create_block_slot", { calendarId, assignedUserId: mary, ...window }),
    stops("cannot be given together"),
  ],
  [
    "calendars.create_block_slot",
    "a person alone will do, whatever is described",
    () => body("calendars.create_block_slot", { assignedUserId: mary, ...window }),
    { locationId: "loc_1", assignedUserId: mary, ...window },
  ],
  [
    "calendars.update_block_slot",
    "the same either or",
    () => stopped("calendars.update_block_slot", { eventId: "e", title: "x" }),
    stops("calendarId: is needed, or assignedUserId"),
  ],
  [
    "calendars.create_appointment_note",
    "5000 characters at most",
    () => stopped("calendars.create_appointment_note", { appointmentId: "e", body: "x".repeat(5001) }),
    stops("body: must be at most 5000"),
  ],
  [
    "calendars.update_appointment_note",
    "the note's id is asked for",
    () => route("calendars.update_appointment_note", { appointmentId: "e", noteId: "n", body: "x" }),
    "PUT /calendars/appointments/e/notes/n",
  ],
  [
    "calendars.delete_appointment_note",
    "here too",
    () => route("calendars.delete_appointment_note", { appointmentId: "e", noteId: "n" }),
    "DELETE /calendars/appointments/e/notes/n",
  ],
  [
    "calendars.create_notification",
    "the body is the list",
    () =>
      body("calendars.create_notification", {
        calendarId,
        body: [{ receiverType: "contact", channel: "email", notificationType: "booked" }],
      }),
    [{ receiverType: "contact", channel: "email", notificationType: "booked" }],
  ],
  [
    "calendars.update_notification",
    "gives a message, and says where the record is",
    () => about("calendars.update_notification", "note"),
    stops("message only"),
  ],
  [
    "calendars.create_resource",
    "every field is wanted, for either kind",
    () =>
      operation("calendars.create_resource")
        .input.filter((f) => f.required && f.in === "body" && !f.fill)
        .map((f) => f.name)
        .sort(),
    ["calendarIds", "capacity", "description", "name", "outOfService", "quantity"],
  ],
  [
    "calendars.update_resource",
    "is given up by the newer API, and says so",
    () => about("calendars.update_resource", "note"),
    stops("deprecated"),
  ],
  [
    "calendars.delete_resource",
    "is given up by the newer API, and says so",
    () => about("calendars.delete_resource", "note"),
    stops("deprecated"),
  ],
];

const opportunities: Line[] = [
  [
    "opportunities.search",
    "names in snake_case, days month first",
    () => url("opportunities.search", { pipeline_id: pipelineId, date: "2026-02-01" }),
    `/opportunities/search?date=02-01-2026&location_id=loc_1&pipeline_id=${pipelineId}`,
  ],
  [
    "opportunities.search",
    "says which other search sorts and filters more",
    () => about("opportunities.search", "note"),
    stops("Advanced"),
  ],
  ...single("opportunities.get", "opportunity"),
  ["opportunities.get", "has no notes, and says so", () => about("opportunities.get", "note"), stops("Notes")],
  [
    "opportunities.list_pipelines",
    "a changed stage is a changed pipeline",
    () =>
      moves("opportunities.list_pipelines", { id: "p", stages: [{ id: "s", name: "A" }] }, { id: "p", stages: [{ id: "s", name: "B" }] }),
    true,
  ],
  [
    "opportunities.create",
    "what is required",
    () =>
      operation("opportunities.create")
        .input.filter((f) => f.required && !f.fill)
        .map((f) => f.name)
        .sort(),
    ["contactId", "name", "pipelineId", "status"],
  ],
  [
    "opportunities.create",
    "a second one is told, with the first",
    () =>
      refused("opportunities.create", 400, {
        code: "OPPORTUNITY_NO_DUPLICATE",
        message: "Can not create duplicate opportunity for the contact.",
        meta: { existingId: "o9" },
      }),
    ["DUPLICATE_RECORD", "o9"],
  ],
  ["opportunities.create", "brings two events", () => about("opportunities.create", "events"), ["OpportunityCreate", "OpportunityUpdate"]],
  [
    "opportunities.update",
    "custom fields are given by name and written by id",
    () => body("opportunities.update", { id: "o", customFields: { "Source of the deal": "x" } }),
    { customFields: [{ id: "f1", key: ownField.fieldKey, field_value: "x" }] },
  ],
  [
    "opportunities.delete",
    "an update told afterwards brings nothing back, and it says so",
    () => [about("opportunities.delete", "events"), about("opportunities.delete", "note")],
    [["OpportunityDelete", "OpportunityUpdate"], stops("brings nothing back")],
  ],
  [
    "opportunities.update_status",
    "'all' is for searching",
    () => stopped("opportunities.update_status", { id: "o", status: "all" }),
    stops("status: must be one of"),
  ],
  [
    "opportunities.upsert",
    "a contact goes along, followers need not",
    () => body("opportunities.upsert", { contactId: "c", pipelineId }),
    { contactId: "c", pipelineId, locationId: "loc_1" },
  ],
  ["opportunities.upsert", "the record is in the answer", () => read("opportunities.upsert", { opportunity: a, new: true }), a],
  [
    "opportunities.add_followers",
    "all and added are told",
    () => read("opportunities.add_followers", { followers: ["u"], followersAdded: ["u"] }),
    { followers: ["u"], followersAdded: ["u"] },
  ],
  [
    "opportunities.remove_followers",
    "a DELETE with a body, and a query that clears all",
    () => request("opportunities.remove_followers", { id: "o", followers: [mary], isRemoveAllFollowers: true }),
    expect.objectContaining({ method: "DELETE", url: "/opportunities/o/followers?isRemoveAllFollowers=true", body: { followers: [mary] } }),
  ],
];

const people: Line[] = [
  [
    "users.search",
    "the agency is named with a sub-account's login too",
    () => url("users.search", {}),
    "/users/search?companyId=com_1&locationId=loc_1",
  ],
  ["users.search", "only a page of fewer than twenty-five is surely the last", () => about("users.search", "paging.floor"), 25],
  config("users.search", { id: "u", name: "A" }),
  [
    "users.filter_by_email",
    "addresses are one text; a read though a POST; an agency's",
    () => [operation("users.filter_by_email").effect, operation("users.filter_by_email").access],
    ["read", ["agency"]],
  ],
  [
    "users.filter_by_email",
    "joined by commas",
    () => body("users.filter_by_email", { emails: ["a@b.example", "c@d.example"], projection: "all" }),
    { companyId: "com_1", emails: "a@b.example,c@d.example", projection: "all" },
  ],
  ...single("users.get"),
  ["users.list_by_location", "is deprecated", () => about("users.list_by_location", "deprecated"), true],
  config("users.list_by_location", { id: "u", name: "A" }),
  ["users.create", "a password is wanted", () => field("users.create", "password")!.required, true],
  [
    "users.create",
    "kinds and roles",
    () => ["type", "role"].map((name) => field("users.create", name)!.schema.enum),
    [
      ["account", "agency"],
      ["admin", "user"],
    ],
  ],
  ["users.create", "the record is the answer", () => read("users.create", a), a],
  [
    "users.update",
    "the user is asked for, though not described",
    () => route("users.update", { userId: mary, lastName: "King" }),
    `PUT /users/${mary}`,
  ],
  [
    "users.delete",
    "is queued, and says so",
    () => [about("users.delete", "note"), read("users.delete", { succeded: true, message: "queued" })],
    [stops("queued"), { succeded: true, message: "queued" }],
  ],
  ...single("businesses.get", "business"),
  [
    "businesses.list",
    "custom fields are read, a change of theirs is told",
    () => moves("businesses.list", { id: "b", customFields: [] }, { id: "b", customFields: [{ id: "f" }] }),
    true,
  ],
  [
    "businesses.create",
    "the record's key is misspelt; spelt well it is read too",
    () => [read("businesses.create", { success: true, buiseness: a }), read("businesses.create", { success: true, business: a })],
    [a, a],
  ],
  ["businesses.create", "custom fields cannot be written", () => field("businesses.create", "customFields"), undefined],
  ["businesses.update", "here too", () => read("businesses.update", { success: true, buiseness: a }), a],
  [
    "businesses.delete",
    "the vendor's own spelling of the endpoint is found",
    () => route("businesses.delete", { businessId: "63771dcac1116f0e21de8e12" }),
    "DELETE /businesses/63771dcac1116f0e21de8e12",
  ],
];

const conversations: Line[] = [
  [
    "conversations.search",
    "the last message first, by which pages go on",
    () => url("conversations.search", {}),
    "/conversations/search?locationId=loc_1&sort=desc&sortBy=last_message_date",
  ],
  [
    "conversations.search",
    "days are milliseconds",
    () => url("conversations.search", { startDate: "2026-02-01T00:00:00Z" }),
    stops("startDate=1769904000000"),
  ],
  ...single("conversations.get"),
  ...single("conversations.get_email"),
  ["conversations.get_email", "a wrapped one is read too", () => read("conversations.get_email", { emailMessage: a }), a],
  [
    "conversations.get_email",
    "parameter, version and scope that are not described",
    () => request("conversations.get_email", { id: "e" }),
    expect.objectContaining({ url: "/conversations/messages/email/e", version: "2021-04-15" }),
  ],
  ...single("conversations.get_message"),
  ["conversations.get_message", "a wrapped one is read too", () => read("conversations.get_message", { message: a }), a],
  [
    "conversations.list_messages",
    "nested twice, or once",
    () => [read("conversations.list_messages", { messages: { messages: [a] } }), read("conversations.list_messages", { messages: [a] })],
    [[a], [a]],
  ],
  [
    "conversations.list_messages",
    "a status that changes is a change",
    () => moves("conversations.list_messages", { id: "m", status: "sent" }, { id: "m", status: "delivered" }),
    true,
  ],
  [
    "conversations.get_recording",
    "a text of bytes, of which any other is a change",
    () => [
      about("conversations.get_recording", "output"),
      versionOf(operation("conversations.get_recording"), "AA") === versionOf(operation("conversations.get_recording"), "AB"),
    ],
    [{ type: "string" }, false],
  ],
  [
    "conversations.get_recording",
    "until it is there it is not found, which is no failure of a poll",
    () => [400, 404, 422].map((status) => refused("conversations.get_recording", status, { message: "Recording is being processed" })[0]),
    ["OUTBOUND_NOT_FOUND", "OUTBOUND_NOT_FOUND", "OUTBOUND_NOT_FOUND"],
  ],
  [
    "conversations.get_transcription",
    "a sentence alone, or the list of them",
    () => [read("conversations.get_transcription", { sentenceIndex: 0 }), read("conversations.get_transcription", [{ sentenceIndex: 0 }])],
    [[{ sentenceIndex: 0 }], [{ sentenceIndex: 0 }]],
  ],
  ["conversations.download_transcription", "is text", () => about("conversations.download_transcription", "output"), { type: "string" }],
  [
    "conversations.update_message_status",
    "too early is tried again, and the login is left alone",
    () =>
      [401, 403].map((status) => refused("conversations.update_message_status", status, { message: "No conversation provider found" })[0]),
    ["OUTBOUND_FAILED", "OUTBOUND_FAILED"],
  ],
  [
    "conversations.update_message_status",
    "four states",
    () => field("conversations.update_message_status", "status")!.schema.enum,
    ["delivered", "failed", "pending", "read"],
  ],
  [
    "conversations.live_chat_typing",
    "a yes goes out as text",
    () => body("conversations.live_chat_typing", { conversationId: "v", visitorId: "w", isTyping: true }),
    { locationId: "loc_1", conversationId: "v", visitorId: "w", isTyping: "true" },
  ],
  [
    "conversations.live_chat_typing",
    "says where a visitor's id is",
    () => field("conversations.live_chat_typing", "visitorId")!.help,
    stops("visitorId"),
  ],
  [
    "conversations.send_message",
    "type, contact and content are enough",
    () => body("conversations.send_message", { contactId: "c", type: "SMS", message: "Hi" }),
    { contactId: "c", type: "SMS", message: "Hi" },
  ],
  [
    "conversations.send_message",
    "later is in epoch seconds",
    () => body("conversations.send_message", { contactId: "c", type: "SMS", message: "Hi", scheduledTimestamp: "2026-02-01T09:00:00Z" }),
    expect.objectContaining({ scheduledTimestamp: 1769936400 }),
  ],
  [
    "conversations.send_message",
    "says who wants a provider",
    () => field("conversations.send_message", "conversationProviderId")!.help,
    stops("Custom"),
  ],
  [
    "conversations.cancel_scheduled_message",
    "says that e-mails are cancelled otherwise",
    () => about("conversations.cancel_scheduled_message", "note"),
    stops("Not for e-mails"),
  ],
];

const others: Line[] = [
  ["workflows.list", "a new version is a change", () => moves("workflows.list", { id: "w", version: 3 }, { id: "w", version: 4 }), true],
  [
    "snapshots.list",
    "an agency's, with the scope that is not described",
    () => [operation("snapshots.list").access, operation("snapshots.list").scopes],
    [["agency"], ["snapshots.readonly"]],
  ],
  ["snapshots.list", "the agency comes from the connection", () => url("snapshots.list", {}, agency), "/snapshots/?companyId=com_1"],
  config("campaigns.list", { id: "c", name: "A" }),
  ["campaigns.list", "the event of a contact in a campaign is not its news", () => about("campaigns.list", "events"), undefined],
  [
    "contacts.add_to_workflow",
    "the path has one workflow; a time keeps its offset",
    () =>
      request("contacts.add_to_workflow", {
        contactId: "c",
        workflowId: "d1f2a3b4-0000-4000-8000-000000000001",
        eventStartTime: "2026-02-01T09:00:00+01:00",
      }),
    expect.objectContaining({
      url: "/contacts/c/workflow/d1f2a3b4-0000-4000-8000-000000000001",
      body: { eventStartTime: "2026-02-01T09:00:00+01:00" },
    }),
  ],
  [
    "contacts.remove_from_workflow",
    "a DELETE that may carry a body",
    () =>
      request("contacts.remove_from_workflow", {
        contactId: "c",
        workflowId: "d1f2a3b4-0000-4000-8000-000000000001",
        eventStartTime: "2026-02-01T09:00:00+01:00",
      }),
    expect.objectContaining({ method: "DELETE", body: { eventStartTime: "2026-02-01T09:00:00+01:00" } }),
  ],
  [
    "contacts.add_followers",
    "all and added are told",
    () => read("contacts.add_followers", { followers: ["u"], followersAdded: ["u"] }),
    { followers: ["u"], followersAdded: ["u"] },
  ],
  [
    "contacts.remove_followers",
    "a DELETE with a body",
    () => request("contacts.remove_followers", { contactId: "c", followers: [mary] }),
    expect.objectContaining({ method: "DELETE", body: { followers: [mary] } }),
  ],
  [
    "contacts.bulk_business",
    "null unlinks, and is not the same as nothing",
    () => body("contacts.bulk_business", { ids: ["c"], businessId: null }),
    { locationId: "loc_1", ids: ["c"], businessId: null },
  ],
  ["contacts.bulk_business", "the scope that is not described", () => about("contacts.bulk_business", "scopes"), ["contacts.write"]],
  ["locations.list", "either login will do", () => operation("locations.list").access.toSorted(), ["agency", "location"]],
  ["locations.list", "an agency's names the agency", () => url("locations.list", {}, agency), "/locations/search?companyId=com_1"],
  ["locations.list", "ten rows may be all a page gives", () => about("locations.list", "paging.floor"), 10],
  [
    "locations.list_custom_fields",
    "fields of opportunities are asked for by model",
    () => url("locations.list_custom_fields", { model: "opportunity" }),
    "/locations/loc_1/customFields?model=opportunity",
  ],
  config("locations.list_custom_fields", { id: "f", name: "A" }),
  ...single("companies.get", "company"),
  ["companies.get", "an agency's, filled in from its connection", () => url("companies.get", {}, agency), "/companies/com_1"],
  [
    "associations.list",
    "three shapes of a list",
    () => [{ associations: [a] }, { data: [a] }, [a]].map((answer) => read("associations.list", answer)),
    [[a], [a], [a]],
  ],
  [
    "associations.list",
    "skip and limit are always there",
    () => url("associations.list", {}),
    "/associations/?limit=100&locationId=loc_1&skip=0",
  ],
  ...single("associations.get"),
  ...single("associations.get_by_key"),
  ...single("associations.get_by_object_key"),
  [
    "associations.get_by_object_key",
    "one, or several",
    () => [read("associations.get_by_object_key", a), read("associations.get_by_object_key", { associations: [a, a] })],
    [[a], [a, a]],
  ],
  [
    "associations.get_by_object_key",
    "the key is wanted, whatever is described",
    () => stopped("associations.get_by_object_key", {}),
    stops("objectKey: is needed"),
  ],
  [
    "associations.list_relations",
    "skip and limit are always there",
    () => url("associations.list_relations", { recordId: "r" }),
    "/associations/relations/r?limit=100&locationId=loc_1&skip=0",
  ],
  [
    "associations.list_relations",
    "the list that is not described",
    () => read("associations.list_relations", { relations: [a], total: 1 }),
    [a],
  ],
  [
    "blogs.check_slug",
    "the answer turns when the address is taken",
    () => moves("blogs.check_slug", { exists: false, traceId: "1" }, { exists: true, traceId: "2" }),
    true,
  ],
  ["blogs.list_posts", "the list is called blogs", () => read("blogs.list_posts", { blogs: [a] }), [a]],
  ["blogs.list_posts", "a blog is wanted", () => stopped("blogs.list_posts", {}), stops("blogId: is needed")],
  [
    "blogs.list_sites",
    "the list is called data",
    () => read("blogs.list_sites", { data: [{ _id: "b", name: "A" }] }),
    [{ _id: "b", name: "A" }],
  ],
  [
    "locations.get",
    "is wrapped, and the connection's own unless told",
    () => [read("locations.get", { location: a }), operation("locations.get").effect],
    [a, "read"],
  ],
  [
    "locations.create",
    "an agency's, and says what else it wants",
    () => [operation("locations.create").access, about("locations.create", "note")],
    [["agency"], expect.stringMatching(/largest plan.*installed/)],
  ],
  ["locations.create", "the record is the answer", () => read("locations.create", a), a],
  [
    "associations.create",
    "keys and labels are texts, whatever is described",
    () =>
      ["firstObjectLabel", "firstObjectKey", "secondObjectLabel", "secondObjectKey"].map(
        (name) => field("associations.create", name)!.schema.type,
      ),
    ["string", "string", "string", "string"],
  ],
  [
    "associations.delete",
    "relations go with it, and it says so",
    () => about("associations.delete", "note"),
    stops("relations go with it"),
  ],
  [
    "associations.delete_relation",
    "the sub-account is in the query",
    () => route("associations.delete_relation", { relationId: "r" }),
    "DELETE /associations/relations/r?locationId=loc_1",
  ],
  ["blogs.create_post", "everything is wanted", () => operation("blogs.create_post").input.filter((f) => f.required).length, 12],
  [
    "blogs.create_post",
    "four states",
    () => field("blogs.create_post", "status")!.schema.enum,
    ["DRAFT", "PUBLISHED", "SCHEDULED", "ARCHIVED"],
  ],
  ["blogs.create_post", "the record is called data", () => read("blogs.create_post", { data: a }), a],
  [
    "blogs.update_post",
    "everything is wanted again, and the post's id",
    () => operation("blogs.update_post").input.filter((f) => f.required).length,
    13,
  ],
  ["blogs.update_post", "the record is called so", () => read("blogs.update_post", { updatedBlogPost: a }), a],
  [
    "social.list_tags",
    "deleted ones are gone",
    () => withoutGone(operation("social.list_tags"), [{ _id: "1", deleted: false }, { _id: "2", deleted: true }, { _id: "3" }]),
    [{ _id: "1", deleted: false }, { _id: "3" }],
  ],
  ["social.list_tags", "the scope that is not described", () => about("social.list_tags", "scopes"), ["socialplanner/tag.readonly"]],
  ["social.list_tags", "cannot be written, and says so", () => about("social.list_tags", "note"), stops("not written")],
  [
    "social.tag_details",
    "is a read though a POST",
    () => [operation("social.tag_details").effect, operation("social.tag_details").method],
    ["read", "POST"],
  ],
  [
    "social.statistics",
    "is a read though a POST, with the sub-account in the query",
    () => route("social.statistics", { profileIds: ["66c2a1b3d4e5f6a7b8c9d0e1"] }),
    "POST /social-media-posting/statistics?locationId=loc_1",
  ],
  [
    "social.statistics",
    "one profile to a hundred",
    () => Promise.all([stopped("social.statistics", { profileIds: [] }), stopped("social.statistics", { profileIds: many(101) })]),
    [stops("at least 1"), stops("at most 100")],
  ],
  [
    "social.statistics",
    "the scope that is not described",
    () => about("social.statistics", "scopes"),
    ["socialplanner/statistics.readonly"],
  ],
];

const lines = [...contacts, ...calendars, ...opportunities, ...people, ...conversations, ...others];

/** Nothing is known of these that their description does not say. */
const asDescribed = [
  "contacts.delete_task",
  "contacts.update_note",
  "contacts.delete_note",
  "contacts.remove_from_campaign",
  "calendars.create_group",
  "calendars.delete_group",
  "calendars.update",
  "calendars.delete",
  "calendars.delete_notification",
  "blogs.list_authors",
  "blogs.list_categories",
  "associations.update",
  "associations.create_relation",
];

test("each operation of the catalog has a line here, or nothing to be said of it", () => {
  expect([...new Set([...lines.map(([key]) => key), ...asDescribed])].sort()).toEqual(catalogRows.map(([key]) => key).sort());
});

test.each(lines)("%s: %s", async (_key, _what, shown, wanted) => {
  expect(await shown()).toEqual(wanted);
});
