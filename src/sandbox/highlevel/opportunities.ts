import { isObject } from "#kernel/json.ts";
import { badRequest, noSuch, unprocessable } from "../refusal.ts";
import type { Opportunity, OpportunityStatus, Pipeline } from "../rows/opportunities.ts";
import { authorOf, person } from "./authors.ts";
import { type Call, contactOf, type Endpoints, picked, locationOf, pageOf, rowOf, textOf, textsOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";
import { fullName } from "./contact-views.ts";

/** Opportunities and the pipelines they go through. Pipelines can only be read. */
export const opportunityEndpoints: Endpoints = {
  "opportunities/get-pipelines": (world, call) => ({
    pipelines: world.state.pipelines.inLocation(locationOf(world, call, call.query.locationId)).map(pipelineView),
  }),

  "opportunities/get-lost-reason"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    const words = (call.query.query ?? call.query.name)?.toLowerCase();
    const matches = lostReasons.filter(({ name }) => !words || name.toLowerCase().includes(words));
    return { lostReasons: pageOf(matches, call).map((reason) => ({ ...reason, locationId })), total: matches.length };
  },

  "opportunities/get-opportunity": (world, call) => ({ opportunity: singleView(world, opportunityOf(world, call)) }),

  "opportunities/create-opportunity"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const contactId = contactIn(world, call, locationId);
    const other = existing(world, locationId, contactId, String(call.body.pipelineId));
    if (other && !world.state.locations.get(locationId)!.allowDuplicateOpportunity) throw duplicate(other);
    return { opportunity: singleView(world, create(world, call, locationId, contactId)) };
  },

  // The service matches by contact and pipeline, whatever the description leaves out.
  "opportunities/Upsert-opportunity"(world, call) {
    const { state } = world;
    const locationId = locationOf(world, call, call.body.locationId);
    const id = textOf(call.body.id);
    const contactId = id ? undefined : contactIn(world, call, locationId);
    const old = id
      ? rowOf(world, call, state.opportunities, "Opportunity", id)
      : existing(world, locationId, contactId!, String(call.body.pipelineId));
    if (old && old.locationId !== locationId) throw noSuch("Opportunity", old.id);
    const opportunity = old ? change(world, call, old) : create(world, call, locationId, contactId!);
    const followed = state.opportunities.put({ ...opportunity, followers: followersAfter(call, opportunity) });
    return { new: !old, opportunity: singleView(world, followed) };
  },

  "opportunities/update-opportunity": (world, call) => ({
    opportunity: singleView(world, change(world, call, opportunityOf(world, call))),
  }),

  "opportunities/update-opportunity-status"(world, call) {
    change(world, call, opportunityOf(world, call));
    return { succeded: true };
  },

  // An update is told as well, so that listeners must not bring it back to life.
  "opportunities/delete-opportunity"(world, call) {
    const opportunity = opportunityOf(world, call);
    for (const relation of world.state.relations.find("record", opportunity.id)) world.state.relations.delete(relation.id);
    world.state.opportunities.delete(opportunity.id);
    world.emit("OpportunityDelete", opportunity);
    world.emit("OpportunityUpdate", opportunity);
    return { succeded: true, success: true };
  },

  "opportunities/add-followers-opportunity"(world, call) {
    const old = opportunityOf(world, call);
    const followersAdded = [...new Set(textsOf(call.body.followers))].filter((id) => !old.followers.includes(id));
    const { followers } = save(world, { ...old, followers: [...old.followers, ...followersAdded] });
    return { followers, followersAdded };
  },

  "opportunities/remove-followers-opportunity"(world, call) {
    const old = opportunityOf(world, call);
    const goes = (id: string) => call.query.isRemoveAllFollowers === "true" || textsOf(call.body.followers).includes(id);
    const { followers } = save(world, { ...old, followers: old.followers.filter((id) => !goes(id)) });
    return { followers, followersRemoved: old.followers.filter(goes) };
  },
};

/** One by itself. The vendor describes its notes, tasks and appointments here, and gives none. */
const singleView = (world: World, o: Opportunity) => {
  const { source, channel, sourceId } = o.createdBy ?? person;
  return {
    ...opportunityView(world, o),
    isAttribute: false,
    internalSource: { type: channel, id: sourceId, apiVersion: "v2", channel, source },
  };
};

/** One as it is read: custom fields under `fieldValue`, though they are written as `field_value`. */
export function opportunityView({ state }: World, o: Opportunity) {
  const contact = state.contacts.get(o.contactId);
  return {
    id: o.id,
    name: o.name,
    monetaryValue: o.monetaryValue,
    pipelineId: o.pipelineId,
    pipelineStageId: o.pipelineStageId,
    ...(o.assignedTo && { assignedTo: o.assignedTo }),
    status: o.status,
    source: o.source ?? "",
    ...(o.lostReasonId && { lostReasonId: o.lostReasonId }),
    lastStatusChangeAt: isoTime(o.lastStatusChangeAt),
    lastStageChangeAt: isoTime(o.lastStageChangeAt),
    lastActionDate: isoTime(o.updatedAt),
    indexVersion: 1,
    createdAt: isoTime(o.createdAt),
    updatedAt: isoTime(o.updatedAt),
    contactId: o.contactId,
    locationId: o.locationId,
    contact: contact && {
      id: contact.id,
      name: fullName(contact) ?? "",
      companyName: contact.companyName ?? "",
      email: contact.email ?? "",
      phone: contact.phone ?? "",
      tags: contact.tags,
      followers: contact.followers,
    },
    customFields: o.customFields,
    followers: o.followers,
  };
}

const opportunityOf = (world: World, call: Call): Opportunity =>
  rowOf(world, call, world.state.opportunities, "Opportunity", call.params.id);

function contactIn(world: World, call: Call, locationId: string): string {
  if (!textOf(call.body.contactId)) throw unprocessable(["contactId must be a string"]);
  const contact = contactOf(world, call, String(call.body.contactId));
  if (contact.locationId !== locationId) throw badRequest("The contact belongs to another location");
  return contact.id;
}

const existing = ({ state }: World, locationId: string, contactId: string, pipelineId: string): Opportunity | undefined =>
  state.opportunities.find("contact", contactId).find((o) => o.locationId === locationId && o.pipelineId === pipelineId);

const duplicate = ({ id }: Opportunity) =>
  badRequest("Can not create duplicate opportunity for the contact.", { code: "OPPORTUNITY_NO_DUPLICATE", meta: { existingId: id } });

function create(world: World, call: Call, locationId: string, contactId: string): Opportunity {
  const { state } = world;
  const now = state.clock.now();
  const pipeline = pipelineIn(world, locationId, call.body.pipelineId);
  const opportunity = state.opportunities.put({
    monetaryValue: 0,
    ...plainOf(call),
    id: state.newId(),
    locationId,
    contactId,
    name: textOf(call.body.name) ?? "Opportunity",
    pipelineId: pipeline.id,
    pipelineStageId: stageIn(pipeline, call.body.pipelineStageId),
    status: statusOf(call.body.status) ?? "open",
    customFields: mergeFields(world, locationId, [], call.body.customFields),
    followers: [],
    createdBy: authorOf(call.grant),
    createdAt: now,
    updatedAt: now,
    lastStatusChangeAt: now,
    lastStageChangeAt: now,
  });
  world.emit("OpportunityCreate", opportunity);
  world.emit("OpportunityUpdate", opportunity);
  return opportunity;
}

/** Lays a body over an opportunity, and tells each kind of change by its own event beside the general one. */
function change(world: World, call: Call, old: Opportunity): Opportunity {
  const { body } = call;
  const now = world.state.clock.now();
  const pipeline = pipelineIn(world, old.locationId, body.pipelineId ?? old.pipelineId);
  const kept = pipeline.id === old.pipelineId ? old.pipelineStageId : undefined;
  const pipelineStageId = stageIn(pipeline, body.pipelineStageId ?? kept);
  const status = statusOf(body.status) ?? old.status;
  const opportunity = world.state.opportunities.put({
    ...old,
    ...plainOf(call),
    name: textOf(body.name) ?? old.name,
    pipelineId: pipeline.id,
    pipelineStageId,
    status,
    customFields: mergeFields(world, old.locationId, old.customFields, body.customFields),
    updatedAt: now,
    lastStatusChangeAt: status === old.status ? old.lastStatusChangeAt : now,
    lastStageChangeAt: pipelineStageId === old.pipelineStageId ? old.lastStageChangeAt : now,
  });
  if (pipelineStageId !== old.pipelineStageId) world.emit("OpportunityStageUpdate", opportunity);
  if (status !== old.status) world.emit("OpportunityStatusUpdate", opportunity);
  if (opportunity.monetaryValue !== old.monetaryValue) world.emit("OpportunityMonetaryValueUpdate", opportunity);
  if (opportunity.assignedTo !== old.assignedTo) world.emit("OpportunityAssignedToUpdate", opportunity);
  world.emit("OpportunityUpdate", opportunity);
  return opportunity;
}

function save(world: World, opportunity: Opportunity): Opportunity {
  const saved = world.state.opportunities.put({ ...opportunity, updatedAt: world.state.clock.now() });
  world.emit("OpportunityUpdate", saved);
  return saved;
}

function followersAfter({ body }: Call, { followers }: Opportunity): string[] {
  const named = textsOf(body.followers);
  if (body.isRemoveAllFollowers === true) return [];
  if (body.followersActionType === "remove") return followers.filter((id) => !named.includes(id));
  return [...new Set([...followers, ...named])];
}

function pipelineIn({ state }: World, locationId: string, id: unknown): Pipeline {
  const pipeline = state.pipelines.get(String(id));
  if (pipeline?.locationId !== locationId) throw noSuch("Pipeline", String(id));
  return pipeline;
}

/** The first stage unless one is named. */
function stageIn({ stages, name }: Pipeline, id: unknown): string {
  if (id === undefined || id === null || id === "") return stages[0]!.id;
  if (!stages.some((stage) => stage.id === id)) throw badRequest(`The stage ${String(id)} is not part of the pipeline ${name}`);
  return String(id);
}

/** `all` is among the values of the description, but a filter and no status. */
function statusOf(value: unknown): OpportunityStatus | undefined {
  if (value === "all") throw badRequest("status must be one of open, won, lost, abandoned");
  return (["open", "won", "lost", "abandoned"] as const).find((status) => status === value);
}

/** The same in every location. */
const lostReasons = ["Price", "Went elsewhere", "No answer"].map((name, i) => ({
  id: `65d7f1a2b3c4d5e6f708191${i}`,
  name,
  createdAt: isoTime(Date.UTC(2025, 9, 1)),
  updatedAt: isoTime(Date.UTC(2025, 9, 1)),
}));

const plainOf = ({ body }: Call) => picked(body, ["monetaryValue", "assignedTo", "source", "lostReasonId"]);

/** Values by field, the newer over the older. A field is named by its id or its key. */
function mergeFields({ state }: World, locationId: string, old: Opportunity["customFields"], items: unknown): Opportunity["customFields"] {
  const values = new Map(old.map(({ id, fieldValue }) => [id, fieldValue]));
  const fields = state.customFields.inLocation(locationId).filter(({ model }) => model === "opportunity");
  for (const item of Array.isArray(items) ? items.filter(isObject) : []) {
    const field = fields.find(
      ({ id, fieldKey }) => id === item.id || fieldKey === item.key || fieldKey === `opportunity.${String(item.key)}`,
    );
    if (field) values.set(field.id, item.field_value ?? item.fieldValue);
  }
  return [...values].map(([id, fieldValue]) => ({ id, fieldValue }));
}

const pipelineView = ({ id, locationId, name, stages }: Pipeline) => ({
  id,
  name,
  stages: stages.map((stage) => ({ ...stage, showInFunnel: true, showInPieChart: true })),
  showInFunnel: true,
  showInPieChart: true,
  locationId,
});
