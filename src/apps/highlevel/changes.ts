import type { JsonObject } from "#kernel/json.ts";
import type { InputField, InputRule, Operation, WatchBound, WatchedChange, WatchFacts } from "#catalog/types.ts";
import { calendarLookup, customFieldLookup, opportunityFieldLookup, pipelineLookup, stageLookup, tagLookup } from "./judgement/lookups.ts";
import { judged } from "./operations.ts";
import { locationId } from "./webhooks/event.ts";
import { webhooks } from "./webhooks/index.ts";

/**
 * Change triggers: a tag was added, a deal moved, an appointment was cancelled. Each is one row of facts: the events that contain the record
 * and the list that shows it. The engine decides from both whether the record really changed in that way.
 *
 * They are named like operations, by noun and change (`contacts.tag_added`), because the vendor has no name for them.
 */
interface ChangeRow {
  title: string;
  /** What happens, within a sentence. */
  says: string;
  about: Subject;
  events: string[];
  change: WatchedChange;
  settings?: InputField[];
  rules?: InputRule[];
  note: string;
  /** What the example says of the change, beside the record. */
  example: { fields?: JsonObject; change: JsonObject };
}

/** Of which records: the list that shows them and where events have them. */
interface Subject extends Pick<WatchFacts, "list" | "input" | "wrap" | "made" | "updated" | "where" | "each"> {
  category: string;
  settings: InputField[];
}

const setting = (name: string, label: string, more: Partial<InputField> = {}): InputField => ({
  name,
  in: "setting",
  label,
  schema: { type: "string" },
  ...more,
  control: more.control ?? (more.lookup ? "lookup" : more.schema?.enum ? "choice" : "text"),
});
const any = (what: string): string => `Leave it empty for any ${what}.`;

const contacts: Subject = { category: "Contacts", list: "contacts.search", made: ["dateAdded"], updated: "dateUpdated", settings: [] };

const pipelineId = setting("pipelineId", "Pipeline", {
  lookup: pipelineLookup,
  help: `The one it is in after the change, by name or id. ${any("pipeline")}`,
});
const deals: Subject = {
  category: "Opportunities",
  list: "opportunities.search",
  made: ["createdAt", "dateAdded"],
  updated: "updatedAt",
  where: { pipelineId: "pipelineId" },
  settings: [pipelineId],
};

const appointments: Subject = {
  category: "Calendars & Appointments",
  list: "calendars.list_events",
  input: { startTime: "now-7d", endTime: "now+365d" },
  wrap: "appointment",
  made: ["dateAdded"],
  updated: "dateUpdated",
  where: { calendarId: "calendarId" },
  each: { setting: "calendarId", operation: "calendars.list" },
  settings: [setting("calendarId", "Calendar", { lookup: calendarLookup, help: `Its name or id. ${any("calendar")}` })],
};

const tag = setting("tag", "Tag", { lookup: tagLookup, help: `Case does not matter. ${any("tag")}` });
const tagEvents = ["ContactTagUpdate", "ContactCreate"];
const tagChange = (side: "added" | "removed"): WatchedChange => ({ kind: "member", path: "tags", side, setting: "tag" });

/** A field that is chosen: one of the record's own, or a custom field. */
const chosenField = (names: readonly string[], lookup: typeof customFieldLookup): Pick<ChangeRow, "settings" | "rules"> => ({
  settings: [
    setting("field", "Field", { schema: { type: "string", enum: [...names] }, help: "A standard field." }),
    setting("customField", "Custom field", {
      lookup: { ...lookup, value: "id", by: ["fieldKey", "name"], id: "^[A-Za-z0-9]{20,24}$" },
      help: "A custom field instead, by its name, key or id.",
    }),
  ],
  rules: [{ kind: "exactlyOne", fields: ["field", "customField"] }],
});
const fieldChange = (fields: Record<string, string[]>): WatchedChange => ({
  kind: "value",
  compared: { field: "field", fields, customField: "customField" },
});
const same = (...names: string[]): Record<string, string[]> => Object.fromEntries(names.map((name) => [name, [name]]));
const contactFields = {
  ...same("firstName", "lastName", "email", "phone", "companyName"),
  address1: ["address1", "address"],
  ...same("city", "state", "postalCode", "country", "website", "source", "assignedTo", "dateOfBirth", "dnd"),
};
const dealFields = same("name", "monetaryValue", "assignedTo", "contactId", "pipelineId", "source");

const from: WatchBound = { setting: "from" };
const to: WatchBound = { setting: "to" };
const stage = (name: string, label: string): InputField =>
  setting(name, label, {
    lookup: stageLookup("pipelineId"),
    help: `Its name, pipeline and name (Sales / Booked), or id. ${any("stage")}`,
  });
const status = (name: string, label: string): InputField =>
  setting(name, label, { schema: { type: "string", enum: ["open", "won", "lost", "abandoned"] }, help: any("status") });

const fresh = { fresh: true } as const;
const became = (...values: string[]): WatchedChange => ({
  kind: "value",
  compared: { paths: { appointmentStatus: ["appointmentStatus", "appoinmentStatus"] } },
  to: { values },
  ...fresh,
});
const appointmentEvents = ["AppointmentUpdate", "AppointmentCreate"];
const statusChange = (was: string, is: string): ChangeRow["example"] => ({
  fields: { appointmentStatus: is },
  change: {
    kind: "changed",
    from: was,
    to: is,
    fields: ["appointmentStatus"],
    old: { appointmentStatus: was },
    new: { appointmentStatus: is },
  },
});
const twoStages = ["7915dedc-8f18-44d5-8bc3-000000000001", "7915dedc-8f18-44d5-8bc3-000000000002"] as const;

const rows: Record<string, ChangeRow> = {
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
  "opportunities.stage_moved": {
    title: "Opportunity Moved to Another Stage",
    says: "an opportunity moves to another stage",
    about: deals,
    events: ["OpportunityStageUpdate", "OpportunityUpdate", "OpportunityCreate"],
    change: { kind: "value", compared: { paths: same("pipelineStageId") }, from, to },
    settings: [pipelineId, stage("from", "From stage"), stage("to", "To stage")],
    note: "Creating an opportunity does not count as a move. trigger._change.from and .to are ids of stages.",
    example: {
      fields: { pipelineStageId: twoStages[1] },
      change: {
        kind: "changed",
        from: twoStages[0],
        to: twoStages[1],
        fields: ["pipelineStageId"],
        old: { pipelineStageId: twoStages[0] },
        new: { pipelineStageId: twoStages[1] },
      },
    },
  },
  "opportunities.status_changed": {
    title: "Opportunity Won, Lost or Given Another Status",
    says: "the status of an opportunity changes",
    about: deals,
    events: ["OpportunityStatusUpdate", "OpportunityUpdate", "OpportunityCreate"],
    change: { kind: "value", compared: { paths: same("status") }, from, to },
    settings: [pipelineId, status("from", "From status"), status("to", "To status")],
    note: "The status an opportunity is created with does not count as a change.",
    example: {
      fields: { status: "won" },
      change: { kind: "changed", from: "open", to: "won", fields: ["status"], old: { status: "open" }, new: { status: "won" } },
    },
  },
  "opportunities.field_changed": {
    title: "Opportunity Field Changed",
    says: "a field of an opportunity changes",
    about: deals,
    events: ["OpportunityUpdate", "OpportunityMonetaryValueUpdate", "OpportunityAssignedToUpdate", "OpportunityCreate"],
    change: fieldChange(dealFields),
    ...chosenField(Object.keys(dealFields), opportunityFieldLookup),
    note: "Events do not include the custom fields of opportunities, so a change to one is noticed at the next poll.",
    example: {
      fields: { monetaryValue: 1800 },
      change: {
        kind: "changed",
        from: 1200,
        to: 1800,
        fields: ["monetaryValue"],
        old: { monetaryValue: 1200 },
        new: { monetaryValue: 1800 },
      },
    },
  },
  "calendars.appointment_booked": {
    title: "Appointment Booked",
    says: "an appointment is booked",
    about: appointments,
    events: ["AppointmentCreate", "AppointmentUpdate"],
    change: { kind: "made" },
    note: "Once for each new appointment, whoever booked it. Appointments that existed when the flow began to watch do not count.",
    example: { change: { kind: "made", fields: [], old: {}, new: {} } },
  },
  "calendars.appointment_moved": {
    title: "Appointment Moved",
    says: "an appointment is moved to another time",
    about: appointments,
    events: appointmentEvents,
    change: { kind: "value", compared: { paths: same("startTime") } },
    note: "Its start time changed; the same time written in another zone does not count. trigger._change.from and .to are the times.",
    example: {
      change: {
        kind: "changed",
        from: "2026-02-01T08:00:00+00:00",
        to: "2026-02-01T09:00:00+00:00",
        fields: ["startTime"],
        old: { startTime: "2026-02-01T08:00:00+00:00" },
        new: { startTime: "2026-02-01T09:00:00+00:00" },
      },
    },
  },
  "calendars.appointment_cancelled": {
    title: "Appointment Cancelled",
    says: "an appointment is cancelled",
    about: appointments,
    events: appointmentEvents,
    change: became("cancelled"),
    note: "Its status became cancelled. Deleting an appointment does not count; the event AppointmentDelete reports that.",
    example: statusChange("confirmed", "cancelled"),
  },
  "calendars.appointment_shown": {
    title: "Appointment Shown",
    says: "somebody shows up for an appointment",
    about: appointments,
    events: appointmentEvents,
    change: became("showed"),
    note: "Its status became showed.",
    example: statusChange("confirmed", "showed"),
  },
  "calendars.appointment_no_show": {
    title: "Appointment No-Show",
    says: "somebody does not show up for an appointment",
    about: appointments,
    events: appointmentEvents,
    change: became("noshow"),
    note: "Its status became noshow.",
    example: statusChange("confirmed", "noshow"),
  },
};

/** The example record of a list, as a flow receives it. */
function exampleOf(list: Operation, { fields, change }: ChangeRow["example"]): JsonObject {
  const rows = list.example?.output;
  const row = (Array.isArray(rows) ? rows[0] : {}) as JsonObject;
  const about = { id: row["id"] ?? null, at: "2026-01-15T09:30:00.000Z", by: "webhook", known: true, merged: 0, late: false };
  return { locationId, ...row, ...fields, _change: { ...change, ...about } };
}

function changeTrigger(id: string, row: ChangeRow): Operation {
  const { title, says, about, events, change, settings = [], rules, note, example } = row;
  const { category, settings: shared, ...subject } = about;
  const list = judged(about.list);
  const { method, path, version, scopes, access, identity } = list;
  const missing = events.filter((event) => !webhooks.some((one) => one.id === event));
  if (missing.length > 0) throw new Error(`${id}: there is no event ${missing.join(", ")}`);
  return {
    id,
    app: "highlevel",
    title,
    category,
    kind: "trigger",
    effect: "read",
    method,
    path,
    ...(version !== undefined && { version }),
    scopes,
    access,
    input: [...shared, ...settings.filter((field) => !shared.includes(field))],
    ...(rules && { rules }),
    result: "",
    ...(identity !== undefined && { identity }),
    list: true,
    example: { input: {}, output: [exampleOf(list, example)] },
    watch: { says, ...subject, events, change },
    note,
  };
}

/** Every change trigger. */
export const changeTriggers: Operation[] = Object.entries(rows).map(([id, row]) => changeTrigger(id, row));
