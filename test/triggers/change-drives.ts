import { textOf } from "#catalog/text.ts";
import type { JsonObject } from "#kernel/json.ts";
import { noticeOf, type EventName } from "#sandbox/highlevel/events.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { State } from "#sandbox/state.ts";
import { TestClock } from "#kernel/clock.ts";
import { appointmentRows, contactAt, holder } from "./watched/contacts.ts";
import { opportunityAt } from "./watched/others.ts";

/** How the records of a change trigger come, change and go in the sandbox, and what their webhooks say. Never through Millrace. */

const { acmeDental, calendars, customFields, pipelines } = sandboxDefaults;

/** One step of a record from one content to another, and what a flow has to be told of it. */
export interface ChangeDrive {
  input: Record<string, string>;
  /** Makes a record with the first content. */
  make(state: State, id: string, content: number): void;
  /** Gives a record another content. */
  put(state: State, id: string, content: number): void;
  end(state: State, id: string): void;
  /** The event the vendor posts when a record is otherwise than it was, and when it is made. */
  events: { changed: EventName; made: EventName };
  /** The record of that event. */
  record(state: State, id: string): never;
  /** What is told of a step between two contents; null for a record that was not there. */
  news(from: number | null, to: number): string[];
  /** How many contents there are. */
  contents: number;
  /** The content that kept values stand for; null where nothing of it is kept. */
  contentOf(values: JsonObject): number | null;
  /** When the list shows a record to have changed last; undefined where it does not show it. */
  shownAt(state: State, id: string): number | undefined;
  /** Sets how long a write stays unseen, where the list is read from an index that lags. */
  lag?(state: State, ms: number): void;
}

const contactSave = (state: State, id: string, more: object) =>
  state.saveContact({ ...(state.contacts.get(id) ?? contactAt(id, 1, state.clock.now())), ...more, dateUpdated: state.clock.now() });
const contact = {
  end: (state: State, id: string) => state.buryContact(state.contacts.get(id)!),
  record: (state: State, id: string) => state.contacts.get(id) as never,
  lag: (state: State, ms: number) => void (state.search.lagMs = ms),
  shownAt: (state: State, id: string) => state.search.rows(acmeDental, "model", (rows) => rows).find((row) => row.id === id)?.dateUpdated,
};
const contactEvents = (changed: EventName) => ({ changed, made: "ContactCreate" as const });

/** `VIP` is written as the vendor does not: its tags are in small letters. */
const tagSets = [[], ["vip"], ["gold"], ["vip", "gold"], ["gold", "vip"]];
const sorted = (tags: readonly string[]): string => tags.toSorted().join();
const tagDrive = (side: "added" | "removed"): ChangeDrive => ({
  input: { tag: "VIP" },
  contents: tagSets.length,
  make: (state, id, content) => void contactSave(state, id, { tags: tagSets[content] }),
  put: (state, id, content) => void contactSave(state, id, { tags: tagSets[content] }),
  events: contactEvents("ContactTagUpdate"),
  news(from, to) {
    const [had, has] = [from !== null && tagSets[from]!.includes("vip"), tagSets[to]!.includes("vip")];
    return side === "added" ? (!had && has ? ["added vip"] : []) : had && !has ? ["removed vip"] : [];
  },
  contentOf: ({ tags }) => tagSets.findIndex((set) => sorted(set) === sorted([tags].flat().map(textOf))),
  ...contact,
});

/** With the value that only a look can tell: an event leaves out what is empty. */
const scores = [3, 7, 9];
const field: ChangeDrive = {
  input: { customField: "Net promoter score" },
  contents: scores.length,
  make: (state, id, content) => void contactSave(state, id, { customFields: [{ id: customFields.score, value: scores[content] }] }),
  put: (state, id, content) => void contactSave(state, id, { customFields: [{ id: customFields.score, value: scores[content] }] }),
  events: contactEvents("ContactUpdate"),
  news: (from, to) => (from === null || from === to ? [] : [`changed ${scores[from]} to ${scores[to]}`]),
  contentOf: (values) => scores.indexOf(Number(values[customFields.score])),
  ...contact,
};

const { stages, id: pipelineId } = pipelines.acme;
const deal = {
  end: (state: State, id: string) => state.opportunities.delete(id),
  record: (state: State, id: string) => state.opportunities.get(id) as never,
  shownAt: (state: State, id: string) => state.opportunities.get(id)?.updatedAt,
};
const dealSave = (state: State, id: string, more: object) => {
  holder(state);
  state.opportunities.put({
    ...(state.opportunities.get(id) ?? opportunityAt(id, 1, state.clock.now())),
    ...more,
    updatedAt: state.clock.now(),
  });
};
const stage: ChangeDrive = {
  input: { pipelineId: "New patients", to: "Booked" },
  contents: 4,
  make: (state, id, content) => dealSave(state, id, { pipelineId, pipelineStageId: stages[content] }),
  put: (state, id, content) => dealSave(state, id, { pipelineId, pipelineStageId: stages[content] }),
  events: { changed: "OpportunityStageUpdate", made: "OpportunityCreate" },
  news: (from, to) => (from === null || from === to || to !== 3 ? [] : [`changed ${stages[from]} to ${stages[to]}`]),
  contentOf: ({ pipelineStageId }) => stages.indexOf(pipelineStageId as never),
  ...deal,
};
const statuses = ["open", "won", "lost"] as const;
const status: ChangeDrive = {
  input: { from: "open" },
  contents: statuses.length,
  make: (state, id, content) => dealSave(state, id, { status: statuses[content] }),
  put: (state, id, content) => dealSave(state, id, { status: statuses[content] }),
  events: { changed: "OpportunityStatusUpdate", made: "OpportunityCreate" },
  news: (from, to) => (from !== 0 || to === 0 ? [] : [`changed open to ${statuses[to]}`]),
  contentOf: ({ status: is }) => statuses.indexOf(is as never),
  ...deal,
};
const value: ChangeDrive = {
  input: { field: "monetaryValue" },
  contents: 3,
  make: (state, id, content) => dealSave(state, id, { monetaryValue: 100 * (content + 1) }),
  put: (state, id, content) => dealSave(state, id, { monetaryValue: 100 * (content + 1) }),
  events: { changed: "OpportunityMonetaryValueUpdate", made: "OpportunityCreate" },
  news: (from, to) => (from === null || from === to ? [] : [`changed ${100 * (from + 1)} to ${100 * (to + 1)}`]),
  contentOf: ({ monetaryValue }) => Number(monetaryValue) / 100 - 1,
  ...deal,
};

const dayMs = 86_400_000;
const appointmentSave = (state: State, id: string, more: object) => {
  const there = state.appointments.get(id);
  if (!there) appointmentRows(state, holder(state), () => id).make!(1, state.clock.now());
  state.appointments.put({ ...state.appointments.get(id)!, ...more, dateUpdated: state.clock.now() });
};
const appointment = {
  end: (state: State, id: string) => state.endAppointment(state.appointments.get(id)!),
  record: (state: State, id: string) => state.appointments.get(id) as never,
  shownAt: (state: State, id: string) => state.appointments.get(id)?.dateUpdated,
  events: { changed: "AppointmentUpdate", made: "AppointmentCreate" } as const,
};
const appointmentStatuses = ["confirmed", "cancelled", "showed", "noshow"] as const;
const became = (wanted: (typeof appointmentStatuses)[number], input: ChangeDrive["input"] = {}): ChangeDrive => ({
  input,
  contents: appointmentStatuses.length,
  make: (state, id, content) => appointmentSave(state, id, { status: appointmentStatuses[content] }),
  put: (state, id, content) => appointmentSave(state, id, { status: appointmentStatuses[content] }),
  news(from, to) {
    if (appointmentStatuses[to] !== wanted || from === to) return [];
    return [`changed ${from === null ? "null" : appointmentStatuses[from]} to ${wanted}`];
  },
  contentOf: ({ appointmentStatus }) => appointmentStatuses.indexOf(appointmentStatus as never),
  ...appointment,
});
/** Within the year ahead that the list shows, however many days the histories take. */
const starts = [250, 251, 252].map((n) => new TestClock().now() + n * dayMs);
const moved: ChangeDrive = {
  input: { calendarId: "Check-ups" },
  contents: starts.length,
  make: (state, id, content) => appointmentSave(state, id, { startsAt: starts[content], endsAt: starts[content]! + 1_800_000 }),
  put: (state, id, content) => appointmentSave(state, id, { startsAt: starts[content], endsAt: starts[content]! + 1_800_000 }),
  news: (from, to) => (from === null || from === to ? [] : [`changed ${starts[from]} to ${starts[to]}`]),
  contentOf: ({ startTime }) => starts.indexOf(Date.parse(String(startTime))),
  ...appointment,
};
const booked: ChangeDrive = {
  ...became("confirmed", { calendarId: calendars.checkUps }),
  news: (from) => (from === null ? ["made"] : []),
  contentOf: () => null,
};

export const changeDrives: Record<string, ChangeDrive> = {
  "contacts.tag_added": tagDrive("added"),
  "contacts.tag_removed": tagDrive("removed"),
  "contacts.field_changed": field,
  "opportunities.stage_moved": stage,
  "opportunities.status_changed": status,
  "opportunities.field_changed": value,
  "calendars.appointment_booked": booked,
  "calendars.appointment_moved": moved,
  "calendars.appointment_cancelled": became("cancelled"),
  "calendars.appointment_shown": became("showed"),
  "calendars.appointment_no_show": became("noshow"),
};

let deliveries = 0;

/** What the vendor posts of a record as it is now. */
export function letterOf(state: State, event: EventName, record: never): Record<string, unknown> {
  const { payload } = noticeOf(event, record, state);
  const sent = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>; // as it travels: what is undefined is not there
  return {
    type: event,
    ...sent,
    locationId: acmeDental,
    timestamp: new Date(state.clock.now()).toISOString(),
    webhookId: `d${++deliveries}`,
  };
}
