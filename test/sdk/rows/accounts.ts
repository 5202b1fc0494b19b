import { sandboxDefaults } from "#sandbox/index.ts";
import { byOffset, companyId, locationId, type Ground, type Row } from "../row.ts";

const { users, workflows } = sandboxDefaults;
const userId = users.desk;
const businessOf = ({ state }: Ground) => ({
  businessId: state.businesses.inLocation(locationId).find(({ name }) => name === "Harbor Foods")!.id,
});
const tagOf = ({ tags }: Ground["state"]) => tags.inLocation(locationId)[0]!;
const reachable = async (ground: Ground) => {
  await ground.location.businesses.updateBusiness(businessOf(ground), { email: "office@harbor.example" } as never);
  return businessOf(ground);
};

/** Users, businesses, workflows and memberships, sub-accounts and the agency. */
export const accountRows: Record<string, Row> = {
  "users.search": () => ({
    input: { limit: "1" },
    official: (hl) =>
      byOffset(1, async (skip, limit) => {
        const asked = { companyId, locationId, skip: String(skip), limit: String(limit) };
        return (await hl.users.searchUsers(asked)).users;
      }),
  }),
  "users.filter_by_email": ({ state }) => {
    const emails = [users.owner, users.desk].map((id) => state.users.get(id)!.email);
    return {
      login: "agency",
      input: { emails, projection: "all", limit: "1" },
      official: (hl) =>
        byOffset(1, async (skip, limit) => {
          const asked = { companyId, emails: emails.join(), projection: "all", skip: String(skip), limit: String(limit) };
          return (await hl.users.filterUsersByEmail(asked as never)).users;
        }),
    };
  },
  "users.get": () => ({ input: { userId }, official: (hl) => hl.users.getUser({ userId }) }),
  "users.list_by_location": () => ({ input: {}, official: async (hl) => (await hl.users.getUserByLocation({ locationId })).users }),
  "users.create": () => {
    const user = {
      firstName: "Nora",
      lastName: "Kelly",
      email: "nora@acmedental.example.com",
      password: "correct horse 1",
      type: "account",
      role: "user",
      locationIds: [locationId],
    };
    return { login: "agency", input: user, official: (hl) => hl.users.createUser({ companyId, ...user } as never) };
  },
  "users.update": () => ({
    input: { userId, lastName: "King" },
    official: (hl) => hl.users.updateUser({ userId }, { lastName: "King" } as never),
  }),
  "users.delete": () => ({ input: { userId }, official: (hl) => hl.users.deleteUser({ userId }) }),

  "businesses.get": async (ground) => {
    const one = await reachable(ground);
    return { input: { ...one }, official: async (hl) => (await hl.businesses.getBusiness(one)).business };
  },
  "businesses.list": async ({ location, wait }) => {
    for (const name of ["Mill", "Weir"]) {
      await wait(1000);
      await location.businesses.createBusiness({ name, locationId });
    }
    return {
      input: { limit: "2" },
      official: (hl) =>
        byOffset(2, async (skip, limit) => {
          const asked = { locationId, skip: String(skip), limit: String(limit) };
          return (await hl.businesses.getBusinessesByLocation(asked)).businesses;
        }),
    };
  },
  // The vendor's answer spells it so; the official client's types do not.
  "businesses.create": () => {
    const business = { name: "Mill", email: "office@mill.example", city: "Albany" };
    return {
      input: business,
      official: async (hl) => ((await hl.businesses.createBusiness({ locationId, ...business })) as { buiseness?: unknown }).buiseness,
    };
  },
  "businesses.update": async (ground) => {
    const one = await reachable(ground);
    const change = { city: "Troy" };
    return {
      input: { ...one, ...change },
      official: async (hl) => ((await hl.businesses.updateBusiness(one, change as never)) as { buiseness?: unknown }).buiseness,
    };
  },
  "businesses.delete": (ground) => ({ input: businessOf(ground), official: (hl) => hl.businesses.deleteBusiness(businessOf(ground)) }),

  "workflows.list": () => ({ input: {}, official: async (hl) => (await hl.workflows.getWorkflow({ locationId })).workflows }),
  "snapshots.list": () => ({
    login: "agency",
    input: {},
    official: async (hl) => (await hl.snapshots.getCustomSnapshots({ companyId })).snapshots,
  }),
  "campaigns.list": () => ({ input: {}, official: async (hl) => (await hl.campaigns.getCampaigns({ locationId })).campaigns }),
  "contacts.add_to_workflow": ({ contactId }) => {
    const one = { contactId, workflowId: workflows.recall };
    const start = { eventStartTime: "2026-02-01T09:00:00+01:00" };
    return { input: { ...one, ...start }, official: (hl) => hl.contacts.addContactToWorkflow(one, start) };
  },
  "contacts.remove_from_workflow": async ({ contactId, location }) => {
    const one = { contactId, workflowId: workflows.recall };
    await location.contacts.addContactToWorkflow(one, {});
    return { input: one, official: (hl) => hl.contacts.deleteContactFromWorkflow(one, {}) };
  },
  "contacts.add_followers": ({ contactId }) => ({
    input: { contactId, followers: [users.desk] },
    official: (hl) => hl.contacts.addFollowersContact({ contactId }, { followers: [users.desk] }),
  }),
  "contacts.remove_followers": async ({ contactId, location }) => {
    await location.contacts.addFollowersContact({ contactId }, { followers: [users.desk, users.owner] });
    return {
      input: { contactId, followers: [users.desk] },
      official: (hl) => hl.contacts.removeFollowersContact({ contactId }, { followers: [users.desk] }),
    };
  },
  "contacts.bulk_business": (ground) => {
    const asked = { ids: ground.contacts.slice(0, 2), ...businessOf(ground) };
    return { input: asked, official: (hl) => hl.contacts.addRemoveContactFromBusiness({ locationId, ...asked }) };
  },

  "locations.list": () => ({
    login: "agency",
    input: { limit: "1" },
    official: (hl) =>
      byOffset(1, async (skip, limit) => {
        const asked = { companyId, skip: String(skip), limit: String(limit) };
        return (await hl.locations.searchLocations(asked)).locations;
      }),
  }),
  "locations.list_custom_fields": () => ({
    input: { model: "contact" },
    official: async (hl) => (await hl.locations.getCustomFields({ locationId, model: "contact" })).customFields,
  }),
  "locations.list_tags": () => ({ input: {}, official: async (hl) => (await hl.locations.getLocationTags({ locationId })).tags }),
  "locations.create_tag": () => ({
    input: { name: "fresh" },
    official: async (hl) => (await hl.locations.createTag({ locationId }, { name: "fresh" })).tag,
  }),
  "locations.get_tag": ({ state }) => {
    const { id: tagId } = tagOf(state);
    return { input: { tagId }, official: async (hl) => (await hl.locations.getTagById({ locationId, tagId })).tag };
  },
  "locations.update_tag": ({ state }) => {
    const { id: tagId } = tagOf(state);
    return {
      input: { tagId, name: "renamed" },
      official: async (hl) => (await hl.locations.updateTag({ locationId, tagId }, { name: "renamed" })).tag,
    };
  },
  "locations.delete_tag": ({ state }) => {
    const { id: tagId } = tagOf(state);
    return { input: { tagId }, official: (hl) => hl.locations.deleteTag({ locationId, tagId }) };
  },
  "locations.get": () => ({ input: {}, official: async (hl) => (await hl.locations.getLocation({ locationId })).location }),
  "locations.create": () => {
    const location = { name: "New Smiles", country: "GB", timezone: "Europe/London" };
    return { login: "agency", input: location, official: (hl) => hl.locations.createLocation({ companyId, ...location } as never) };
  },
  "companies.get": () => ({
    login: "agency",
    input: {},
    official: async (hl) => (await hl.companies.getCompany({ companyId })).company,
  }),
};
