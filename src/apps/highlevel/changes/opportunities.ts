import type { InputField, WatchBound } from "#catalog/types.ts";
import { opportunityFieldLookup, pipelineLookup, stageLookup } from "../judgement/lookups.ts";
import { any, chosenField, fieldChange, same, setting, type ChangeRow, type Subject } from "./row.ts";

const pipelineId = setting("pipelineId", "Pipeline", {
  lookup: pipelineLookup,
  help: `The one it is in after the change, by name or id. ${any("pipeline")}`,
});
const deals: Subject = {
  category: "Opportunities",
  list: "opportunities.search",
  made: ["createdAt", "dateAdded"],
  updated: "updatedAt",
  where: { pipelineId: "pipelineId" },
  settings: [pipelineId],
};

const dealFields = same("name", "monetaryValue", "assignedTo", "contactId", "pipelineId", "source");

const from: WatchBound = { setting: "from" };
const to: WatchBound = { setting: "to" };
const stage = (name: string, label: string): InputField =>
  setting(name, label, {
    lookup: stageLookup("pipelineId"),
    help: `Its name, pipeline and name (Sales / Booked), or id. ${any("stage")}`,
  });
const status = (name: string, label: string): InputField =>
  setting(name, label, { schema: { type: "string", enum: ["open", "won", "lost", "abandoned"] }, help: any("status") });

const twoStages = ["7915dedc-8f18-44d5-8bc3-000000000001", "7915dedc-8f18-44d5-8bc3-000000000002"] as const;

export const opportunityChanges: Record<string, ChangeRow> = {
  "opportunities.stage_moved": {
    title: "Opportunity Moved to Another Stage",
    says: "an opportunity moves to another stage",
    about: deals,
    events: ["OpportunityStageUpdate", "OpportunityUpdate", "OpportunityCreate"],
    change: { kind: "value", compared: { paths: same("pipelineStageId") }, from, to },
    settings: [pipelineId, stage("from", "From stage"), stage("to", "To stage")],
    note: "Creating an opportunity does not count as a move. trigger._change.from and .to are ids of stages.",
    example: {
      fields: { pipelineStageId: twoStages[1] },
      change: {
        kind: "changed",
        from: twoStages[0],
        to: twoStages[1],
        fields: ["pipelineStageId"],
        old: { pipelineStageId: twoStages[0] },
        new: { pipelineStageId: twoStages[1] },
      },
    },
  },
  "opportunities.status_changed": {
    title: "Opportunity Won, Lost or Given Another Status",
    says: "the status of an opportunity changes",
    about: deals,
    events: ["OpportunityStatusUpdate", "OpportunityUpdate", "OpportunityCreate"],
    change: { kind: "value", compared: { paths: same("status") }, from, to },
    settings: [pipelineId, status("from", "From status"), status("to", "To status")],
    note: "The status an opportunity is created with does not count as a change.",
    example: {
      fields: { status: "won" },
      change: { kind: "changed", from: "open", to: "won", fields: ["status"], old: { status: "open" }, new: { status: "won" } },
    },
  },
  "opportunities.field_changed": {
    title: "Opportunity Field Changed",
    says: "a field of an opportunity changes",
    about: deals,
    events: ["OpportunityUpdate", "OpportunityMonetaryValueUpdate", "OpportunityAssignedToUpdate", "OpportunityCreate"],
    change: fieldChange(dealFields),
    ...chosenField(Object.keys(dealFields), opportunityFieldLookup),
    note: "Events do not include the custom fields of opportunities, so a change to one is noticed at the next poll.",
    example: {
      fields: { monetaryValue: 1800 },
      change: {
        kind: "changed",
        from: 1200,
        to: 1800,
        fields: ["monetaryValue"],
        old: { monetaryValue: 1200 },
        new: { monetaryValue: 1800 },
      },
    },
  },
};
