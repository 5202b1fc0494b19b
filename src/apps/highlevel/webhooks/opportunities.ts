import { contactId, family, locationId, madeAt, userId } from "./event.ts";

const beside = "Opportunity Updated comes beside it for the same change.";

/** Opportunities: one general event, and one for each thing that changed. */
export const opportunityEvents = family(
  {
    category: "Opportunities",
    scopes: ["opportunities.readonly"],
    record: "id",
    person: ["contactId", "name"],
    sample: {
      locationId,
      id: "oPp4Rv7YtX2nB8kM1zQc",
      name: "Ada Byron, implant",
      contactId,
      pipelineId: "pIp6Hs9LdW3jC5fG0aUe",
      pipelineStageId: "7c1c7a36-4a0e-4f39-9c5e-2a4d86e9f3b1",
      status: "open",
      monetaryValue: 1200,
      assignedTo: userId,
      source: "survey",
      dateAdded: madeAt,
    },
  },
  {
    OpportunityCreate: { title: "Opportunity Created", note: beside },
    OpportunityUpdate: {
      title: "Opportunity Updated",
      note: "Comes beside each of the specific events as well, also when one is made or deleted: let changes of one record settle, or listen for the specific ones.",
    },
    OpportunityDelete: { title: "Opportunity Deleted", note: beside },
    OpportunityStageUpdate: { title: "Opportunity Stage Changed", note: beside },
    OpportunityStatusUpdate: { title: "Opportunity Status Changed", sample: { status: "won" }, note: beside },
    OpportunityMonetaryValueUpdate: { title: "Opportunity Value Changed", sample: { monetaryValue: 1500 }, note: beside },
    OpportunityAssignedToUpdate: { title: "Opportunity Owner Changed", note: beside },
  },
);
