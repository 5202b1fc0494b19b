import { judge, type FieldJudgement, type Judgement } from "../judge.ts";
import { businessLookup, type LookupId } from "./lookups.ts";

const business = {
  id: "63771dcac1116f0e21de8e12",
  name: "Analytical Engines Ltd",
  locationId: "ve9EPM428h8vShlRW1KT",
  email: "office@engines.example",
  createdAt: "2026-01-15T09:30:00.000Z",
  updatedAt: "2026-01-15T09:30:00.000Z",
};
const show = ["name", "email", "phone", "website"];
const businessId = { businessId: { label: "Business", required: true, lookup: businessLookup, help: "Its name or id." } };
const byId = { operation: "businesses.get", input: { businessId: "input.businessId" } };
const businessFields: Record<string, FieldJudgement<LookupId>> = {
  name: {},
  email: { label: "E-mail" },
  phone: { help: "With country code: +441632960961." },
  website: {},
  address: { label: "Street address" },
  city: {},
  state: {},
  postalCode: {},
  country: { help: "Two letters: GB, US, DE." },
  description: { control: "longtext" },
};

const table = {
  "businesses.get": {
    endpoint: "businesses/get-business",
    kind: "trigger",
    title: "Get Business",
    effect: "read",
    result: "business",
    identity: "id",
    show,
    events: ["RecordUpdate", "RecordDelete"],
    fields: businessId,
    example: { input: { businessId: business.id }, output: business },
  },
  "businesses.create": {
    endpoint: "businesses/create-business",
    kind: "action",
    title: "Create Business",
    effect: "create",
    events: ["RecordCreate"],
    result: "buiseness", // sic
    resultOr: ["business"],
    identity: "id",
    show,
    fields: businessFields,
    confirm: {
      operation: "businesses.list",
      input: {},
      match: { name: "input.name", email: "input.email", phone: "input.phone" },
      since: "createdAt",
    },
    example: { input: { name: business.name, email: business.email }, output: business },
    note: "Custom fields can be read, and not written.",
  },
  "businesses.update": {
    endpoint: "businesses/update-business",
    kind: "action",
    title: "Update Business",
    effect: "update",
    events: ["RecordUpdate"],
    result: "buiseness", // sic
    resultOr: ["business"],
    identity: "id",
    show,
    fields: { ...businessId, ...businessFields },
    before: { ...byId, ignore: ["businessId"] },
    example: { input: { businessId: business.id, city: "London" }, output: { ...business, city: "London" } },
  },
  "businesses.delete": {
    endpoint: "businesses/delete-Business",
    kind: "action",
    title: "Delete Business",
    effect: "delete",
    events: ["RecordDelete"],
    fields: businessId,
    before: byId,
    example: { input: { businessId: business.id }, output: { success: true } },
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const businesses = judge("Businesses", table);
