import { sandboxDefaults } from "#sandbox/index.ts";
import type { Opportunity } from "#sandbox/rows/opportunities.ts";
import type { State } from "#sandbox/state.ts";
import { rowsOf, theOne, theOneHex, type Drive } from "../watched.ts";
import { holder } from "./contacts.ts";

const { acmeDental: locationId, companyId, pipelines } = sandboxDefaults;
const it = () => theOne;
const hexIt = () => theOneHex;

export const opportunityAt = (key: string, n: number, at: number): Opportunity => ({
  id: key,
  locationId,
  pipelineId: pipelines.acme.id,
  pipelineStageId: pipelines.acme.stages[0],
  contactId: "holder",
  name: `Opportunity ${n}`,
  status: "open",
  monetaryValue: n,
  customFields: [],
  followers: [],
  createdAt: at,
  updatedAt: at,
  lastStatusChangeAt: at,
  lastStageChangeAt: at,
});

const opportunity = (state: State, id?: () => string) =>
  rowsOf(state.opportunities)(opportunityAt, (row, n) => ({ ...row, name: `Changed ${n}`, updatedAt: state.clock.now() }), id && { id });
const tag = (state: State, id?: () => string) =>
  rowsOf(state.tags)(
    (key, n) => ({ id: key, locationId, name: `tag ${n}` }),
    (row, n) => ({ ...row, name: `changed ${n}` }),
    id && { id },
  );
const user = (state: State, id?: () => string) =>
  rowsOf(state.users)(
    (key, n) => ({
      id: key,
      companyId,
      firstName: `User ${n}`,
      lastName: "Made",
      email: `user${n}@example.com`,
      phone: "",
      type: "account",
      role: "user",
      locationIds: [locationId],
    }),
    (row, n) => ({ ...row, lastName: `Made ${n}` }),
    id && { id },
  );
const business = (state: State, id?: () => string) =>
  rowsOf(state.businesses)(
    (key, n, at) => ({ id: key, locationId, name: `Business ${n}`, details: {}, createdAt: at, updatedAt: at }),
    (row, n) => ({ ...row, name: `Changed ${n}`, updatedAt: state.clock.now() }),
    id && { id },
  );
const association = (state: State, id?: () => string) =>
  rowsOf(state.associations)(
    (key, n) => ({
      id: key,
      locationId,
      key: id ? "watched" : `made_${n}`,
      firstObjectKey: id ? "custom_objects.watched" : "contact",
      firstObjectLabel: "First",
      secondObjectKey: "business",
      secondObjectLabel: "Second",
      associationType: "USER_DEFINED",
    }),
    (row, n) => ({ ...row, secondObjectLabel: `Changed ${n}` }),
    id && { id },
  );

const accounts: Record<string, Drive> = {
  "opportunities.search": (state) => {
    holder(state);
    return { record: "an opportunity", input: { limit: 20 }, many: 45, ...opportunity(state) };
  },
  "opportunities.get": (state) => {
    holder(state);
    return { record: "the opportunity", single: true, input: { id: theOne }, ...opportunity(state, it) };
  },
  "opportunities.search_advanced": (state) => {
    holder(state);
    return { record: "an opportunity", input: { limit: 20 }, many: 45, ...opportunity(state) };
  },
  "opportunities.list_pipelines": (state) => ({
    record: "a pipeline with its stages",
    input: {},
    ...rowsOf(state.pipelines)(
      (id, n) => ({ id, locationId, name: `Pipeline ${n}`, stages: [{ id: `stage-${id}`, name: "First", position: 0 }] }),
      (row, n) => ({ ...row, stages: row.stages.map((stage) => ({ ...stage, name: `Changed ${n}` })) }),
    ),
  }),
  "users.search": (state) => ({ record: "a user", input: { query: "made", limit: "30" }, many: 70, ...user(state) }),
  "users.filter_by_email": (state) => ({
    record: "a user with one of the e-mails",
    agency: true,
    input: { emails: Array.from({ length: 120 }, (_, n) => `user${n}@example.com`), projection: "all", limit: "30" },
    many: 70,
    ...user(state),
  }),
  "users.get": (state) => ({ record: "the user", single: true, input: { userId: theOne }, ...user(state, it) }),
  "users.list_by_location": (state) => ({ record: "a user of the sub-account", input: {}, ...user(state) }),
  "businesses.get": (state) => ({ record: "the business", single: true, input: { businessId: theOneHex }, ...business(state, hexIt) }),
  "businesses.list": (state) => ({ record: "a business", input: { limit: "20" }, many: 45, ...business(state) }),
  "workflows.list": (state) => ({
    record: "a workflow",
    input: {},
    ...rowsOf(state.workflows)(
      (id, n, at) => ({ id, locationId, name: `Workflow ${n}`, status: "draft", version: 1, createdAt: at, updatedAt: at }),
      (row, n) => ({ ...row, version: n, updatedAt: state.clock.now() }),
    ),
  }),
  "snapshots.list": (state) => ({
    record: "a snapshot of the agency",
    agency: true,
    input: {},
    ...rowsOf(state.snapshots)(
      (id, n) => ({ id, companyId, name: `Snapshot ${n}`, type: "own" }),
      (row, n) => ({ ...row, name: `Changed ${n}` }),
    ),
  }),
  "campaigns.list": (state) => ({
    record: "a campaign",
    input: {},
    ...rowsOf(state.campaigns)(
      (id, n) => ({ id, locationId, name: `Campaign ${n}`, status: "draft" }),
      (row, n) => ({ ...row, name: `Changed ${n}` }),
    ),
  }),
  "locations.list": (state) => ({
    record: "a sub-account of the agency",
    agency: true,
    input: { limit: "20" },
    many: 45,
    ...rowsOf(state.locations)(
      (id, n) => ({ ...state.locations.get(locationId)!, id, name: `Location ${n}` }),
      (row, n) => ({ ...row, phone: `+1212555${String(n).padStart(4, "0")}` }),
    ),
  }),
  "locations.list_tags": (state) => ({
    record: "a tag",
    input: {},
    ...tag(state),
  }),
  "locations.get_tag": (state) => ({ record: "the tag", single: true, input: { tagId: theOne }, ...tag(state, it) }),
  "locations.list_custom_fields": (state) => ({
    record: "the definition of a field",
    input: { model: "contact" },
    ...rowsOf(state.customFields)(
      (id, n) => ({ id, locationId, name: `Field ${n}`, fieldKey: `contact.field_${n}`, dataType: "TEXT", model: "contact", position: n }),
      (row, n) => ({ ...row, name: `Changed ${n}` }),
    ),
  }),
  "companies.get": (state) => ({
    record: "the agency, which is always there",
    single: true,
    agency: true,
    input: {},
    key: companyId,
    change: (_, n) => void state.agencies.put({ id: companyId, name: `Agency ${n}` }),
  }),
};

const objects: Record<string, Drive> = {
  "associations.list": (state) => ({ record: "an association", input: { limit: 20 }, many: 45, ...association(state) }),
  "associations.get": (state) => ({
    record: "the association",
    single: true,
    input: { associationId: theOneHex },
    ...association(state, hexIt),
  }),
  "associations.get_by_key": (state) => ({
    record: "the association of that key",
    single: true,
    input: { key_name: "watched" },
    ...association(state, hexIt),
  }),
  "associations.get_by_object_key": (state) => ({
    record: "the first association of that object",
    single: true,
    input: { objectKey: "custom_objects.watched" },
    ...association(state, hexIt),
  }),
  "associations.list_relations": (state) => {
    association(state, hexIt).make!(0, 0);
    return {
      record: "a relation of the record; what its association says of it may change",
      input: { recordId: holder(state), limit: 20 },
      many: 45,
      make(n, at) {
        const secondRecordId = state.businesses.put({
          id: `biz${n}`,
          locationId,
          name: `${n}`,
          details: {},
          createdAt: at,
          updatedAt: at,
        }).id;
        return state.relations.put({ id: `rel${n}`, locationId, associationId: theOneHex, firstRecordId: "holder", secondRecordId }).id;
      },
      change: (key, n) => void state.relations.put({ ...state.relations.get(key)!, secondRecordId: `other${n}` }),
      end: (key) => state.relations.delete(key),
    };
  },
};

/** An account of the Social Planner. */
const account = "108275518123409";
const site = {
  title: "Post",
  description: "",
  rawHTML: "",
  imageUrl: "",
  imageAltText: "",
  status: "PUBLISHED",
  author: "",
  publishedAt: "",
};
const post = (id: string, n: number, at: number) => ({
  ...site,
  id,
  locationId,
  blogId: theOneHex,
  categories: [],
  tags: [],
  urlSlug: `post-${n}`,
  updatedAt: at,
});

const publishing: Record<string, Drive> = {
  "blogs.check_slug": (state) => ({
    record: "the answer: taken or free",
    single: true,
    input: { urlSlug: "watched" },
    change(_, n) {
      if (n % 2) state.blogPosts.put({ ...post("taken", n, 0), urlSlug: "watched" });
      else state.blogPosts.delete("taken");
    },
  }),
  "blogs.list_authors": (state) => ({
    record: "an author",
    input: { limit: 20 },
    many: 45,
    ...rowsOf(state.blogAuthors)(
      (id, n, at) => ({ id, locationId, name: `Author ${n}`, canonicalLink: `author-${n}`, updatedAt: at }),
      (row, n) => ({ ...row, name: `Changed ${n}`, updatedAt: state.clock.now() }),
    ),
  }),
  "blogs.list_categories": (state) => ({
    record: "a category",
    input: { limit: 20 },
    many: 45,
    ...rowsOf(state.blogCategories)(
      (id, n, at) => ({ id, locationId, label: `Category ${n}`, urlSlug: `c-${n}`, canonicalLink: `c-${n}`, updatedAt: at }),
      (row, n) => ({ ...row, label: `Changed ${n}`, updatedAt: state.clock.now() }),
    ),
  }),
  "blogs.list_posts": (state) => ({
    record: "a post of the blog",
    input: { blogId: theOneHex, limit: 20 },
    many: 45,
    ...rowsOf(state.blogPosts)(post, (row, n) => ({ ...row, title: `Changed ${n}`, updatedAt: state.clock.now() })),
  }),
  "blogs.list_sites": (state) => ({
    record: "a blog",
    input: { limit: 20 },
    many: 45,
    ...rowsOf(state.blogSites)(
      (id, n) => ({ id, locationId, name: `Blog ${n}` }),
      (row, n) => ({ ...row, name: `Changed ${n}` }),
    ),
  }),
  "social.list_tags": (state) => ({
    record: "a tag of the Social Planner",
    input: { limit: "20" },
    many: 45,
    ...rowsOf(state.socialTags)(
      (id, n, at) => ({ id, locationId, tag: `tag ${n}`, createdBy: "somebody", createdAt: at }),
      (row, n) => ({ ...row, tag: `changed ${n}` }),
    ),
  }),
  "social.statistics": (state) => {
    const change = (_: string, n: number) =>
      void state.socialAccounts.put({
        id: "account",
        locationId,
        profileId: account,
        name: "Watched",
        platform: n % 2 ? "facebook" : "instagram",
      });
    change("", 0);
    return { record: "all figures together, which are always there", single: true, input: { profileIds: [account] }, change };
  },
};

export const others: Record<string, Drive> = { ...accounts, ...objects, ...publishing };
