import { dayMs } from "#kernel/durations.ts";
import { acmeDental, brightSmiles, pipelines, users } from "../defaults.ts";
import type { State } from "../state.ts";
import type { Contact } from "../types.ts";

/** A pipeline for each location and a few opportunities of Acme Dental's contacts. */
export function seedOpportunities(state: State, contacts: readonly Contact[]): void {
  const names = ["Enquiry", "Consultation", "Plan sent", "Booked"];
  for (const [locationId, { id, stages }] of [
    [acmeDental, pipelines.acme],
    [brightSmiles, pipelines.smiles],
  ] as const)
    state.pipelines.put({
      id,
      locationId,
      name: "New patients",
      stages: stages.map((stage, position) => ({ id: stage, name: names[position]!, position })),
    });
  contacts.slice(14, 22).forEach((contact, i) => {
    const at = contact.dateAdded + dayMs;
    state.opportunities.put({
      id: state.newId(),
      locationId: acmeDental,
      pipelineId: pipelines.acme.id,
      pipelineStageId: pipelines.acme.stages[i % 4]!,
      contactId: contact.id,
      name: `${["Implants", "Whitening", "Orthodontics"][i % 3]!} for ${contact.firstName}`,
      status: i === 6 ? "won" : i === 7 ? "lost" : "open",
      monetaryValue: [2400, 350, 4100][i % 3]!,
      assignedTo: users.owner,
      source: "website form",
      customFields: [],
      followers: [],
      createdAt: at,
      updatedAt: at,
      lastStatusChangeAt: at,
      lastStageChangeAt: at,
    });
  });
}
