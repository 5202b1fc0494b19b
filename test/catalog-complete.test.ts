/** Every operation of the catalog has what an operation of its kind needs. What one cannot have stands here, with the reason. */
import { describe, expect, test } from "vitest";
import { isObject } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import type { InputField, JsonSchema, Operation } from "#catalog/types.ts";

/** The whole list comes in one answer: the vendor gives it no pages. */
const inOneAnswer = [
  "contacts.list_appointments",
  "contacts.list_tasks",
  "contacts.list_notes",
  "calendars.list_groups",
  "calendars.list",
  "calendars.free_slots",
  "calendars.list_events",
  "calendars.list_blocked_slots",
  "opportunities.list_pipelines",
  "users.list_by_location",
  "conversations.get_transcription",
  "workflows.list",
  "snapshots.list",
  "campaigns.list",
  "locations.list_custom_fields",
  "locations.list_tags",
  "associations.get_by_object_key",
  "social.tag_details",
];
/** Lists that can be asked for in the order of what happened last. */
const newestFirst: Record<string, string> = {
  "contacts.search": "dateUpdated",
  "contacts.list": "dateUpdated",
  "conversations.search": "lastMessageDate",
  "conversations.list_messages": "dateAdded",
  "conversations.export_messages": "dateAdded",
  "opportunities.search_advanced": "createdAt",
};
/** Makes or sends something, and no read tells afterwards whether it did. Its note says what then. */
const unconfirmed: Record<string, string> = {
  "contacts.add_to_campaign": "no read tells which campaigns a contact is in",
  "contacts.add_to_workflow": "no read tells which workflows a contact is in",
  "calendars.create_notification": "notifications have no time of creation, and two may be alike",
  "locations.create": "sub-accounts have no time of creation, and two may have one name",
};
/** Changes or deletes something that a dry run cannot read beforehand. */
const unseen: Record<string, string> = {
  "contacts.bulk_update_tags": "many contacts, each of which would be a read",
  "contacts.add_tags_bulk": "many contacts, each of which would be a read",
  "contacts.remove_tags_bulk": "many contacts, each of which would be a read",
  "contacts.bulk_business": "many contacts, each of which would be a read",
  "contacts.remove_from_campaign": "no read tells which campaigns a contact is in",
  "contacts.remove_from_all_campaigns": "no read tells which campaigns a contact is in",
  "contacts.remove_from_workflow": "no read tells which workflows a contact is in",
  "conversations.live_chat_typing": "shown for a moment, and kept nowhere",
  "associations.delete_relation": "no read finds a relation by its own id",
};
/** The answer is a text, of which nothing is shown first. */
const textual = ["conversations.get_recording", "conversations.download_transcription"];

const all = highlevel.operations.map((o) => [o.id, o] as const);
const rowOf = (o: Operation): unknown => (Array.isArray(o.example!.output) ? o.example!.output[0] : o.example!.output);
const asked = (o: Operation) => o.input.filter((field) => !field.fill);
const reads = all.filter(([, o]) => o.effect === "read" && !o.recipe);
const lists = reads.filter(([, o]) => o.list);
const effects = (...wanted: Operation["effect"][]) => all.filter(([, o]) => wanted.includes(o.effect));

/** Whether a schema knows a member, in whichever of its branches. */
const knows = (schema: JsonSchema | undefined, name: string): boolean =>
  !!schema &&
  (name in (schema.properties ?? {}) ||
    [schema.allOf, schema.anyOf, schema.oneOf].some((branches) => branches?.some((one) => knows(one, name))));

describe.each(all)("%s", (key, o) => {
  test("has an example, and shows first what its answer has", () => {
    expect(o.example).toBeDefined();
    if (textual.includes(key)) return expect(o.show).toBeUndefined();
    expect(o.show!.length).toBeGreaterThan(0);
    const row = rowOf(o);
    const schema = o.list ? o.output?.items : o.output;
    for (const name of o.show!) expect([name, (isObject(row) && name in row) || knows(schema, name)]).toEqual([name, true]);
  });

  test("asks by labels, with controls that fit", () => {
    for (const field of asked(o)) expect([field.name, field.label, fits(field)]).toEqual([field.name, expect.stringMatching(/\S/), true]);
  });
});

/** A choice is chosen, a yes or no is ticked, a list is listed, a time is picked unless it may be written as `now+7d`. */
function fits({ schema, control }: InputField): boolean {
  const types = [schema.type].flat();
  if (schema.enum) return control === "choice" || control === "checkbox";
  if (types.includes("boolean")) return control === "checkbox";
  if (types.includes("array")) return ["tags", "list", "json", "customFields", "filters", "order"].includes(control!);
  if (types.includes("object")) return control === "json";
  return schema.format !== "date-time" || control === "date" || control === "text";
}

test.each(lists)("%s knows its rows by an id, and how it is read to the end", (key, o) => {
  expect(o.identity).toBeDefined();
  expect([key, o.paging === undefined]).toEqual([key, inOneAnswer.includes(key)]);
});

test.each(reads)("a row of %s counts as changed by what its answer holds, and not by what each answer brings along", (_, o) => {
  const whole = o.result === "" || o.resultOr?.includes("");
  if (whole && (!o.list || o.lone) && o.output?.type !== "string" && o.example!.output !== null && !isListAlone(o))
    expect(o.volatile).toContain("traceId");
  // A time that is not promised to move with every change would hide some.
  expect(o.changed).toBeUndefined();
});
/** The answer is the list itself: nothing else comes along. */
const isListAlone = (o: Operation) => o.list === true && o.result === "" && !o.resultOr;

test("the newest come first wherever the vendor lets one ask for it", () => {
  expect(Object.fromEntries(lists.flatMap(([key, o]) => (o.newest ? [[key, o.newest.by]] : [])))).toEqual(newestFirst);
});

test.each(effects("create", "send"))("%s can be looked for after an unknown outcome, or says why not", (key, o) => {
  if (unconfirmed[key] === undefined) return expect(o.confirm).toBeDefined();
  expect(o.confirm).toBeUndefined();
  expect(o.note).toMatch(/after an unknown outcome/i);
});

test.each(effects("update", "upsert", "delete", "link", "unlink"))("%s is compared with what is there, or says why not", (key, o) => {
  expect([key, o.before === undefined]).toEqual([key, key in unseen]);
});

test("no exemption is left over", () => {
  const known = new Set(all.map(([key]) => key));
  const exempt = [...inOneAnswer, ...Object.keys(newestFirst), ...Object.keys(unconfirmed), ...Object.keys(unseen), ...textual];
  expect(exempt.filter((key) => !known.has(key))).toEqual([]);
});

/** What tells the same news as a read, and what a write brings about: the events of the app. */
const announced: [events: string, ...keys: string[]][] = [
  ["ContactDelete ContactDndUpdate ContactTagUpdate ContactUpdate", "contacts.get"],
  ["ContactCreate ContactDelete ContactTagUpdate ContactUpdate", "contacts.search", "contacts.list"],
  ["RecordUpdate", "contacts.list_by_business", "businesses.update"],
  ["ContactCreate", "contacts.find_duplicate", "contacts.create"],
  ["AppointmentCreate AppointmentDelete AppointmentUpdate", "contacts.list_appointments", "calendars.list_events"],
  ["TaskComplete TaskCreate TaskDelete", "contacts.list_tasks"],
  ["TaskComplete TaskDelete", "contacts.get_task"],
  ["NoteCreate NoteDelete NoteUpdate", "contacts.list_notes"],
  ["NoteDelete NoteUpdate", "contacts.get_note"],
  ["ContactDndUpdate ContactTagUpdate ContactUpdate", "contacts.update"],
  ["ContactUpdate", "contacts.add_followers", "contacts.remove_followers", "contacts.bulk_business"],
  ["ContactDelete", "contacts.delete"],
  ["ContactCreate ContactDndUpdate ContactTagUpdate ContactUpdate", "contacts.upsert", "contacts.guarded_upsert"],
  [
    "ContactTagUpdate",
    "contacts.add_tags",
    "contacts.remove_tags",
    "contacts.bulk_update_tags",
    "contacts.add_tags_bulk",
    "contacts.remove_tags_bulk",
  ],
  ["TaskCreate", "contacts.create_task"],
  ["TaskComplete", "contacts.complete_task"],
  ["TaskDelete", "contacts.delete_task"],
  ["NoteCreate", "contacts.create_note"],
  ["NoteUpdate", "contacts.update_note"],
  ["NoteDelete", "contacts.delete_note"],
  ["CampaignStatusUpdate", "contacts.add_to_campaign", "contacts.remove_from_campaign", "contacts.remove_from_all_campaigns"],
  ["AppointmentDelete AppointmentUpdate", "calendars.get_appointment"],
  ["AppointmentCreate", "calendars.create_appointment"],
  ["AppointmentUpdate", "calendars.update_appointment"],
  ["AppointmentDelete", "calendars.delete_event"],
  [
    "OpportunityAssignedToUpdate OpportunityCreate OpportunityDelete OpportunityMonetaryValueUpdate OpportunityStageUpdate OpportunityStatusUpdate OpportunityUpdate",
    "opportunities.search",
    "opportunities.search_advanced",
  ],
  [
    "OpportunityAssignedToUpdate OpportunityDelete OpportunityMonetaryValueUpdate OpportunityStageUpdate OpportunityStatusUpdate OpportunityUpdate",
    "opportunities.get",
  ],
  ["OpportunityCreate OpportunityUpdate", "opportunities.create"],
  [
    "OpportunityAssignedToUpdate OpportunityCreate OpportunityMonetaryValueUpdate OpportunityStageUpdate OpportunityStatusUpdate OpportunityUpdate",
    "opportunities.upsert",
  ],
  [
    "OpportunityAssignedToUpdate OpportunityMonetaryValueUpdate OpportunityStageUpdate OpportunityStatusUpdate OpportunityUpdate",
    "opportunities.update",
  ],
  ["OpportunityDelete OpportunityUpdate", "opportunities.delete"],
  ["OpportunityStatusUpdate OpportunityUpdate", "opportunities.update_status"],
  ["OpportunityUpdate", "opportunities.add_followers", "opportunities.remove_followers"],
  ["UserCreate UserDelete UserUpdate", "users.search", "users.filter_by_email", "users.get", "users.list_by_location"],
  ["UserCreate", "users.create"],
  ["UserUpdate", "users.update"],
  ["UserDelete", "users.delete"],
  ["ConversationUnreadUpdate InboundMessage OutboundMessage", "conversations.search", "conversations.get"],
  ["InboundMessage LCEmailStats OutboundMessage", "conversations.get_email"],
  ["ConversationProviderOutboundMessage InboundMessage OutboundMessage", "conversations.get_message"],
  [
    "InboundMessage OutboundMessage",
    "conversations.list_messages",
    "conversations.export_messages",
    "conversations.get_recording",
    "conversations.get_transcription",
    "conversations.download_transcription",
  ],
  ["RecordDelete RecordUpdate", "businesses.get"],
  ["RecordCreate RecordDelete RecordUpdate", "businesses.list"],
  ["RecordCreate", "businesses.create"],
  ["RecordDelete", "businesses.delete"],
  ["LocationCreate LocationUpdate", "locations.list"],
  ["AssociationCreate AssociationDelete AssociationUpdate", "associations.list", "associations.get_by_object_key"],
  ["AssociationDelete AssociationUpdate", "associations.get"],
  ["AssociationUpdate", "associations.get_by_key", "associations.update"],
  ["RelationCreate RelationDelete", "associations.list_relations"],
  ["LocationUpdate", "locations.get"],
  ["LocationCreate", "locations.create"],
  ["AssociationCreate", "associations.create"],
  ["AssociationDelete", "associations.delete"],
  ["RelationCreate", "associations.create_relation"],
  ["RelationDelete", "associations.delete_relation"],
  ["OutboundMessage", "conversations.send_message"],
];

test("the events of each operation are those of the app that tell the same news", () => {
  const expected = Object.fromEntries(announced.flatMap(([events, ...keys]) => keys.map((key) => [key, events.split(" ")])));
  expect(Object.fromEntries(all.flatMap(([key, o]) => (o.events ? [[key, [...o.events].sort()]] : [])))).toEqual(expected);
  const triggers = new Set(highlevel.triggers.map(({ id }) => id));
  expect([...new Set(all.flatMap(([, o]) => o.events ?? []))].filter((event) => !triggers.has(event))).toEqual([]);
});
