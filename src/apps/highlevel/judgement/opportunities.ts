import type { JsonSchema } from "#catalog/types.ts";
import { judge, textList, type FieldJudgement, type Judgement } from "../judge.ts";
import { contactId, customFieldList, owner } from "./contact-fields.ts";
import {
  activeUserLookup,
  campaignLookup,
  lostReasonLookup,
  opportunityFieldLookup,
  pipelineLookup,
  stageLookup,
  userLookup,
  type LookupId,
} from "./lookups.ts";
import { opportunitySearch } from "./searches.ts";

type Fields = Record<string, FieldJudgement<LookupId>>;

const deal = {
  id: "oPp2We4Rt6Yu8Io0Pa1S",
  name: "Ada Byron: implants",
  pipelineId: "pIp3Zx7Cv1Bn5Ma9Sd2F",
  pipelineStageId: "7915dedc-8f18-44d5-8bc3-000000000001",
  status: "open",
  monetaryValue: 1800,
  contactId: "ocQHyuzHvysMo5N5VsXc",
  assignedTo: "8Qk2mVtXb1nLz7RdYc4e",
  createdAt: "2026-01-15T09:30:00.000Z",
  updatedAt: "2026-01-15T09:30:00.000Z",
};
const show = ["name", "status", "monetaryValue", "pipelineStageId", "contactId"];
const changes = [
  "OpportunityUpdate",
  "OpportunityStageUpdate",
  "OpportunityStatusUpdate",
  "OpportunityMonetaryValueUpdate",
  "OpportunityAssignedToUpdate",
];
const anyChange = ["OpportunityCreate", ...changes, "OpportunityDelete"];

const id: Fields = { id: { label: "Opportunity", required: true, help: "The id of the opportunity." } };
const byId = { operation: "opportunities.get", input: { id: "input.id" } };
/** `all` is for searching, and slipped into what the description lets one write. */
const status: JsonSchema = { type: "string", enum: ["open", "won", "lost", "abandoned"] };
const americanDate: JsonSchema = { type: "string", format: "mm-dd-yyyy" };
const followers: FieldJudgement<LookupId> = {
  label: "Followers",
  control: "tags",
  lookup: userLookup,
  schema: textList,
  help: "Users' names, e-mail addresses or ids.",
};
const newFollowers: FieldJudgement<LookupId> = { ...followers, lookup: activeUserLookup };
const lostReason: FieldJudgement<LookupId> = { label: "Reason", lookup: lostReasonLookup, help: "A reason's name or id, when lost." };
const pipeline: FieldJudgement<LookupId> = { label: "Pipeline", lookup: pipelineLookup, help: "Its name or id." };
const stage = (pipelineField: string): FieldJudgement<LookupId> => ({
  label: "Stage",
  lookup: stageLookup(pipelineField),
  help: "Its name, pipeline and name (Sales / Booked), or id.",
});
const dealFields: Fields = {
  name: {},
  pipelineId: pipeline,
  pipelineStageId: { ...stage("pipelineId"), help: "Its name, pipeline and name (Sales / Booked), or id; the first one unless given." },
  status: { label: "Status", schema: status, control: "choice" },
  monetaryValue: { label: "Value" },
  assignedTo: owner,
};
const customFields: Fields = {
  customFields: {
    label: "Custom fields",
    control: "customFields",
    lookup: opportunityFieldLookup,
    schema: customFieldList,
    help: "By name, key or id. Empty ones are left as they are.",
  },
};

const table = {
  "opportunities.search": {
    endpoint: "opportunities/search-opportunity",
    kind: "trigger",
    title: "Search Opportunities",
    effect: "read",
    result: "opportunities",
    list: true,
    identity: "id",
    show,
    volatile: ["indexVersion"],
    events: anyChange,
    paging: {
      style: "cursor",
      in: "query",
      size: "limit",
      max: 100,
      next: { startAfterId: "meta.startAfterId", startAfter: "meta.startAfter" },
      total: "meta.total",
    },
    fields: {
      q: { label: "Words to look for" },
      pipeline_id: pipeline,
      pipeline_stage_id: stage("pipeline_id"),
      status: { help: "All of them unless given." },
      contact_id: { label: "Contact" },
      assigned_to: { ...owner, lookup: userLookup },
      campaignId: { label: "Campaign", lookup: campaignLookup },
      date: { label: "Made since", schema: americanDate, control: "text", help: "A day, or now-7d." },
      endDate: { label: "Made until", schema: americanDate, control: "text", help: "A day, or now." },
      location_id: { fill: { connection: "locationId" } },
    },
    example: { input: { status: "open" }, output: [deal] },
    note: "Search Opportunities by Any Field sorts and filters more, and reads five times as many at once.",
  },
  "opportunities.search_advanced": {
    endpoint: "opportunities/search-opportunities-advanced",
    kind: "trigger",
    title: "Search Opportunities by Any Field",
    effect: "read",
    result: "opportunities",
    list: true,
    identity: "id",
    show,
    volatile: ["indexVersion", "searchAfter"],
    events: anyChange,
    paging: {
      style: "page",
      in: "body",
      page: "page",
      size: "limit",
      max: 500,
      pageRows: 10_000,
      after: { field: "searchAfter", row: "searchAfter" },
      total: "total",
    },
    newest: { input: { sort: [{ field: "date_added", direction: "desc" }] }, by: "createdAt", made: true },
    fields: {
      query: { label: "Words to look for" },
      filters: { label: "Filters", control: "filters", searches: opportunitySearch, help: "Without any, all opportunities are read." },
      sort: { label: "Order", control: "order", searches: opportunitySearch, help: "Newest first unless chosen." },
      limit: { fill: { value: 100 } },
      additionalDetails: { label: "Details to read along" },
    },
    example: { input: { query: "implants" }, output: [deal] },
    note: "Reads only. An opportunity that was just changed may be found some seconds later. Field names here are like pipeline_id, not pipelineId.",
  },
  "opportunities.get": {
    endpoint: "opportunities/get-opportunity",
    kind: "trigger",
    title: "Get Opportunity",
    effect: "read",
    result: "opportunity",
    identity: "id",
    show,
    volatile: ["indexVersion", "traceId"],
    events: [...changes, "OpportunityDelete"],
    fields: id,
    example: { input: { id: deal.id }, output: deal },
    note: "Notes are described, and not given.",
  },
  "opportunities.create": {
    endpoint: "opportunities/create-opportunity",
    kind: "action",
    title: "Create Opportunity",
    effect: "create",
    events: ["OpportunityCreate", "OpportunityUpdate"],
    result: "opportunity",
    identity: "id",
    show,
    fields: { ...contactId, ...dealFields, ...customFields },
    confirm: {
      operation: "opportunities.search",
      input: { contact_id: "input.contactId", pipeline_id: "input.pipelineId", status: "all" },
      match: { name: "input.name", contactId: "input.contactId" },
      since: "createdAt",
    },
    example: {
      input: { contactId: deal.contactId, name: deal.name, pipelineId: deal.pipelineId, status: "open", monetaryValue: 1800 },
      output: deal,
    },
    note: "Refused where the sub-account forbids a second one for a contact; the refusal names the first. The event of an update comes beside that of the creation.",
  },
  "opportunities.update": {
    endpoint: "opportunities/update-opportunity",
    kind: "action",
    title: "Update Opportunity",
    effect: "update",
    events: changes,
    result: "opportunity",
    identity: "id",
    show,
    fields: { ...id, ...dealFields, pipelineStageId: stage("pipelineId"), ...customFields },
    before: { ...byId, ignore: ["id"] },
    example: { input: { id: deal.id, monetaryValue: 2100 }, output: { ...deal, monetaryValue: 2100 } },
    note: "Partial: what is not given stays. A stage by its name wants its pipeline beside it where two pipelines have a stage of that name.",
  },
  "opportunities.delete": {
    endpoint: "opportunities/delete-opportunity",
    kind: "action",
    title: "Delete Opportunity",
    effect: "delete",
    events: ["OpportunityDelete", "OpportunityUpdate"],
    fields: id,
    before: byId,
    example: { input: { id: deal.id }, output: { succeded: true } },
    note: "The event of an update may come after that of the deletion: it brings nothing back.",
  },
  "opportunities.update_status": {
    endpoint: "opportunities/update-opportunity-status",
    kind: "action",
    title: "Update Opportunity Status",
    effect: "update",
    events: ["OpportunityStatusUpdate", "OpportunityUpdate"],
    fields: {
      ...id,
      status: { schema: status, control: "choice" },
      lostReasonId: lostReason,
    },
    before: { ...byId, ignore: ["id"] },
    example: { input: { id: deal.id, status: "won" }, output: { succeded: true } },
  },
  "opportunities.upsert": {
    endpoint: "opportunities/Upsert-opportunity",
    kind: "action",
    title: "Upsert Opportunity",
    effect: "upsert",
    events: ["OpportunityCreate", ...changes],
    result: "opportunity",
    identity: "id",
    show,
    fields: {
      contactId: { label: "Contact", help: "One opportunity of a contact in a pipeline is updated, or made." },
      id: { label: "Opportunity", help: "The id, where it is known." },
      ...dealFields,
      lostReasonId: lostReason,
      followers,
      followersActionType: { label: "What to do with followers" },
      isRemoveAllFollowers: { label: "Remove every follower" },
    },
    rules: [{ kind: "atLeastOne", fields: ["contactId", "id"] }],
    before: {
      operation: "opportunities.search",
      input: { id: "input.id", contact_id: "input.contactId", pipeline_id: "input.pipelineId", status: "all" },
      match: { contactId: "input.contactId" },
      ignore: ["id", "followers", "followersActionType", "isRemoveAllFollowers"],
    },
    example: {
      input: { contactId: deal.contactId, pipelineId: deal.pipelineId, name: deal.name, status: "open" },
      output: deal,
    },
    note: "Matches by contact and pipeline. The vendor's description has no contact and wants followers; the service does not.",
  },
  "opportunities.add_followers": {
    endpoint: "opportunities/add-followers-opportunity",
    kind: "action",
    title: "Add Followers",
    effect: "link",
    events: ["OpportunityUpdate"],
    fields: { ...id, followers: newFollowers },
    before: { ...byId, ignore: ["id"], sets: { followers: "add" } },
    example: {
      input: { id: deal.id, followers: [deal.assignedTo] },
      output: { followers: [deal.assignedTo], followersAdded: [deal.assignedTo] },
    },
  },
  "opportunities.remove_followers": {
    endpoint: "opportunities/remove-followers-opportunity",
    kind: "action",
    title: "Remove Followers",
    effect: "unlink",
    events: ["OpportunityUpdate"],
    fields: { ...id, followers, isRemoveAllFollowers: { label: "Remove every follower" } },
    before: { ...byId, ignore: ["id", "isRemoveAllFollowers"], sets: { followers: "remove" } },
    example: { input: { id: deal.id, followers: [deal.assignedTo] }, output: { followers: [], followersRemoved: [deal.assignedTo] } },
    note: "A DELETE with a body. The list is wanted even when every follower goes.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const opportunities = judge("Opportunities", table);
