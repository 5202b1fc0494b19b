import { DateTime } from "luxon";
import { isObject } from "#kernel/json.ts";
import { badRequest, unprocessable } from "../refusal.ts";
import type { Opportunity } from "../rows/opportunities.ts";
import { attributionsOf, person } from "./authors.ts";
import { type Call, countOf, type Endpoints, locationOf, objectOf, textOf, type World } from "./call.ts";
import { fullName } from "./contact-views.ts";
import { cursorMeta, startOf } from "./cursor.ts";
import { opportunityView } from "./opportunities.ts";
import { zoneOf } from "./slots.ts";

/** The two searches: a GET whose names are snake_case (camelCase under v3), and a POST that filters and sorts. */
export const opportunitySearchEndpoints: Endpoints = {
  "opportunities/search-opportunity"(world, call) {
    const asked = snake(call.query);
    if (asked.location_id === undefined) throw unprocessable([`${call.newer ? "locationId" : "location_id"} can't be undefined`]);
    const locationId = locationOf(world, call, asked.location_id);
    const rows = world.state.opportunities.inLocation(locationId).filter(wanted(world, locationId, asked));
    const direction = asked.order === "added_asc" ? 1 : -1;
    const value = (o: Opportunity) => o.createdAt;
    rows.sort((a, b) => direction * (value(a) - value(b)) || (a.id < b.id ? -1 : 1));
    const limit = countOf(asked.limit, 20, 100) || 20;
    const cursor = { startAfter: asked.start_after, startAfterId: asked.start_after_id };
    const start = asked.page ? (Math.max(1, countOf(asked.page, 1)) - 1) * limit : startOf(rows, cursor, value, direction);
    const page = rows.slice(start, start + limit);
    const address = `opportunities/search?location_id=${locationId}`;
    return {
      opportunities: page.map((row) => detailed(world, row, asked)),
      meta: cursorMeta({ total: rows.length, start, limit, address }, page.at(-1), value),
      aggregations: {},
    };
  },

  "opportunities/search-opportunities-advanced"(world, call) {
    const { body } = call;
    const locationId = locationOf(world, call, body.locationId);
    if ((textOf(body.query)?.length ?? 0) > 75) throw badRequest("query must be shorter than or equal to 75 characters");
    const words = wanted(world, locationId, { q: textOf(body.query), status: "all" });
    const filters = listOf(body.filters);
    const rows = world.state.opportunities
      .inLocation(locationId)
      .filter((row) => words(row) && filters.every((filter) => passes(row, filter)));
    const [order] = listOf(body.sort);
    const value = fieldOf(order ? String(order.field) : "date_added");
    const direction = order?.direction === "asc" ? 1 : -1;
    rows.sort((a, b) => direction * compare(value(a), value(b)) || (a.id < b.id ? -1 : 1));
    const limit = countOf(body.limit, 20, 500) || 20;
    const after = Array.isArray(body.searchAfter) ? body.searchAfter : [];
    const named = rows.findIndex(({ id }) => id === after.at(-1));
    const start = after.length > 0 ? named + 1 : (Math.max(1, countOf(body.page, 1)) - 1) * limit;
    const details = objectOf(body.additionalDetails);
    return {
      opportunities: rows.slice(start, start + limit).map((row) => ({
        ...detailed(world, row, { gettasks: String(details.tasks), getnotes: String(details.notes) }),
        searchAfter: [value(row), row.id],
      })),
      total: rows.length,
      aggregations: {},
    };
  },
};

type Asked = Record<string, string | undefined>;

/** Names as v2 writes most of them, whichever way they came. */
const snake = (query: Call["query"]): Asked =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name.startsWith("get") ? name.toLowerCase() : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

function wanted({ state }: World, locationId: string, asked: Asked): (o: Opportunity) => boolean {
  const words = asked.q?.toLowerCase();
  const zone = zoneOf(state, locationId);
  const [from, to] = daysOf([asked.date, "date"], [asked.end_date, "endDate"], zone);
  const matches = (o: Opportunity) => {
    const contact = state.contacts.get(o.contactId);
    return [o.name, contact && fullName(contact), contact?.email, contact?.phone].some((text) => text?.toLowerCase().includes(words!));
  };
  return (o) =>
    (!asked.id || o.id === asked.id) &&
    (!asked.pipeline_id || o.pipelineId === asked.pipeline_id) &&
    (!asked.pipeline_stage_id || o.pipelineStageId === asked.pipeline_stage_id) &&
    (!asked.contact_id || o.contactId === asked.contact_id) &&
    (!asked.assigned_to || o.assignedTo === asked.assigned_to) &&
    (!asked.campaign_id || (state.contacts.get(o.contactId)?.campaigns.includes(asked.campaign_id) ?? false)) &&
    (!asked.status || asked.status === "all" || o.status === asked.status) &&
    (!from || o.createdAt >= from.toMillis()) &&
    (!to || o.createdAt <= to.endOf("day").toMillis()) &&
    (!words || matches(o));
}

type Named = readonly [text: string | undefined, name: string];

/** The first and the last day, in American order here: mm-dd-yyyy. What is wrong with either is said in one answer. */
function daysOf(first: Named, last: Named, zone: string): [DateTime | undefined, DateTime | undefined] {
  const dayOf = ([text]: Named) => (text ? DateTime.fromFormat(text, "MM-dd-yyyy", { zone }) : undefined);
  const days: [DateTime | undefined, DateTime | undefined] = [dayOf(first), dayOf(last)];
  const wrong = [first, last].filter((_, i) => days[i]?.isValid === false);
  if (wrong.length > 0) throw unprocessable(wrong.map(([, name]) => `${name} must be in the format mm-dd-yyyy`));
  return days;
}

/** A row, with the notes and tasks of its contact where they are asked for. */
function detailed(world: World, row: Opportunity, { gettasks, getnotes }: Asked) {
  const { notes, tasks } = world.state;
  return {
    ...opportunityView(world, row),
    pipelineStageUId: row.pipelineStageId,
    customFields: row.customFields.map(typed),
    relations: relationsOf(world, row),
    attributions: attributionsOf(row.createdBy ?? person),
    sort: [row.createdAt, row.id],
    ...(getnotes === "true" && { notes: notes.find("contact", row.contactId).map(({ id, body }) => ({ id, body })) }),
    ...(gettasks === "true" && {
      tasks: tasks.find("contact", row.contactId).map(({ id, title, dueDate, completed }) => ({ id, title, dueDate, completed })),
    }),
  };
}

/** A value as the single read has it, and under the name of its type beside it. */
function typed({ id, fieldValue }: Opportunity["customFields"][number]) {
  if (Array.isArray(fieldValue)) return { id, fieldValue, type: "array", fieldValueArray: fieldValue as unknown[] };
  if (typeof fieldValue === "number") return { id, fieldValue, type: "number", fieldValueNumber: fieldValue };
  if (isObject(fieldValue)) return { id, fieldValue, type: "object", fieldValueObject: fieldValue };
  return { id, fieldValue, type: "string", fieldValueString: String(fieldValue ?? "") };
}

/** The contact it is of: the first of what it is related to. */
function relationsOf({ state }: World, { contactId }: Opportunity) {
  const contact = state.contacts.get(contactId);
  if (!contact) return [];
  return [
    {
      associationId: "OPPORTUNITIES_CONTACTS_ASSOCIATION",
      relationId: contactId,
      primary: true,
      objectKey: "contact",
      recordId: contactId,
      fullName: fullName(contact) ?? null,
      contactName: fullName(contact) ?? null,
      companyName: contact.companyName ?? null,
      email: contact.email ?? null,
      phone: contact.phone ?? null,
      tags: contact.tags,
      attributed: null,
    },
  ];
}

type Comparable = string | number;
const fields: Record<string, (o: Opportunity) => Comparable> = {
  id: (o) => o.id,
  name: (o) => o.name,
  status: (o) => o.status,
  pipeline_id: (o) => o.pipelineId,
  pipeline_stage_id: (o) => o.pipelineStageId,
  contact_id: (o) => o.contactId,
  assigned_to: (o) => o.assignedTo ?? "",
  monetary_value: (o) => o.monetaryValue,
  date_added: (o) => o.createdAt,
  date_updated: (o) => o.updatedAt,
};

function fieldOf(name: string): (o: Opportunity) => Comparable {
  const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (own) return own;
  const custom = /^custom_fields\.(.+)$/.exec(name)?.[1];
  if (!custom) throw badRequest(`Invalid field ${name}`);
  return (o) => asComparable(o.customFields.find(({ id }) => id === custom)?.fieldValue);
}

function passes(row: Opportunity, { field, operator, value, group, filters }: Record<string, unknown>): boolean {
  if (group === "OR") return listOf(filters).some((filter) => passes(row, filter));
  if (group === "AND") return listOf(filters).every((filter) => passes(row, filter));
  const own = fieldOf(String(field))(row);
  const test = Object.hasOwn(operators, String(operator)) ? operators[String(operator)] : undefined;
  if (!test) throw badRequest(`Invalid operator ${String(operator)}`);
  return test(own, value);
}

const operators: Record<string, (own: Comparable, value: unknown) => boolean> = {
  eq: (own, value) => (Array.isArray(value) ? value.map(asComparable).includes(own) : own === like(own, value)),
  not_eq: (own, value) => own !== like(own, value),
  contains: (own, value) => String(own).toLowerCase().includes(String(value).toLowerCase()),
  not_contains: (own, value) => !String(own).toLowerCase().includes(String(value).toLowerCase()),
  exists: (own) => own !== "",
  not_exists: (own) => own === "",
  range: (own, value) =>
    Object.entries(objectOf(value)).every(([bound, at]) => {
      const difference = compare(own, like(own, at));
      return bound === "gt" ? difference > 0 : bound === "gte" ? difference >= 0 : bound === "lt" ? difference < 0 : difference <= 0;
    }),
};

/** A value as the field holds it: times come as ISO texts or epochs. */
function like(own: Comparable, value: unknown): Comparable {
  if (typeof own !== "number" || typeof value !== "string") return asComparable(value);
  return Number.isFinite(Number(value)) ? Number(value) : Date.parse(value);
}
const asComparable = (value: unknown): Comparable =>
  typeof value === "number" || typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
const compare = (a: Comparable, b: Comparable): number => (a < b ? -1 : a > b ? 1 : 0);
const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
