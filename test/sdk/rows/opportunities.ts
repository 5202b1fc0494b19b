import { sandboxDefaults } from "#sandbox/index.ts";
import { byCursor, locationId, type Ground, type Row } from "../row.ts";

const { pipelines, users } = sandboxDefaults;
const pipelineId = pipelines.acme.id;
/** The same one whenever it is asked for: a record that was changed goes to the end of its table. */
const firstOf = ({ state }: Ground) => state.opportunities.inLocation(locationId).toSorted((a, b) => (a.id < b.id ? -1 : 1))[0]!;
const idOf = (ground: Ground) => ({ id: firstOf(ground).id });
type Searched = { opportunities: unknown[]; meta: { startAfterId?: string; startAfter?: number } };

export const opportunityRows: Record<string, Row> = {
  "opportunities.search": () => ({
    input: { pipeline_id: pipelineId, limit: 3 },
    official: (hl) =>
      byCursor(
        (next: Searched["meta"] | undefined) =>
          hl.opportunities.searchOpportunity({
            locationId,
            pipelineId,
            limit: 3,
            ...(next && { startAfterId: next.startAfterId!, startAfter: String(next.startAfter) }),
          }) as unknown as Promise<Searched>,
        ({ opportunities }) => opportunities,
        ({ opportunities, meta }) => (opportunities.length === 3 && meta.startAfterId ? meta : undefined),
      ),
  }),
  "opportunities.search_advanced": () => ({
    input: { query: "" },
    official: async (hl) => {
      const asked = { locationId, query: "", limit: 100, page: 1, filters: [], sort: [], additionalDetails: {} };
      return ((await hl.opportunities.searchOpportunitiesAdvanced(asked as never)) as unknown as Searched).opportunities;
    },
  }),
  "opportunities.get": (ground) => ({
    input: idOf(ground),
    official: async (hl) => (await hl.opportunities.getOpportunity(idOf(ground))).opportunity,
  }),
  "opportunities.list_pipelines": () => ({
    input: {},
    official: async (hl) => (await hl.opportunities.getPipelines({ locationId })).pipelines,
  }),
  "opportunities.create": ({ contactId }) => {
    const deal = {
      pipelineId,
      pipelineStageId: pipelines.acme.stages[1],
      name: "Crown",
      status: "open",
      contactId,
      monetaryValue: 900,
      assignedTo: users.desk,
    };
    return { input: deal, official: async (hl) => (await hl.opportunities.createOpportunity({ locationId, ...deal })).opportunity };
  },
  "opportunities.update": (ground) => {
    const change = { monetaryValue: 5, name: "Renamed" };
    return {
      input: { ...idOf(ground), ...change },
      official: async (hl) => (await hl.opportunities.updateOpportunity(idOf(ground), change as never)).opportunity,
    };
  },
  "opportunities.delete": (ground) => ({ input: idOf(ground), official: (hl) => hl.opportunities.deleteOpportunity(idOf(ground)) }),
  "opportunities.update_status": (ground) => ({
    input: { ...idOf(ground), status: "won" },
    official: (hl) => hl.opportunities.updateOpportunityStatus(idOf(ground), { status: "won" } as never),
  }),
  "opportunities.upsert": (ground) => {
    const { contactId } = firstOf(ground);
    const deal = { pipelineId, contactId, name: "Bridge", monetaryValue: 1200 };
    return {
      input: deal,
      official: async (hl) => (await hl.opportunities.upsertOpportunity({ locationId, ...deal } as never)).opportunity,
    };
  },
  "opportunities.add_followers": (ground) => ({
    input: { ...idOf(ground), followers: [users.owner, users.desk] },
    official: (hl) => hl.opportunities.addFollowersOpportunity(idOf(ground), { followers: [users.owner, users.desk] }),
  }),
  "opportunities.remove_followers": async (ground) => {
    await ground.location.opportunities.addFollowersOpportunity(idOf(ground), { followers: [users.owner, users.desk] });
    return {
      input: { ...idOf(ground), followers: [users.owner] },
      official: (hl) => hl.opportunities.removeFollowersOpportunity(idOf(ground), { followers: [users.owner] }),
    };
  },
};
