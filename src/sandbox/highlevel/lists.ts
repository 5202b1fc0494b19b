import type { Campaign, Snapshot, Workflow } from "../rows/others.ts";
import { noSuch, wrongLocation } from "../refusal.ts";
import { type Endpoints, locationOf } from "./call.ts";
import { isoTime } from "./times.ts";

/** What is made in the vendor's own pages and can only be read: workflows, campaigns, snapshots, the agency itself. */
export const listEndpoints: Endpoints = {
  "workflows/get-workflow": (world, call) => ({
    workflows: world.state.workflows.inLocation(locationOf(world, call, call.query.locationId)).map(workflowView),
  }),

  "campaigns/get-campaigns"(world, call) {
    const campaigns = world.state.campaigns.inLocation(locationOf(world, call, call.query.locationId));
    const { status } = call.query;
    return { campaigns: campaigns.filter((campaign) => !status || campaign.status === status).map(campaignView) };
  },

  "snapshots/get-custom-snapshots"(world, call) {
    if (call.query.companyId !== call.grant.companyId) throw wrongLocation();
    const snapshots = world.state.snapshots.all().filter((snapshot) => snapshot.companyId === call.grant.companyId);
    return { snapshots: snapshots.map(snapshotView) };
  },

  "companies/get-company"(world, { grant, params }) {
    const agency = world.state.agencies.get(params.companyId!);
    if (!agency) throw noSuch("Company", params.companyId!);
    if (agency.id !== grant.companyId) throw wrongLocation();
    const locations = world.state.locations.all().filter(({ companyId }) => companyId === agency.id);
    return {
      company: {
        id: agency.id,
        name: agency.name,
        email: "office@riverside.example.com",
        phone: "+12125550100",
        website: "https://riverside.example.com",
        country: "US",
        timezone: "America/New_York",
        currency: "USD",
        status: "active",
        locationCount: locations.length,
        isSandboxAccount: true,
      },
    };
  },
};

const workflowView = ({ id, name, status, version, createdAt, updatedAt, locationId }: Workflow) => ({
  id,
  name,
  status,
  version,
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(updatedAt),
  locationId,
});
const campaignView = ({ id, name, status, locationId }: Campaign) => ({ id, name, status, locationId });
const snapshotView = ({ id, name, type }: Snapshot) => ({ id, name, type });
