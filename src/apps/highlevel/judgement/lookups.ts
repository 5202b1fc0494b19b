import type { Lookup } from "#catalog/types.ts";
import { judge, type Judgement } from "../judge.ts";
import type { ConfigListId } from "./config-lists.ts";

/** Lists that offer the choices of other operations' fields, and are triggers of their own. */
const table = {
  "users.list_by_location": {
    endpoint: "users/get-user-by-location",
    kind: "trigger",
    title: "List Users by Location",
    events: ["UserCreate", "UserUpdate", "UserDelete"],
    category: "Users",
    effect: "read",
    result: "users",
    list: true,
    identity: "id",
    show: ["name", "email"],
    example: { input: {}, output: [{ id: "8Qk2mVtXb1nLz7RdYc4e", name: "Mary Somerville", email: "mary@acme.example" }] },
    note: "Deprecated by the vendor, and still the only list of users a sub-account's login can read.",
  },
  "locations.list_custom_fields": {
    endpoint: "locations/get-custom-fields",
    kind: "trigger",
    title: "List Custom Fields",
    effect: "read",
    result: "customFields",
    list: true,
    identity: "id",
    show: ["name", "fieldKey", "dataType"],
    example: {
      input: { model: "contact" },
      output: [{ id: "MgobCB14YMVKuE4Ka8p1", name: "Net promoter score", fieldKey: "contact.nps", dataType: "NUMERICAL" }],
    },
  },
  "locations.list_tags": {
    endpoint: "locations/get-location-tags",
    kind: "trigger",
    title: "List Tags",
    effect: "read",
    result: "tags",
    list: true,
    identity: "id",
    show: ["name"],
    example: { input: {}, output: [{ id: "tgHu12Xy9pQzVb3nM4kL", name: "promoter" }] },
  },
  "locations.get": {
    endpoint: "locations/get-location",
    kind: "action",
    title: "Find Location by ID",
    events: ["LocationUpdate"],
    effect: "read",
    result: "location",
    identity: "id",
    show: ["name", "email", "timezone"],
    example: { input: {}, output: { id: "ve9EPM428h8vShlRW1KT", name: "Acme Dental", timezone: "Europe/London" } },
    note: "A sub-account's login reads its own sub-account; an agency's names one in locationId.",
  },
  "workflows.list": {
    endpoint: "workflows/get-workflow",
    kind: "trigger",
    title: "List Workflows",
    category: "Workflows & Campaigns",
    effect: "read",
    result: "workflows",
    list: true,
    identity: "id",
    show: ["name", "status"],
    example: { input: {}, output: [{ id: "d1f2a3b4-0000-4000-8000-000000000001", name: "Welcome", status: "published", version: 3 }] },
  },
  "campaigns.list": {
    endpoint: "campaigns/get-campaigns",
    kind: "trigger",
    title: "List Campaigns",
    category: "Workflows & Campaigns",
    effect: "read",
    result: "campaigns",
    list: true,
    identity: "id",
    show: ["name", "status"],
    example: { input: {}, output: [{ id: "cMp7Yt5QwErTy2UiOp9a", name: "Spring recall", status: "published" }] },
  },
  "businesses.list": {
    endpoint: "businesses/get-businesses-by-location",
    kind: "trigger",
    title: "List Businesses by Location",
    events: ["RecordCreate", "RecordUpdate", "RecordDelete"],
    category: "Businesses",
    effect: "read",
    result: "businesses",
    list: true,
    identity: "id",
    show: ["name", "email", "phone"],
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true },
    example: { input: {}, output: [{ id: "63771dcac1116f0e21de8e12", name: "Analytical Engines Ltd" }] },
  },
} as const satisfies Record<string, Judgement>;

/** The lists a field may take its choices from. */
export type LookupId =
  | keyof typeof table
  | ConfigListId
  | "locations.list"
  | "snapshots.list"
  | "associations.list"
  | "social.list_tags"
  | "social-media-posting/get-account"
  | "opportunities/get-lost-reason";
export const lookups = judge("Other Operations", table);

/** Ids of contacts, users and locations: twenty letters and digits. */
const shortId = "^[A-Za-z0-9]{20,24}$";
/** Ids of blogs and their parts. */
const hexId = "^[0-9a-f]{24}$";
/** Where the form of an id is not known for sure. */
const longWord = "^[\\w-]{16,}$";
const uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

type TypedLookup = Lookup & { operation: LookupId };
export const userLookup: TypedLookup = {
  operation: "users.list_by_location",
  value: "id",
  label: "name",
  by: ["email", "name"],
  id: shortId,
};
/** Who is given something to do has to be there to do it. */
export const activeUserLookup: TypedLookup = { ...userLookup, retired: { row: "deleted", values: [true] } };
export const tagLookup: TypedLookup = { operation: "locations.list_tags", value: "name", identity: "id", label: "name" };
export const customFieldLookup: TypedLookup = {
  operation: "locations.list_custom_fields",
  value: "fieldKey",
  identity: "id",
  label: "name",
  by: ["id", "name"],
  short: true,
  options: { row: "picklistOptions", open: "isAllowedCustomOption" },
  controls: {
    row: "dataType",
    of: {
      NUMERICAL: "number",
      MONETORY: "number",
      FLOAT: "number",
      DATE: "date",
      CHECKBOX: "tags",
      MULTIPLE_OPTIONS: "tags",
      LARGE_TEXT: "longtext",
      TEXTBOX_LIST: "json",
      FILE_UPLOAD: "json",
    },
  },
};
export const campaignLookup: TypedLookup = { operation: "campaigns.list", value: "id", label: "name", by: ["name"], id: shortId };
export const businessLookup: TypedLookup = {
  operation: "businesses.list",
  value: "id",
  label: "name",
  by: ["name"],
  id: "^[0-9a-f]{24}$|^[A-Za-z0-9]{20}$",
};
export const workflowLookup: TypedLookup = { operation: "workflows.list", value: "id", label: "name", by: ["name"], id: uuid };
export const calendarLookup: TypedLookup = { operation: "calendars.list", value: "id", label: "name", by: ["name", "slug"], id: shortId };
/** Nothing can be booked in a calendar that is turned off. */
export const bookableCalendarLookup: TypedLookup = { ...calendarLookup, retired: { row: "isActive", values: [false] } };
export const calendarGroupLookup: TypedLookup = {
  operation: "calendars.list_groups",
  value: "id",
  label: "name",
  by: ["name", "slug"],
  id: shortId,
};
export const pipelineLookup: TypedLookup = {
  operation: "opportunities.list_pipelines",
  value: "id",
  label: "name",
  by: ["name"],
  id: shortId,
};
/** Stages live within their pipelines; `pipeline` is the field that names one. */
export const stageLookup = (pipeline: string): TypedLookup => ({
  operation: "opportunities.list_pipelines",
  list: "stages",
  within: { row: "id", label: "name", field: pipeline },
  value: "id",
  label: "name",
  by: ["name"],
  id: uuid,
});
export const opportunityFieldLookup: TypedLookup = { ...customFieldLookup, input: { model: "opportunity" } };
export const blogLookup: TypedLookup = { operation: "blogs.list_sites", value: "_id", label: "name", by: ["name"], id: hexId };
export const blogAuthorLookup: TypedLookup = { operation: "blogs.list_authors", value: "_id", label: "name", by: ["name"], id: hexId };
export const blogCategoryLookup: TypedLookup = {
  operation: "blogs.list_categories",
  value: "_id",
  label: "label",
  by: ["label", "urlSlug"],
  id: hexId,
};
export const locationLookup: TypedLookup = { operation: "locations.list", value: "id", label: "name", by: ["name"], id: shortId };
export const snapshotLookup: TypedLookup = { operation: "snapshots.list", value: "id", label: "name", by: ["name"], id: shortId };
export const associationLookup: TypedLookup = {
  operation: "associations.list",
  value: "id",
  label: "key",
  by: ["key"],
  id: hexId,
};
/** Tags of posts. Deleted ones stay in the list. */
export const postTagLookup: TypedLookup = { operation: "social.list_tags", value: "_id", label: "tag", by: ["tag"], id: hexId };
export const profileLookup: TypedLookup = {
  operation: "social-media-posting/get-account",
  list: "results.accounts",
  value: "profileId",
  label: "name",
  by: ["id", "name"],
  id: longWord,
  retired: { row: "isExpired", values: [true] },
};
export const lostReasonLookup: TypedLookup = {
  operation: "opportunities/get-lost-reason",
  list: "lostReasons",
  value: "id",
  label: "name",
  by: ["name"],
  id: longWord,
};
