import type { Lookup } from "#catalog/types.ts";
import { judge, type Judgement } from "../judge.ts";
import { snapshotLookup, type LookupId } from "./lookups.ts";

const acme = { id: "ve9EPM428h8vShlRW1KT", name: "Acme Dental", email: "desk@acme.example", timezone: "Europe/London" };
const companyId = "5DP4iH6HLkQsiKESj6rh";
const promoter = { id: "tgHu12Xy9pQzVb3nM4kL", name: "promoter" };
const tagById: Lookup & { operation: LookupId } = {
  operation: "locations.list_tags",
  value: "id",
  label: "name",
  by: ["name"],
  id: "^[A-Za-z0-9]{20}$",
};
const show = ["name", "email", "phone", "timezone"];

const table = {
  "locations.list": {
    endpoint: "locations/search-locations",
    kind: "trigger",
    title: "List Locations",
    effect: "read",
    result: "locations",
    list: true,
    identity: "id",
    show,
    events: ["LocationCreate", "LocationUpdate"],
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true, floor: 10 },
    fields: {
      email: { label: "E-mail" },
      order: { schema: { type: "string", enum: ["asc", "desc"] }, control: "choice" },
    },
    example: { input: {}, output: [acme] },
    note: "An agency's login lists its sub-accounts; a sub-account's lists what it may see.",
  },
  "locations.create": {
    endpoint: "locations/create-location",
    kind: "action",
    title: "Create Location",
    effect: "create",
    handsOver: "it makes a sub-account, which can cost money",
    events: ["LocationCreate"],
    identity: "id",
    show,
    fields: {
      name: {},
      phone: { help: "With country code: +441632960961." },
      address: { label: "Street address" },
      city: {},
      state: {},
      postalCode: {},
      country: {},
      website: {},
      timezone: { label: "Time zone", help: "Like Europe/London." },
      prospectInfo: { label: "Prospect" },
      snapshotId: { label: "Snapshot", lookup: snapshotLookup, help: "The name or id of a snapshot to begin with." },
    },
    example: { input: { name: acme.name, country: "GB" }, output: { ...acme, companyId } },
    note: "Wants an agency's login on the vendor's largest plan. A new sub-account can be connected once the app is installed in it. Nothing tells two sub-accounts of one name apart, so after an unknown outcome a person decides.",
  },
  "locations.create_tag": {
    endpoint: "locations/create-tag",
    kind: "action",
    title: "Create Tag in Sub-Account",
    effect: "create",
    result: "tag",
    identity: "id",
    show: ["name"],
    fields: {
      locationId: { fill: { connection: "locationId" } },
      name: { help: "HighLevel writes it in small letters. It has no colour and no description." },
    },
    confirm: { operation: "locations.list_tags", input: {}, match: { name: "input.name" } },
    example: { input: { name: "promoter" }, output: promoter },
    note: "A tag of the sub-account, which contacts can be given. One that is there already is refused, so look it up first.",
  },
  "locations.get_tag": {
    endpoint: "locations/get-tag-by-id",
    kind: "trigger",
    title: "Get Tag",
    effect: "read",
    result: "tag",
    identity: "id",
    show: ["name"],
    fields: { locationId: { fill: { connection: "locationId" } }, tagId: { label: "Tag", lookup: tagById } },
    example: { input: { tagId: promoter.id }, output: promoter },
  },
  "locations.update_tag": {
    endpoint: "locations/update-tag",
    kind: "action",
    title: "Rename Tag in Sub-Account",
    effect: "update",
    result: "tag",
    identity: "id",
    show: ["name"],
    fields: {
      locationId: { fill: { connection: "locationId" } },
      tagId: { label: "Tag", lookup: tagById },
      name: { help: "HighLevel writes it in small letters." },
    },
    before: { operation: "locations.get_tag", input: { tagId: "input.tagId" }, ignore: ["tagId"] },
    example: { input: { tagId: promoter.id, name: "promoter" }, output: promoter },
    note: "Contacts with the tag keep it, under its new name.",
  },
  "locations.delete_tag": {
    endpoint: "locations/delete-tag",
    kind: "action",
    title: "Delete Tag from Sub-Account",
    effect: "delete",
    fields: { locationId: { fill: { connection: "locationId" } }, tagId: { label: "Tag", lookup: tagById } },
    before: { operation: "locations.get_tag", input: { tagId: "input.tagId" }, ignore: ["tagId"] },
    example: { input: { tagId: promoter.id }, output: { succeded: true } },
    note: "Its contacts lose it.",
  },
  "companies.get": {
    endpoint: "companies/get-company",
    kind: "trigger",
    title: "Get Company",
    effect: "read",
    result: "company",
    identity: "id",
    show: ["name", "email", "plan", "locationCount"],
    example: { input: {}, output: { id: companyId, name: "Bright Agency", email: "hello@bright.example", locationCount: 12 } },
    note: "Wants an agency's login.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const accounts = judge("Other Operations", table);
