import { dayMs, hourMs } from "#kernel/durations.ts";
import { acmeDental, brightSmiles, calendars, companyId, customFields, smilesTwins, users } from "./defaults.ts";
import { person } from "./people.ts";
import { Random } from "./random.ts";
import { seedCalendars } from "./seeds/calendars.ts";
import { seedConversations } from "./seeds/conversations.ts";
import { seedOthers } from "./seeds/others.ts";
import { seedOpportunities } from "./seeds/opportunities.ts";
import type { State } from "./state.ts";
import type { Contact, CustomField, Location, User } from "./types.ts";

const elsewhere = 200_000;
/** Seeded contacts were added within a hundred days from here, so that dates are the same on every machine. */
const firstContactAt = Date.UTC(2025, 9, 6, 13, 12);

/** The contacts a fresh Acme Dental has, the agency around it, and a second location that must never see them. */
export function seedDefaults(state: State): void {
  state.records.atomically(() => {
    state.agencies.put({ id: companyId, name: "Riverside Agency" });
    for (const location of locations) state.locations.put(location);
    for (const user of [...staff, ...twinStaff()]) state.users.put(user);
    for (const field of [...fields, ...twinFields()]) state.customFields.put(field);
    for (const locationId of [acmeDental, brightSmiles])
      for (const name of tagNames) state.tags.put({ id: state.newId(), locationId, name });
    const contacts = seedContacts(state, 25, acmeDental);
    seedContacts(state, 6, brightSmiles);
    furnish(state, contacts);
    seedCalendars(state);
    seedOpportunities(state, contacts);
    seedConversations(state, contacts);
    seedOthers(state);
  });
}

/** Adds `count` contacts, continuing after those seeded before. No webhook is sent for them. */
export function seedContacts(state: State, count: number, locationId: string): Contact[] {
  const from = state.contacts.countIn(locationId);
  return state.records.atomically(() => Array.from({ length: count }, (_, i) => state.saveContact(seeded(state, from + i, locationId))));
}

function seeded(state: State, n: number, locationId: string): Contact {
  // Other locations have people of their own.
  const { segment, ...details } = person(state.seed, locationId === acmeDental ? n : elsewhere + n);
  const random = new Random(state.seed, n, 3);
  const dateAdded = firstContactAt + ((n * 3 * hourMs) % (98 * dayMs)) + random.int(hourMs);
  return {
    ...details,
    id: state.newId(),
    locationId,
    country: "US",
    source: random.pick(["website form", "public api", "walk-in", "referral"]),
    timezone: "America/New_York",
    ...(random.next() < 0.4 && { assignedTo: locationId === acmeDental ? random.pick([users.owner, users.desk]) : users.smiles }),
    additionalEmails: [],
    dnd: false,
    dndSettings: {},
    tags: [...new Set([random.pick(tagNames), random.pick(tagNames)])].sort(),
    customFields: locationId === acmeDental ? [{ id: customFields.segment, value: segment }] : [],
    followers: [],
    campaigns: [],
    workflows: [],
    dateAdded,
    dateUpdated: dateAdded + random.int(20) * hourMs,
  };
}

/** A few notes, tasks and appointments, so that no page is empty. */
function furnish(state: State, contacts: Contact[]): void {
  contacts.slice(0, 8).forEach((contact, i) => {
    const of = { locationId: contact.locationId, contactId: contact.id };
    state.notes.put({
      id: state.newId(),
      ...of,
      body: remarks[i % remarks.length]!,
      userId: users.owner,
      dateAdded: contact.dateAdded + hourMs,
    });
    if (i % 2 === 0) {
      const dueDate = new Date(contact.dateAdded + 5 * dayMs).toISOString();
      state.tasks.put({
        id: state.newId(),
        ...of,
        title: "Confirm next appointment",
        body: "",
        assignedTo: users.desk,
        dueDate,
        completed: i > 3,
        dateAdded: contact.dateAdded,
      });
    }
    if (i < 3) {
      const startsAt = firstContactAt + 30 * dayMs + i * hourMs;
      state.appointments.put({
        id: state.newId(),
        ...of,
        calendarId: calendars.checkUps,
        title: "Check-up",
        status: "confirmed",
        assignedUserId: users.owner,
        startsAt,
        endsAt: startsAt + hourMs / 2,
        dateAdded: contact.dateAdded,
        dateUpdated: contact.dateAdded,
      });
    }
  });
  state.saveContact({ ...contacts[3]!, additionalPhones: [{ phone: "+12125550199", phoneLabel: null }] });
  const businessId = state.newHexId();
  const now = firstContactAt;
  state.businesses.put({
    id: businessId,
    locationId: acmeDental,
    name: "Harbor Foods",
    details: { city: "Albany", country: "us" },
    createdAt: now,
    updatedAt: now,
  });
  for (const contact of contacts.slice(10, 13)) state.saveContact({ ...contact, businessId, companyName: "Harbor Foods" });
}

const remarks = [
  "Prefers morning appointments.",
  "Called about insurance; sent the form.",
  "Anxious about anaesthetics: take it slowly.",
  "Asked for whitening prices.",
];
const tagNames = ["patient", "newsletter", "vip", "recall due", "nps"];

const place: Pick<Location, "companyId" | "country" | "active" | "duplicates" | "allowDuplicateOpportunity"> = {
  companyId,
  country: "US",
  active: true,
  duplicates: { allow: false, order: ["email", "phone"], shape: "meta" },
  allowDuplicateOpportunity: false,
};
const locations: Location[] = [
  {
    ...place,
    id: acmeDental,
    name: "Acme Dental",
    email: "hello@acmedental.example.com",
    phone: "+12125550142",
    address: "14 Mill Lane",
    city: "New York",
    state: "NY",
    postalCode: "10013",
    website: "https://acmedental.example.com",
    timezone: "America/New_York",
  },
  {
    ...place,
    id: brightSmiles,
    name: "Bright Smiles",
    email: "team@brightsmiles.example.com",
    phone: "+12135550177",
    address: "880 Harbor Road",
    city: "Los Angeles",
    state: "CA",
    postalCode: "90012",
    website: "https://brightsmiles.example.com",
    timezone: "America/Los_Angeles",
  },
];

const staff: User[] = [
  {
    id: users.owner,
    companyId,
    firstName: "Dana",
    lastName: "Whitfield",
    email: "dana@acmedental.example.com",
    phone: "+12125550143",
    type: "account",
    role: "admin",
    locationIds: [acmeDental],
  },
  {
    id: users.desk,
    companyId,
    firstName: "Marco",
    lastName: "Reyes",
    email: "marco@acmedental.example.com",
    phone: "+12125550144",
    type: "account",
    role: "user",
    locationIds: [acmeDental],
  },
  {
    id: users.smiles,
    companyId,
    firstName: "Inês",
    lastName: "Duarte",
    email: "ines@brightsmiles.example.com",
    phone: "+12135550178",
    type: "account",
    role: "admin",
    locationIds: [brightSmiles],
  },
];

/** Two of Acme Dental's who work for Bright Smiles as well, under logins of their own. */
const twinStaff = (): User[] =>
  (["owner", "desk"] as const).map((name) => {
    const user = staff.find(({ id }) => id === users[name])!;
    const email = `${user.firstName.toLowerCase()}@brightsmiles.example.com`;
    return { ...user, id: smilesTwins.users[name], email, locationIds: [brightSmiles] };
  });

/** The same fields, names and keys, in another order and under other ids. */
const twinFields = (): CustomField[] =>
  Object.entries(customFields).map(([name, id], i) => ({
    ...fields.find((field) => field.id === id)!,
    id: smilesTwins.customFields[name as keyof typeof customFields],
    locationId: brightSmiles,
    position: 50 * (fields.length - i),
  }));

const field = { locationId: acmeDental, model: "contact" } as const;
const fields: CustomField[] = [
  {
    ...field,
    id: customFields.score,
    name: "Net promoter score",
    fieldKey: "contact.net_promoter_score",
    dataType: "NUMERICAL",
    position: 0,
  },
  {
    ...field,
    id: customFields.answer,
    name: "Last survey answer",
    fieldKey: "contact.last_survey_answer",
    dataType: "LARGE_TEXT",
    position: 50,
  },
  {
    ...field,
    id: customFields.segment,
    name: "Customer segment",
    fieldKey: "contact.customer_segment",
    dataType: "SINGLE_OPTIONS",
    position: 100,
    picklistOptions: ["New patient", "Regular", "Family plan"],
  },
  {
    ...field,
    id: customFields.answeredAt,
    name: "Last answer date",
    fieldKey: "contact.last_answer_date",
    dataType: "DATE",
    position: 150,
  },
  {
    ...field,
    id: customFields.interests,
    name: "Interests",
    fieldKey: "contact.interests",
    dataType: "CHECKBOX",
    position: 200,
    picklistOptions: ["Whitening", "Implants", "Orthodontics"],
  },
];
