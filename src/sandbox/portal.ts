import type { World } from "./highlevel/call.ts";
import { dropField, makeField } from "./highlevel/custom-fields.ts";
import { dropTag, renameTag } from "./highlevel/tags.ts";
import type { Pipeline } from "./rows/opportunities.ts";
import type { FieldType } from "./types.ts";

/** What may be done by hand to one record of a family. Each answers whether the record was there. */
interface PortalActions {
  rename?(world: World, id: string, name: string): boolean;
  /** Publishes or drafts, opens or closes, lets in or shuts out. */
  activate?(world: World, id: string, active: boolean): boolean;
  remove?(world: World, id: string): boolean;
}

const publicity = (active: boolean) => (active ? ("published" as const) : ("draft" as const));

/** Puts a changed row in the place of one that is there. */
function changed<T extends { id: string }>(
  table: { get(id: string): T | undefined; put(row: T): T },
  id: string,
  change: (row: T) => T,
): boolean {
  const row = table.get(id);
  if (row) table.put(change(row));
  return row !== undefined;
}

/** Changes that the vendor's own pages can make and its API cannot, so that what refers to the records can be seen to break. */
export const portalActions: Record<string, PortalActions> = {
  customFields: {
    rename: ({ state }, id, name) => changed(state.customFields, id, (row) => ({ ...row, name })),
    remove({ state }, id) {
      const field = state.customFields.get(id);
      if (field) dropField(state, field);
      return field !== undefined;
    },
  },
  pipelines: {
    rename: ({ state }, id, name) => changed(state.pipelines, id, (row) => ({ ...row, name })),
    remove(world, id) {
      const pipeline = world.state.pipelines.get(id);
      if (!pipeline) return false;
      for (const opportunity of world.state.opportunities.inLocation(pipeline.locationId))
        if (opportunity.pipelineId === id) {
          world.state.opportunities.delete(opportunity.id);
          world.emit("OpportunityDelete", opportunity);
          world.emit("OpportunityUpdate", opportunity);
        }
      world.state.pipelines.delete(id);
      return true;
    },
  },
  stages: {
    rename: (world, id, name) =>
      changedStages(world, id, (stages) => stages.map((stage) => (stage.id === id ? { ...stage, name } : stage))),
    remove: removeStage,
  },
  calendars: {
    rename: ({ state }, id, name) => changed(state.calendars, id, (row) => ({ ...row, name })),
    activate: ({ state }, id, isActive) => changed(state.calendars, id, (row) => ({ ...row, settings: { ...row.settings, isActive } })),
  },
  workflows: {
    rename: ({ state }, id, name) => changed(state.workflows, id, (row) => ({ ...row, name })),
    activate: ({ state }, id, active) => changed(state.workflows, id, (row) => ({ ...row, status: publicity(active) })),
    remove({ state }, id) {
      state.workflows.delete(id);
      return true;
    },
  },
  campaigns: {
    rename: ({ state }, id, name) => changed(state.campaigns, id, (row) => ({ ...row, name })),
    activate: ({ state }, id, active) => changed(state.campaigns, id, (row) => ({ ...row, status: publicity(active) })),
  },
  socialAccounts: {
    rename: ({ state }, id, name) => changed(state.socialAccounts, id, (row) => ({ ...row, name })),
    activate: ({ state }, id, active) => changed(state.socialAccounts, id, (row) => ({ ...row, expired: !active })),
  },
  tags: {
    rename: ({ state }, id, name) => renameTag(state, id, name),
    remove: ({ state }, id) => dropTag(state, id),
  },
  locations: {
    rename(world, id, name) {
      const there = changed(world.state.locations, id, (row) => ({ ...row, name }));
      if (there) world.emit("LocationUpdate", world.state.locations.get(id)!);
      return there;
    },
    activate: ({ state }, id, active) => changed(state.locations, id, (row) => ({ ...row, active })),
  },
  users: {
    activate(world, id, active) {
      const there = changed(world.state.users, id, (row) => ({ ...row, deactivated: !active }));
      if (there) world.emit("UserUpdate", world.state.users.get(id)!);
      return there;
    },
  },
};

/** A custom field of contacts, as the settings page makes it. */
export const addField = ({ state }: World, locationId: string, name: string, dataType: FieldType) =>
  makeField(state, { locationId, name, dataType, model: "contact", position: 50 * state.customFields.countIn(locationId) });

/** A stage at the end of a pipeline. */
export function addStage({ state }: World, pipelineId: string, name: string): boolean {
  const id = state.newHexId();
  return changed(state.pipelines, pipelineId, (row) => ({ ...row, stages: [...row.stages, { id, name, position: row.stages.length }] }));
}

function changedStages({ state }: World, stageId: string, change: (stages: Pipeline["stages"]) => Pipeline["stages"]): boolean {
  const pipeline = state.pipelines.all().find(({ stages }) => stages.some(({ id }) => id === stageId));
  return pipeline !== undefined && changed(state.pipelines, pipeline.id, (row) => ({ ...row, stages: change(row.stages) }));
}

/** Opportunities of a stage that is no more go to the one before it. The last stage of a pipeline stays. */
function removeStage(world: World, stageId: string): boolean {
  const { state } = world;
  const pipeline = state.pipelines.all().find(({ stages }) => stages.length > 1 && stages.some(({ id }) => id === stageId));
  if (!pipeline) return false;
  const at = pipeline.stages.findIndex(({ id }) => id === stageId);
  const pipelineStageId = pipeline.stages[at === 0 ? 1 : at - 1]!.id;
  const stages = pipeline.stages.filter(({ id }) => id !== stageId).map((stage, position) => ({ ...stage, position }));
  state.pipelines.put({ ...pipeline, stages });
  const now = state.clock.now();
  for (const old of state.opportunities.inLocation(pipeline.locationId))
    if (old.pipelineStageId === stageId) {
      const opportunity = state.opportunities.put({ ...old, pipelineStageId, updatedAt: now, lastStageChangeAt: now });
      world.emit("OpportunityStageUpdate", opportunity);
      world.emit("OpportunityUpdate", opportunity);
    }
  return true;
}
