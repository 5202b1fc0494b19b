import { isObject } from "#kernel/json.ts";
import { badRequest } from "../refusal.ts";
import type { Contact } from "../types.ts";
import { type Call, countOf, type Endpoints, locationOf, textOf } from "./call.ts";
import { isoTime } from "./times.ts";
import { matches } from "./contact-list.ts";
import { fullName, searchRow } from "./contact-views.ts";

type Value = string | number | boolean | string[] | undefined;
type Test = (contact: Contact) => boolean;

const pagedRows = 10_000;

export const searchEndpoints: Endpoints = {
  "contacts/search-contacts-advanced"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const { page, searchAfter, pageLimit, filters, sort, query } = readSearch(call.body);
    const order = readSort(sort);
    const passes = allOf(filters);
    const rows = world.state.search.rows(locationId, JSON.stringify([filters, sort, query]), (visible) =>
      visible
        .filter((contact) => passes(contact) && matches(query)(contact))
        .sort((a, b) => compareKeys(order, order.key(a), order.key(b))),
    );
    const start = searchAfter ? firstBehind(rows, order, searchAfter) : (page - 1) * pageLimit;
    const businessOf = (contact: Contact) => (contact.businessId ? (world.state.businesses.get(contact.businessId)?.name ?? null) : null);
    return {
      contacts: rows.slice(start, start + pageLimit).map((row) => searchRow(row, businessOf(row), order.key(row))),
      total: rows.length,
    };
  },
};

function readSearch(body: Call["body"]) {
  const pageLimit = countOf(body.pageLimit, 20, 500) || 20;
  const searchAfter = Array.isArray(body.searchAfter) && body.searchAfter.length > 0 ? (body.searchAfter as unknown[]) : undefined;
  const page = countOf(body.page, 1) || 1;
  if (searchAfter && body.page !== undefined) throw badRequest("page and searchAfter cannot be used together");
  if (page * pageLimit > pagedRows) throw badRequest(`Only the first ${pagedRows} rows can be paged; use searchAfter beyond them`);
  return { page, pageLimit, searchAfter, query: textOf(body.query), filters: list(body.filters), sort: list(body.sort) };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

// ---- order

interface Order {
  directions: number[];
  key: (contact: Contact) => (string | number)[];
}

/** Newest first unless told otherwise; the id decides between equals, so that a cursor never skips or repeats. */
function readSort(sort: unknown[]): Order {
  const sorts = sort
    .filter(isObject)
    .map(({ field, direction }) => ({ value: fieldOf(String(field)), direction: direction === "desc" ? -1 : 1 }));
  const fields = sorts.length > 0 ? sorts : [{ value: fieldOf("dateAdded"), direction: -1 }];
  return {
    directions: [...fields.map((f) => f.direction), 1],
    key: (contact) => [...fields.map((f) => sortable(f.value(contact))), contact.id],
  };
}

const sortable = (value: Value): string | number =>
  typeof value === "number" ? value : Array.isArray(value) ? value.join() : String(value ?? "");

function compareKeys({ directions }: Order, a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, direction] of directions.entries()) {
    const [left, right] = [a[i], b[i]];
    if (left === right) continue;
    const smaller = typeof left === "number" && typeof right === "number" ? left < right : String(left) < String(right);
    return smaller ? -direction : direction;
  }
  return 0;
}

function firstBehind(rows: Contact[], order: Order, cursor: unknown[]): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareKeys(order, order.key(rows[middle]!), cursor) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}

// ---- filters

const allOf = (filters: unknown[]): Test => {
  const tests = filters.map(readFilter);
  return (contact) => tests.every((test) => test(contact));
};

function readFilter(filter: unknown): Test {
  if (!isObject(filter)) throw badRequest("Invalid filter");
  if (filter.group === undefined) return readCondition(filter);
  const tests = list(filter.filters).map(readFilter);
  if (filter.group === "AND") return (contact) => tests.every((test) => test(contact));
  if (filter.group === "OR") return (contact) => tests.some((test) => test(contact));
  throw badRequest(`Invalid group ${JSON.stringify(filter.group)}`);
}

function readCondition({ field, operator, value }: Record<string, unknown>): Test {
  const read = fieldOf(String(field));
  const holds = typeof operator === "string" && Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!holds) throw badRequest(`Invalid operator ${String(operator)} for field ${String(field)}`);
  return (contact) => holds(read(contact), value);
}

const operators: Record<string, (held: Value, asked: unknown) => boolean> = {
  eq: (held, asked) => one(asked).some((value) => equals(held, value)),
  not_eq: (held, asked) => !one(asked).some((value) => equals(held, value)),
  contains: (held, asked) => one(asked).some((value) => contains(held, value)),
  not_contains: (held, asked) => !one(asked).some((value) => contains(held, value)),
  exists: (held) => !empty(held),
  not_exists: (held) => empty(held),
  range: (held, asked) => inRange(held, isObject(asked) ? asked : {}),
};

const one = (asked: unknown): unknown[] => (Array.isArray(asked) ? asked : [asked]);
const empty = (held: Value) => held === undefined || held === "" || (Array.isArray(held) && held.length === 0);
const fold = (value: unknown) => String(value).toLowerCase();

function equals(held: Value, asked: unknown): boolean {
  if (Array.isArray(held)) return held.some((value) => fold(value) === fold(asked));
  return held !== undefined && fold(comparable(held, asked)) === fold(asked);
}

function contains(held: Value, asked: unknown): boolean {
  if (Array.isArray(held)) return held.some((value) => fold(value).includes(fold(asked)));
  return held !== undefined && fold(held).includes(fold(asked));
}

/** Dates are held as numbers and may be asked for as text. */
const comparable = (held: string | number | boolean, asked: unknown) =>
  typeof held === "number" && typeof asked === "string" && Number.isNaN(Number(asked)) ? isoTime(held) : held;

function inRange(held: Value, { gt, gte, lt, lte }: Record<string, unknown>): boolean {
  if (typeof held !== "number" && typeof held !== "string") return false;
  const side = (bound: unknown) => {
    const limit = typeof held === "number" && typeof bound === "string" && Number.isNaN(Number(bound)) ? Date.parse(bound) : bound;
    return typeof held === "number" ? held - Number(limit) : held < String(limit) ? -1 : held > String(limit) ? 1 : 0;
  };
  return (
    (gt === undefined || side(gt) > 0) &&
    (gte === undefined || side(gte) >= 0) &&
    (lt === undefined || side(lt) < 0) &&
    (lte === undefined || side(lte) <= 0)
  );
}

// ---- fields

const plain: Record<string, (contact: Contact) => Value> = {
  id: (c) => c.id,
  firstName: (c) => c.firstName,
  lastName: (c) => c.lastName,
  firstNameLowerCase: (c) => c.firstName?.toLowerCase(),
  lastNameLowerCase: (c) => c.lastName?.toLowerCase(),
  fullNameLowerCase: (c) => fullName(c)?.toLowerCase(),
  email: (c) => c.email,
  phone: (c) => c.phone,
  companyName: (c) => c.companyName,
  businessId: (c) => c.businessId,
  address: (c) => c.address1,
  city: (c) => c.city,
  state: (c) => c.state,
  postalCode: (c) => c.postalCode,
  country: (c) => c.country,
  website: (c) => c.website,
  timezone: (c) => c.timezone,
  source: (c) => c.source,
  type: () => "lead",
  assignedTo: (c) => c.assignedTo,
  followers: (c) => c.followers,
  tags: (c) => c.tags,
  dnd: (c) => c.dnd,
  dateOfBirth: (c) => c.dateOfBirth,
  dateAdded: (c) => c.dateAdded,
  dateUpdated: (c) => c.dateUpdated,
};

function fieldOf(name: string): (contact: Contact) => Value {
  if (Object.hasOwn(plain, name)) return plain[name]!;
  const custom = /^customFields\.(\w+)$/.exec(name)?.[1];
  if (custom) return (contact) => contact.customFields.find((field) => field.id === custom)?.value as Value;
  const channel = /^dndSettings\.(\w+)\.status$/.exec(name)?.[1];
  if (channel) return (contact) => contact.dndSettings[channel]?.status;
  throw badRequest(`Invalid field ${name}`);
}
