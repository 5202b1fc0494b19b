import { expect } from "vitest";
import { effectOf } from "#catalog/idempotency.ts";
import { validateInput } from "#catalog/validate.ts";
import {
  a,
  about,
  body,
  config,
  field,
  many,
  moves,
  operation,
  read,
  refused,
  request,
  route,
  single,
  stopped,
  stops,
  url,
  type Line,
} from "./asking.ts";

export const contacts: Line[] = [
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
    stops("email: is needed unless number is given"),
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
    stops("email: is needed unless phone or name"),
  ],
  ["contacts.update", "the location is not sent", () => body("contacts.update", { contactId: "c", city: "London" }), { city: "London" }],
  ["contacts.update", "tags are replaced, and a dry run counts so", () => about("contacts.update", "before.sets"), { tags: "replace" }],
  ["contacts.update", "there is no gender to change", () => field("contacts.update", "gender"), undefined],
  ["contacts.update", "the record is in the answer", () => read("contacts.update", { succeded: true, contact: a }), a],
  [
    "contacts.find",
    "takes an id, an address or a number, or words",
    () => operation("contacts.find").input.map((f) => f.name),
    ["email", "phone", "contactId", "query"],
  ],
  ["contacts.delete", "the answer's spelling is passed on", () => read("contacts.delete", { succeded: true }), { succeded: true }],
  [
    "contacts.upsert",
    "without an address it would be a new one each time",
    () => stopped("contacts.upsert", { firstName: "Ada" }),
    stops("email: is needed unless phone is given"),
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
  [
    "contacts.guarded_upsert",
    "is matched by the address before the number, unless the step says otherwise",
    () => field("contacts.guarded_upsert", "matchBy")!.schema.default,
    ["email", "phone"],
  ],
  ...["contacts.add_tags_bulk", "contacts.remove_tags_bulk"].map((id): Line => [
    id,
    "takes up to ten thousand contacts, and neither none nor more",
    () => [0, 10_000, 10_001].map((count) => checked(id, { tags: ["spring"], contactIds: many(count) })),
    [stops("at least 1"), "accepted", stops("at most 10000")],
  ]),
];

/** What the check of an input says of it: a recipe makes no request of its own that would show it. */
function checked(id: string, input: Record<string, unknown>): string {
  try {
    validateInput(operation(id), input);
    return "accepted";
  } catch (error) {
    return String(error);
  }
}
